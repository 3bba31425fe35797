import type { BedRequestData, BedState, UnitConfiguration, UnitOccupancyData } from '@wardstream/events';
import { rounded, trendOf } from '../state/bed-history.js';
import { actAtRate } from './erlang.js';
import {
  indexOf,
  originUnitOf,
  unitOfEncounter,
  waitsForElsewhere,
  type FacilityIndex,
} from '../state/facility-index.js';
import { isOpenPlan, isStillUsed, type CountedBed, type FacilityView } from '../state/facility-state.js';
import { iso } from '../instants.js';
import { originInWords, waitSince } from '../state/waits.js';

/** A unit's figures before they get the version under which they are published. */
export type UnitOccupancy = Omit<UnitOccupancyData, 'version'>;

/**
 * The figures of one unit at `now`; null if the configuration has no such unit.
 *
 * Counts are by bed, each bed once: occupied + reserved + available + dirty + cleaning = denominator, and
 * staffed = denominator + blocked. A bed in which two patients are recorded is disputed and counts as occupied, whatever
 * else is said of it. A bed that was never published is in no count; where nothing was ever told of any bed there is no rate.
 */
export function unitOccupancy(view: FacilityView, unitId: string, now: number): UnitOccupancy | null {
  const index = indexOf(view);
  const unit = index.units.get(unitId);
  if (unit === undefined) return null;
  const beds = index.bedsOf.get(unitId) ?? [];
  const counts: Record<BedState, number> = {
    available: 0,
    reserved: 0,
    occupied: 0,
    dirty: 0,
    cleaning: 0,
    blocked: 0,
    closed: 0,
    surge: 0,
  };
  const availableBySex = { female: 0, male: 0, any: 0 };
  let disputed = 0;
  let unheard = 0;
  for (const bed of beds) {
    const state = countedState(bed);
    counts[state] += 1;
    if (bed.nothingHeard === true && state === 'available') unheard += 1;
    if (isDisputed(bed)) disputed += 1;
    if (state === 'available') availableBySex[index.rooms.get(`${bed.unit}/${bed.room}`)?.sex ?? 'any'] += 1;
  }
  const denominator = counts.occupied + counts.reserved + counts.available + counts.dirty + counts.cleaning;
  const pendingIn = expectedArrivals(view, unitId).size;
  const { pendingOut, confirmedOut } = expectedDepartures(view, beds);
  const hasData = denominator > unheard;
  const rate = hasData ? counts.occupied / denominator : null;
  const histories = beds.map((b) => b.history);
  return {
    facility: view.id,
    unit: unitId,
    name: unit.name,
    staffed: denominator + counts.blocked,
    ...counts,
    disputed,
    notCertain: beds.filter(isInDoubt).length,
    onLeave: beds.filter(isOnLeave).length,
    notListed: beds.filter(isStillUsed).length,
    withoutBed: withoutBedIn(view, unitId).length,
    unheard,
    pendingIn,
    pendingOut,
    confirmedOut,
    occupancyRate: rate === null ? null : rounded(rate),
    denominator,
    pressure: hasData ? rounded((counts.occupied + pendingIn - pendingOut) / denominator) : null,
    actAt: actAtRate(denominator),
    availableBySex,
    oldestWait: oldestWait(view, index, unit),
    trend: trendOf(histories, now, rate === null ? null : rounded(rate)),
    asOf: iso(now),
  };
}

/** Whether there are beds and nothing was ever told of any of them: what is counted of them is no data. */
export function isUnheard({ denominator, unheard = 0 }: Pick<UnitOccupancyData, 'denominator' | 'unheard'>): boolean {
  return denominator > 0 && unheard >= denominator;
}

/** The figures of every unit, in the order of the configuration; one it has no more as long as somebody is in a bed of it. */
export function facilityOccupancy(view: FacilityView, now: number): UnitOccupancy[] {
  const { units, listed, bedsOf } = indexOf(view);
  const former = [...units.keys()].filter((id) => !listed.has(id) && bedsOf.has(id));
  return [...listed, ...former].flatMap((id) => unitOccupancy(view, id, now) ?? []);
}

/** Two patients are recorded in it, and nobody has said that both are. Of an earlier time that is not known. */
export function isDisputed({ occupants, conflicts }: CountedBed): boolean {
  return occupants.length > 1 && (conflicts?.some((c) => c.kind === 'bed-disputed') ?? true);
}

