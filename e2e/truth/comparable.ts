import type { ReducedHouse } from './reduced-house.js';
import { facilityAsOf, facilityOccupancy, type FacilityView, type PatientSegment } from '@wardstream/flow-model';

/* eslint-disable @typescript-eslint/no-unused-vars -- what is left out of a comparison is named to be left out */

/**
 * What a house came to, without what says when and in which of several equal messages it was heard: the time of receipt, and
 * ids made of messages.
 */
export function comparable(house: ReducedHouse, times: readonly number[]) {
  return {
    encounters: encountersOf(house),
    inSeveralBeds: house.inSeveralBeds.map((ids) => [...ids].sort()).sort(),
    beds: Object.fromEntries([...house.beds].map(([id, bed]) => [id, bedOf(bed)])),
    occupancy: facilityOccupancy(house.state, house.now),
    counted: countedOf(house.state),
    asOf: times.map((at) => facilityOccupancy(houseAsOf(house, at), at)),
  };
}

function encountersOf({ encounters }: ReducedHouse) {
  return encounters
    .map(({ encounterId, number, domain, retired, derived }) => {
      const { stays, movements, conflicts, plannedBeds, ...rest } = derived;
      return {
        ...{ encounterId, number, domain, ...rest, retired: retired.map((r) => r.encounterId).sort() },
        stays: stays.map(({ movementId, ...stay }) => stay),
        plannedBeds: sorted(plannedBeds.map(({ movementId, ...planned }) => planned)),
        movements: movements.map(({ id, receivedAt, ...movement }) => movement),
        conflicts: conflicts
          .map(({ id, sides, ...c }) => ({ ...c, sides: sorted(sides.map(withoutReceipt)) }))
          .sort(byText),
      };
    })
    .sort((a, b) => (a.encounterId < b.encounterId ? -1 : 1));
}

function bedOf({ fold, segments, claims, conflicts, jobs }: ReturnType<ReducedHouse['beds']['get']> & object) {
  return {
    housekeeping: fold.housekeeping,
    occupants: fold.occupants.map(({ movementId, restatedBy, ...occupant }) => ({
      ...occupant,
      isRestated: restatedBy !== undefined,
    })),
    onLeave: fold.onLeave.map(({ encounterId, since }) => ({ encounterId, since })),
    holds: fold.holds.map(({ id, ...hold }) => hold).sort(byText),
    segments,
    claims: claims.map(({ ref, ...claim }) => claim).sort(byText),
    conflicts: conflicts.map(({ id, facts, ...c }) => ({ ...c, facts: facts.map(withoutReceipt) })).sort(byText),
    jobs: jobs.map(({ id, ...job }) => job).sort(byText),
  };
}

/** What the counting service keeps of beds and encounters. */
function countedOf(state: FacilityView) {
  return {
    beds: [...state.beds.values()]
      .map(({ id, state: is, since, occupants, history }) => {
        return {
          id,
          is,
          since,
          history,
          occupants: occupants.map(({ encounterId, role, since: s }) => ({ encounterId, role, s })),
        };
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    encounters: [...state.encounters.values()]
      .map(({ encounterId, status, location }) => ({ encounterId, status, location }))
      // What is left of a merged visit is there only if it was heard of before the merge.
      .filter((e) => e.status !== 'cancelled')
      .sort((a, b) => (a.encounterId < b.encounterId ? -1 : 1)),
  };
}

/** The house as of an event time, by all that is known. */
export function houseAsOf(house: ReducedHouse, at: number): FacilityView {
  const segments = new Map<string, readonly PatientSegment[]>([...house.beds].map(([id, bed]) => [id, bed.segments]));
  const { state, facility } = house;
  const facts = { configuration: facility, segments, beds: state.beds.values(), encounters: state.encounters.values() };
  return facilityAsOf(facility.id, { ...facts, requests: [], plans: [] }, new Date(at).toISOString());
}

function withoutReceipt<T extends { readonly receivedAt: unknown }>({ receivedAt, ...rest }: T) {
  return rest;
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function sorted<T>(items: readonly T[]): T[] {
  return [...items].sort(byText);
}
