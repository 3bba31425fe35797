import type { BedRequestData, BedState, BedView, LevelOfCare, Need, UnitConfiguration } from '@wardstream/events';
import { fitOnBoard, isHard, originInWords, waitSince, type Misfit } from '@wardstream/flow-model';
import { needWord, stateWord } from '../parts/words.js';
import type { BoardState } from '../stream/board-state.js';
import { facilityView } from '../stream/facility-view.js';
import { minutesSince } from '../time/duration.js';

export interface Wait {
  readonly request: BedRequestData;
  readonly minutes: number;
  readonly where: string;
  /** The unit asked for, or 'any unit'. */
  readonly to: string;
  readonly why: string;
}

/** Open requests, the one furthest over its target first. */
export function oldestWaits(state: BoardState, minute: number, limit: number): Wait[] {
  const view = facilityView(state);
  return [...state.requests.values()]
    .flatMap((request) => {
      const since = waitSince(request);
      return since === null ? [] : [{ request, minutes: minutesSince(since, minute) }];
    })
    .sort(
      (a, b) =>
        b.minutes / Math.max(b.request.targetMinutes, 1) - a.minutes / Math.max(a.request.targetMinutes, 1) ||
        a.request.id.localeCompare(b.request.id),
    )
    .slice(0, limit)
    .map(({ request, minutes }) => ({
      request,
      minutes,
      where: originInWords(view, request),
      to: request.toUnit ?? 'any unit',
      why: whyWaiting(state, request),
    }));
}

/** What stands between the patient and a bed, from facts alone: the bed it has, else what it needs and what there is. */
export function whyWaiting(state: BoardState, request: BedRequestData): string {
  if (request.assignedBedId !== null) {
    const bed = state.beds.get(request.assignedBedId);
    const move = request.readyToMove ? 'ready to move' : 'not ready to move yet';
    const ready = bed === undefined || bed.state === 'reserved' ? move : stateWord[bed.state].toLowerCase();
    return `${request.assignedBedId} assigned, ${ready}`;
  }
  return freeFor(state, request) ?? 'no bed yet';
}

/** Beds in the order in which they can be had. */
const soon = ['available', 'cleaning', 'dirty'] as const;
const soonWord = { available: 'free', cleaning: 'in cleaning', dirty: 'dirty' } as const;

/** What there is for this patient in the unit asked for, else in the house; where nothing fits, the need that no free bed meets. */
function freeFor(state: BoardState, request: BedRequestData): string | null {
  const { facility } = state;
  if (facility === null) return null;
  const units = new Set(
    facility.units.filter((u) => (request.toUnit ?? u.id) === u.id && isTarget(u, request)).map((u) => u.id),
  );
  const where = request.toUnit === null ? 'in the house' : `on ${request.toUnit}`;
  const beds = facility.beds.flatMap(({ id, unit }) => (units.has(unit) ? (state.beds.get(id) ?? []) : []));
  const inState = (of: BedState) =>
    beds.filter((b) => b.state === of && b.reservedFor === null && b.conflicts.length === 0);
  const misfits = new Map(
    soon.flatMap((of) =>
      inState(of).map((b) => [b.id, fitOnBoard(facility, state.beds, b.id, request).filter(isHard)] as const),
    ),
  );
  const fits = (b: BedView): boolean => misfits.get(b.id)?.length === 0;
  const free = inState('available');
  const forThem = free.filter(fits).length;
  if (forThem > 0) return `${forThem} free ${where} for this patient`;
  const next = soon.slice(1).flatMap((of) => {
    const n = inState(of).filter(fits).length;
    return n === 0 ? [] : [`${n} ${soonWord[of]}`];
  });
  const binding = bindingNeed(free.map((b) => misfits.get(b.id) ?? []));
  const none = free.length === 0 ? `none free ${where}` : `${free.length} free ${where}, none fits: ${binding}`;
  const out = request.toUnit === null ? undefined : state.units.get(request.toUnit)?.confirmedOut;
  if (next.length > 0) return `${none}; ${next.join(', ')} would fit`;
  return out === undefined || out === 0 ? none : `${none}; ${out} confirmed out`;
}

const isTarget = (unit: UnitConfiguration, request: BedRequestData): boolean =>
  unit.inpatient || request.toUnit === unit.id;

const levelWord: Readonly<Partial<Record<LevelOfCare, string>>> = {
  ward: 'ward care',
  'step-down': 'step-down care',
  icu: 'intensive care',
  ed: 'emergency care',
  recovery: 'recovery',
  maternity: 'maternity care',
  neonatal: 'neonatal care',
};

/** The need that keeps the patient out of most of the beds, in the words of the rule that says so. */
function bindingNeed(misfits: readonly (readonly Misfit[])[]): string {
  const counts = new Map<string, { n: number; words: string }>();
  for (const each of misfits) {
    for (const { code, needed } of each) {
      const words = needWords(code, needed);
      counts.set(words, { n: (counts.get(words)?.n ?? 0) + 1, words });
    }
  }
  const most = [...counts.values()].sort((a, b) => b.n - a.n || a.words.localeCompare(b.words))[0];
  return most?.words ?? 'reason not known';
}

function needWords(code: Misfit['code'], needed: string): string {
  if (code === 'room-sex' || code === 'room-mates-sex') return `a place for ${needed}`;
  if (code === 'level-of-care') return `needs ${levelWord[needed as LevelOfCare] ?? needed}`;
  if (code === 'age') return `a place for the age (${needed})`;
  const need = needed in needWord ? needWord[needed as Need] : needed;
  return `needs ${need.toLowerCase()}`;
}