/** Something told of it has not been applied, so that it may be taken. */
export function isInDoubt({ notCertainSince, unappliedSince }: CountedBed): boolean {
  return notCertainSince !== undefined || unappliedSince !== undefined;
}

/** Occupied by somebody who is on leave, and by nobody else. */
export function isOnLeave(bed: CountedBed): boolean {
  if (countedState(bed) !== 'occupied' || bed.occupants.length === 0) return false;
  return bed.occupants.every((o) => bed.onLeave?.some((away) => away.encounterId === o.encounterId) ?? false);
}

/** The state a bed counts under. One that would be free and is in doubt counts as blocked. */
export function countedState(bed: CountedBed): BedState {
  if (bed.occupants.length > 1) return 'occupied';
  return bed.state === 'available' && isInDoubt(bed) ? 'blocked' : bed.state;
}

/** The one patient a bed counts for. */
export function countedOccupant(bed: CountedBed): string | null {
  return (bed.occupants.find((o) => o.role === 'active') ?? bed.occupants[0])?.encounterId ?? null;
}

/** The visits `withoutBed` counts: in the unit, as their sender says, and in no bed of it that is known. */
export function withoutBedIn(view: FacilityView, unit: string): readonly string[] {
  return indexOf(view).withoutBed.get(unit) ?? [];
}

/** The visits `pendingIn` counts: patients outside the unit with an open request for it or a bed kept in it; each once. */
export function expectedArrivals(view: FacilityView, unit: string): ReadonlySet<string> {
  const index = indexOf(view);
  const coming = new Set<string>();
  for (const request of index.requestsFor.get(unit) ?? []) coming.add(request.encounterId);
  for (const bed of index.bedsOf.get(unit) ?? []) if (bed.reservedFor !== null) coming.add(bed.reservedFor.encounterId);
  for (const encounterId of coming) if (unitOfEncounter(view, encounterId) === unit) coming.delete(encounterId);
  return coming;
}

/** Why the patient of a bed is expected to leave the unit. */
export type LeavesBy = 'confirmed' | 'pending' | 'move';

/** Why the patient of `bed` is expected to leave its unit; null if nothing says so. A confirmed discharge outweighs the rest. */
export function leavesBy(view: FacilityView, bed: CountedBed): LeavesBy | null {
  const encounterId = countedState(bed) === 'occupied' ? countedOccupant(bed) : null;
  if (encounterId === null) return null;
  const plan = view.plans.get(encounterId);
  if (plan !== undefined && isOpenPlan(plan)) return plan.status === 'confirmed' ? 'confirmed' : 'pending';
  const { requestsOf, keptIn } = indexOf(view);
  const asks = requestsOf.get(encounterId)?.some((r) => waitsForElsewhere(view, r, bed.unit)) ?? false;
  const isExpected = keptIn.get(encounterId)?.some((unit) => unit !== bed.unit) ?? false;
  return asks || isExpected ? 'move' : null;
}

function expectedDepartures(view: FacilityView, beds: readonly CountedBed[]) {
  let pendingOut = 0;
  let confirmedOut = 0;
  for (const bed of beds) {
    const why = leavesBy(view, bed);
    if (why !== null) pendingOut += 1;
    if (why === 'confirmed') confirmedOut += 1;
  }
  return { pendingOut, confirmedOut };
}

/** The oldest wait: into a unit with inpatient beds, out of a unit of bays or slots (ED, recovery). */
function oldestWait(view: FacilityView, index: FacilityIndex, unit: UnitConfiguration): UnitOccupancy['oldestWait'] {
  const requests = unit.inpatient
    ? (index.requestsFor.get(unit.id) ?? [])
    : index.openRequests.filter((r) => originUnitOf(view, r) === unit.id);
  let oldest: { request: BedRequestData; since: string } | null = null;
  for (const request of requests) {
    const since = waitSince(request);
    if (since === null) continue;
    if (oldest === null || since < oldest.since || (since === oldest.since && request.id < oldest.request.id)) {
      oldest = { request, since };
    }
  }
  if (oldest === null) return null;
  const { request, since } = oldest;
  return { bedRequestId: request.id, from: originInWords(view, request), since, targetMinutes: request.targetMinutes };
}
