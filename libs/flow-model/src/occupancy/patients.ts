import type { Answer, houseTotals } from '@wardstream/api-contract';
import { indexOf } from '../state/facility-index.js';
import type { FacilityView } from '../state/facility-state.js';
import type { Whereabouts } from '../state/whereabouts.js';

/** Patients who are not simply in a bed of a board, by why; one on leave or away may be in another group too. */
export const patientGroups = [
  'unknown-unit',
  'no-place',
  'unlisted-bed',
  'unit',
  'on-leave',
  'in-transit',
  'guest',
  'ahead',
] as const;
export type PatientGroup = (typeof patientGroups)[number];

/** Everybody of the house by where they are; the first five of the parts add up to `inHouse`. All units count, ED and recovery too. */
export type HousePatients = Answer<typeof houseTotals>['patients'];

const inHouse: ReadonlySet<Whereabouts> = new Set(['bed', 'unlisted-bed', 'unit', 'unknown-unit', 'no-place']);
const cache = new WeakMap<FacilityView, ReadonlyMap<PatientGroup, readonly string[]>>();

/** Ids of the visits of each group, in the order of the view. Made once for each view. */
export function patientsByGroup(view: FacilityView): ReadonlyMap<PatientGroup, readonly string[]> {
  const known = cache.get(view);
  if (known !== undefined) return known;
  const index = indexOf(view);
  const guests = new Set<string>();
  for (const beds of index.bedsOf.values()) {
    for (const bed of beds) {
      const away = new Set(bed.onLeave?.map((visit) => visit.encounterId));
      if (away.size === 0) continue;
      for (const { encounterId } of bed.occupants) if (!away.has(encounterId)) guests.add(encounterId);
    }
  }
  const groups = new Map<PatientGroup, string[]>(patientGroups.map((group) => [group, []]));
  for (const [encounterId, place] of index.places) {
    if (place === 'ahead') groups.get('ahead')!.push(encounterId);
    if (!inHouse.has(place)) continue;
    if (place !== 'bed') groups.get(place as PatientGroup)!.push(encounterId);
    const visit = view.encounters.get(encounterId)!;
    if (visit.status === 'on-leave') groups.get('on-leave')!.push(encounterId);
    if (visit.inTransit === true) groups.get('in-transit')!.push(encounterId);
    if (guests.has(encounterId)) groups.get('guest')!.push(encounterId);
  }
  cache.set(view, groups);
  return groups;
}

/** Everybody of the house, counted. */
export function housePatients(view: FacilityView): HousePatients {
  const groups = patientsByGroup(view);
  const count = (group: PatientGroup): number => groups.get(group)!.length;
  let here = 0;
  for (const place of indexOf(view).places.values()) if (inHouse.has(place)) here += 1;
  const elsewhere = count('unlisted-bed') + count('unit') + count('unknown-unit') + count('no-place');
  return {
    inHouse: here,
    inBeds: here - elsewhere,
    inUnlistedBed: count('unlisted-bed'),
    withoutBed: count('unit'),
    inUnknownUnit: count('unknown-unit'),
    noPlace: count('no-place'),
    onLeave: count('on-leave'),
    inTransit: count('in-transit'),
    guests: count('guest'),
    ahead: count('ahead'),
  };
}
