import type { Answer, houseTotals as answeredTotals } from '@wardstream/api-contract';
import type { BedRequestData, UnitConfiguration, UnitOccupancyData } from '@wardstream/events';
import { rounded } from '../state/bed-history.js';
import { indexOf, originUnitOf, targetUnitOf, unitOfEncounter } from '../state/facility-index.js';
import type { FacilityView } from '../state/facility-state.js';
import { minutesSince } from '../instants.js';
import { housePatients } from './patients.js';
import { countedState, isUnheard, leavesBy, type LeavesBy, type UnitOccupancy } from './unit-occupancy.js';
import { originInWords, waitSince } from '../state/waits.js';

const summed = [
  'staffed',
  'occupied',
  'reserved',
  'available',
  'dirty',
  'cleaning',
  'blocked',
  'closed',
  'surge',
  'disputed',
  'notCertain',
  'onLeave',
  'notListed',
  'withoutBed',
  'pendingOut',
  'confirmedOut',
  'denominator',
] as const satisfies readonly (keyof UnitOccupancyData)[];

/**
 * The house's figures: sums over its inpatient units of which anything was heard; ED bays and recovery slots are not in them,
 * `patients` is of all.
 */
export type HouseTotals = Answer<typeof answeredTotals>;

/** Why a patient is expected in a unit: the source of their request; without one, a bed that a plan keeps, or a person. */
type ComingBy = keyof HouseTotals['pendingInBy'];

/** The house's totals at `now` from the figures of its units at the same moment. */
export function houseTotals(view: FacilityView, units: readonly UnitOccupancy[], now: number): HouseTotals {
  const index = indexOf(view);
  const inpatient = units.filter((u) => index.units.get(u.unit)?.inpatient === true);
  const heard = inpatient.filter((u) => !isUnheard(u));
  const sums = Object.fromEntries(summed.map((k) => [k, heard.reduce((t, u) => t + (u[k] ?? 0), 0)])) as Record<
    (typeof summed)[number],
    number
  >;
  const availableBySex = { female: 0, male: 0, any: 0 };
  for (const u of heard)
    for (const sex of ['female', 'male', 'any'] as const) availableBySex[sex] += u.availableBySex[sex];
  const pendingInBy = comingBySource(view, inpatient);
  const pendingIn = Object.values(pendingInBy).reduce((a, b) => a + b, 0);
  const { denominator, occupied, pendingOut } = sums;
  const unheard = inpatient.reduce((t, u) => t + (isUnheard(u) ? u.denominator : 0), 0);
  return {
    ...sums,
    units: heard.map((u) => u.unit),
    pendingIn,
    pendingInBy,
    pendingOutBy: leaving(view, inpatient),
    occupancyRate: denominator === 0 ? null : rounded(occupied / denominator),
    pressure: denominator === 0 ? null : rounded((occupied + pendingIn - pendingOut) / denominator),
    unheard,
    patients: housePatients(view),
    availableBySex,
    oldestDirty: oldestDirty(view),
    boarders: boarders(view, now),
  };
}

/** Whether a unit is an emergency department. */
export function isEmergency(unit: UnitConfiguration | undefined): boolean {
  return unit?.levelOfCare === 'ed';
}

/** Open requests of patients whose admission was decided in the ED and who still are there, as far as is known. */
export function boardingRequests(view: FacilityView): BedRequestData[] {
  const index = indexOf(view);
  return index.openRequests.filter((request) => {
    if (request.source !== 'ED') return false;
    const unit = originUnitOf(view, request);
    return unit === null || isEmergency(index.units.get(unit)) || !index.units.has(unit);
  });
}

function boarders(view: FacilityView, now: number): HouseTotals['boarders'] {
  const index = indexOf(view);
  const requests = boardingRequests(view).flatMap((request) => {
    const since = waitSince(request);
    return since === null ? [] : [{ request, since }];
  });
  requests.sort((a, b) => (a.since < b.since || (a.since === b.since && a.request.id < b.request.id) ? -1 : 1));
  const first = requests[0];
  const bays = [...index.bedsOf].flatMap(([unit, beds]) => (isEmergency(index.units.get(unit)) ? beds : []));
  return {
    count: requests.length,
    of: bays.filter((b) => countedState(b) === 'occupied').length,
    overTarget: requests.filter((r) => minutesSince(r.since, now) >= r.request.targetMinutes).length,
    longest:
      first === undefined
        ? null
        : { from: originInWords(view, first.request), since: first.since, targetMinutes: first.request.targetMinutes },
  };
}

/** Who is coming into inpatient units, by the source of the request or by what keeps a bed, in the same counts as the units' own `pendingIn`. */
function comingBySource(view: FacilityView, inpatient: readonly UnitOccupancy[]): HouseTotals['pendingInBy'] {
  const index = indexOf(view);
  const units = new Set(inpatient.map((u) => u.unit));
  const by: Partial<Record<ComingBy, number>> = {};
  const seen = new Set<string>();
  for (const request of index.openRequests) {
    // A request that any unit may take is met by the bed that is kept for its visit: one patient, one unit.
    const target =
      targetUnitOf(view, request) ?? index.keptIn.get(request.encounterId)?.find((unit) => units.has(unit)) ?? null;
    if (target !== null && !units.has(target)) continue;
    const key = `${target ?? ''}/${request.encounterId}`;
    if (seen.has(key) || (target !== null && unitOfEncounter(view, request.encounterId) === target)) continue;
    seen.add(key);
    by[request.source] = (by[request.source] ?? 0) + 1;
  }
  for (const unit of units) {
    for (const bed of index.bedsOf.get(unit) ?? []) {
      if (bed.reservedFor === null) continue;
      const { encounterId, plan } = bed.reservedFor;
      const key = `${unit}/${encounterId}`;
      if (seen.has(key) || unitOfEncounter(view, encounterId) === unit) continue;
      seen.add(key);
      const why = plan === undefined ? 'Reservation' : 'Plan';
      by[why] = (by[why] ?? 0) + 1;
    }
  }
  return by;
}

function leaving(view: FacilityView, inpatient: readonly UnitOccupancy[]): Record<LeavesBy, number> {
  const by = { confirmed: 0, pending: 0, move: 0 };
  const { bedsOf } = indexOf(view);
  for (const { unit } of inpatient) {
    for (const bed of bedsOf.get(unit) ?? []) {
      const why = leavesBy(view, bed);
      if (why !== null) by[why] += 1;
    }
  }
  return by;
}

/** The inpatient bed that has waited longest for its cleaning to start. */
function oldestDirty(view: FacilityView): HouseTotals['oldestDirty'] {
  const index = indexOf(view);
  let oldest: { bedId: string; since: string } | null = null;
  for (const [unit, beds] of index.bedsOf) {
    if (index.units.get(unit)?.inpatient !== true) continue;
    for (const bed of beds) {
      if (bed.state !== 'dirty') continue;
      const isOlder =
        oldest === null || bed.since < oldest.since || (bed.since === oldest.since && bed.id < oldest.bedId);
      if (isOlder) oldest = { bedId: bed.id, since: bed.since };
    }
  }
  return oldest;
}
