import type { BedView } from '@wardstream/api-contract';
import type { CountedBed, FacilityView } from '@wardstream/flow-model';
import type { BoardState } from './board-state.js';

const views = new WeakMap<BoardState, FacilityView>();
const counted = new WeakMap<BedView, CountedBed>();

/** The board's state as the flow model counts it, so that a number here has the one definition it has everywhere. */
export function facilityView(state: BoardState): FacilityView {
  const known = views.get(state);
  if (known !== undefined) return known;
  const view: FacilityView = {
    id: state.facility?.id ?? '',
    configuration: state.facility,
    beds: new Map([...state.beds].map(([id, bed]) => [id, countedBed(bed)])),
    encounters: state.encounters,
    requests: state.requests,
    plans: state.plans,
  };
  views.set(state, view);
  return view;
}

function countedBed(bed: BedView): CountedBed {
  let known = counted.get(bed);
  if (known === undefined) {
    known = { ...bed, history: [] };
    counted.set(bed, known);
  }
  return known;
}
