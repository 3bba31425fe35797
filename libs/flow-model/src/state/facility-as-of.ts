import type { BedRequestData, DischargePlanData, FacilityData } from '@wardstream/events';
import type { HistorySegment } from './bed-history.js';
import { iso } from '../instants.js';
import type { CountedBed, CountedEncounter, FacilityView, KeptBed, KeptEncounter } from './facility-state.js';

/** The time a bed spent in one state, with the patients it concerned. */
export interface PatientSegment extends HistorySegment {
  readonly encounterIds: readonly string[];
}

/** What is known today of the things that were open at an earlier time. */
export interface PastFacts {
  readonly configuration: FacilityData | null;
  readonly beds: Iterable<KeptBed>;
  /** By bed id: every segment the trend of that time may ask for and the one that covers it. */
  readonly segments: ReadonlyMap<string, readonly PatientSegment[]>;
  readonly encounters: Iterable<KeptEncounter>;
  readonly requests: Iterable<BedRequestData>;
  readonly plans: Iterable<DischargePlanData>;
}

/**
 * The facility as of the event time `at` (ISO instant), by what is known today: late facts and corrections are in it.
 * Units, rooms and beds are today's. A bed whose history does not reach `at` is left out, and so is in no count. Which bed
 * a request was given is today's last word on it.
 */
export function facilityAsOf(id: string, facts: PastFacts, at: string): FacilityView {
  const now = Date.parse(at);
  const beds = new Map<string, CountedBed>();
  for (const bed of facts.beds) {
    const history = (facts.segments.get(bed.id) ?? []).filter((s) => s.from <= now).map((s) => cut(s, now));
    const segment = history.find((s) => s.to === null);
    if (segment !== undefined) beds.set(bed.id, bedAsOf(bed, segment, history));
  }
  const keyed = <T>(things: Iterable<T>, key: (thing: T) => string, asOf: (thing: T) => T | null) => {
    const map = new Map<string, T>();
    for (const thing of things) {
      const then = asOf(thing);
      if (then !== null) map.set(key(thing), then);
    }
    return map;
  };
  return {
    id,
    configuration: facts.configuration,
    beds,
    encounters: new Map(
      [...facts.encounters].flatMap((e) => encounterAsOf(e, at) ?? []).map((e) => [e.encounterId, e]),
    ),
    requests: keyed(
      facts.requests,
      (r) => r.id,
      (r) => requestAsOf(r, at),
    ),
    plans: keyed(
      facts.plans,
      (p) => p.encounterId,
      (p) => planAsOf(p, at),
    ),
  };
}

/** Nothing after `now` is known: a segment that ended later was still running. */
function cut(segment: PatientSegment, now: number): PatientSegment {
  return segment.to !== null && segment.to > now ? { ...segment, to: null } : segment;
}

function bedAsOf(bed: KeptBed, segment: PatientSegment, history: readonly PatientSegment[]): CountedBed {
  const { state, encounterIds } = segment;
  const since = iso(segment.from);
  return {
    id: bed.id,
    unit: bed.unit,
    room: bed.room,
    bed: bed.bed,
    state,
    since,
    occupants:
      state === 'occupied'
        ? encounterIds.map((encounterId, i) => ({ encounterId, since, role: i === 0 ? 'active' : 'contesting' }))
        : [],
    reservedFor:
      state === 'reserved' && encounterIds[0] !== undefined
        ? { encounterId: encounterIds[0], bedRequestId: null }
        : null,
    clocks: [],
    ...(bed.notListedSince === undefined ? {} : { notListedSince: bed.notListedSince }),
    history,
  };
}

function encounterAsOf(encounter: KeptEncounter, at: string): CountedEncounter | null {
  const stay = encounter.stays.find((s) => s.from <= at && (s.to === null || s.to > at));
  if (stay === undefined || encounter.status === 'cancelled') return null;
  return {
    encounterId: encounter.encounterId,
    status: 'in-progress',
    class: encounter.class,
    location: stay.place,
    stays: [{ ...stay, to: null }],
  };
}

const before = (instant: string | null, at: string) => instant !== null && instant <= at;

function requestAsOf(request: BedRequestData, at: string): BedRequestData | null {
  if (!before(request.requestedAt, at) || before(request.occupiedAt, at) || before(request.cancelledAt, at))
    return null;
  const assigned = before(request.assignedAt, at);
  const ready = before(request.readyToMoveAt, at);
  return {
    ...request,
    status: assigned ? 'assigned' : 'requested',
    assignedBedId: assigned ? request.assignedBedId : null,
    assignedAt: assigned ? request.assignedAt : null,
    readyToMove: ready,
    readyToMoveAt: ready ? request.readyToMoveAt : null,
    occupiedAt: null,
    cancelledAt: null,
  };
}

function planAsOf(plan: DischargePlanData, at: string): DischargePlanData | null {
  if (before(plan.departedAt, at) || before(plan.cancelledAt, at)) return null;
  const confirmed = before(plan.confirmedAt, at);
  if (!confirmed && !before(plan.pendingAt, at)) return null;
  return {
    ...plan,
    status: confirmed ? 'confirmed' : 'pending',
    confirmedAt: confirmed ? plan.confirmedAt : null,
    departedAt: null,
    cancelledAt: null,
  };
}
