import type { BedView } from '@wardstream/api-contract';
import type { BedRequestData, BedState, LevelOfCare, Need, UnitConfiguration } from '@wardstream/events';
import { fitOnBoard, isHard, originInWords, waitSince, type Misfit } from '@wardstream/flow-model';
import { needLabel, stateLabel } from '../ui/labels.js';
import type { BoardState } from '../stream/board-state.js';
import { facilityView } from '../stream/facility-view.js';
import { minutesSince } from '../time/duration.js';
import { t } from '../texts/texts.js';

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
      to: request.toUnit ?? t('house.anyUnit'),
      why: whyWaiting(state, request),
    }));
}

/** What stands between the patient and a bed, from facts alone: the bed it has, else what it needs and what there is. */
export function whyWaiting(state: BoardState, request: BedRequestData): string {
  if (request.assignedBedId !== null) {
    const bed = state.beds.get(request.assignedBedId);
    const move = request.readyToMove ? t('house.readyToMove') : t('house.notReadyToMoveYet');
    const ready = bed === undefined || bed.state === 'reserved' ? move : stateLabel[bed.state].toLowerCase();
    return t('house.assigned', { assignedBedId: request.assignedBedId, ready });
  }
  return freeFor(state, request) ?? t('house.noBedYet');
}

/** Beds in the order in which they can be had. */
const soon = ['available', 'cleaning', 'dirty'] as const;
const soonWord = {
  available: t('house.freeWord'),
  cleaning: t('house.inCleaning'),
  dirty: stateLabel.dirty.toLowerCase(),
} as const;

/** What there is for this patient in the unit asked for, else in the house; where nothing fits, the need that no free bed meets. */
function freeFor(state: BoardState, request: BedRequestData): string | null {
  const { facility } = state;
  if (facility === null) return null;
  const units = new Set(
    facility.units.filter((u) => (request.toUnit ?? u.id) === u.id && isTarget(u, request)).map((u) => u.id),
  );
  const where = request.toUnit === null ? t('house.inTheHouse') : t('house.on', { toUnit: request.toUnit });
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
  if (forThem > 0) return t('house.freeForThisPatient', { forThem, where });
  const next = soon.slice(1).flatMap((of) => {
    const n = inState(of).filter(fits).length;
    return n === 0 ? [] : [`${n} ${soonWord[of]}`];
  });
  const binding = bindingNeed(free.map((b) => misfits.get(b.id) ?? []));
  const none =
    free.length === 0 ? t('house.noneFree', { where }) : t('house.freeNoneFits', { n: free.length, where, binding });
  const out = request.toUnit === null ? undefined : state.units.get(request.toUnit)?.confirmedOut;
  if (next.length > 0) return t('house.wouldFit', { none, value: next.join(', ') });
  return out === undefined || out === 0 ? none : t('house.confirmedOut', { none, out });
}

const isTarget = (unit: UnitConfiguration, request: BedRequestData): boolean =>
  unit.inpatient || request.toUnit === unit.id;

const levelWord: Readonly<Partial<Record<LevelOfCare, string>>> = {
  ward: t('house.wardCare'),
  'step-down': t('house.stepDownCare'),
  icu: t('house.intensiveCare'),
  ed: t('house.emergencyCare'),
  recovery: t('house.forRecovery'),
  maternity: t('house.maternityCare'),
  neonatal: t('house.neonatalCare'),
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
  return most?.words ?? t('house.reasonNotKnown');
}

function needWords(code: Misfit['code'], needed: string): string {
  if (code === 'room-sex' || code === 'room-mates-sex') return t('house.aPlaceFor', { needed });
  if (code === 'level-of-care') return t('house.needs', { value: levelWord[needed as LevelOfCare] ?? needed });
  if (code === 'age') return t('house.aPlaceForTheAge', { needed });
  const need = needed in needLabel ? needLabel[needed as Need] : needed;
  return t('house.needs', { value: need.toLowerCase() });
}
