import type { FacilityData, SentPlace } from '@wardstream/events';
import { deterministicId } from '@wardstream/kernel';
import type { PlaceOf } from '../incoming/places.js';

export type LocationKind = 'site' | 'ward' | 'room' | 'bed';

/** What the Location of an id stands for. Codes are those of the facility's configuration. */
export interface LocationKey {
  readonly kind: LocationKind;
  readonly unit: string | null;
  readonly room: string | null;
  /** Id of the bed in the facility, e.g. '4A-14'. */
  readonly bedId: string | null;
}

const LONGEST = 64;

/**
 * Logical id of a Location: readable where the codes are letters, digits and hyphens (`NGH.bed.4A-14`), else one that is made of
 * them. The same for the same place for good.
 */
export function locationIdOf(facility: string, kind: LocationKind, ...codes: string[]): string {
  const readable = [facility, kind, ...codes];
  const text = readable.join('.');
  const plain = readable.every((part) => /^[A-Za-z0-9-]+$/.test(part));
  return plain && text.length <= LONGEST ? text : deterministicId('location', ...readable);
}

/** The Locations of a facility by their ids: the site, its units, rooms and beds. Built once per configuration. */
export function locationIndex(facility: FacilityData): ReadonlyMap<string, LocationKey> {
  const index = new Map<string, LocationKey>();
  const none = { unit: null, room: null, bedId: null };
  index.set(locationIdOf(facility.id, 'site'), { ...none, kind: 'site' });
  for (const { id } of facility.units) {
    index.set(locationIdOf(facility.id, 'ward', id), { ...none, kind: 'ward', unit: id });
  }
  for (const { id, unit } of facility.rooms) {
    index.set(locationIdOf(facility.id, 'room', unit, id), { ...none, kind: 'room', unit, room: id });
  }
  for (const { id, unit, room } of facility.beds) {
    index.set(locationIdOf(facility.id, 'bed', id), { kind: 'bed', unit, room, bedId: id });
  }
  return index;
}

/** `PlaceOf` of one facility: a reference to a Location of ours is the place that it stands for. */
export function placeOfFacility(facility: FacilityData): PlaceOf {
  const index = locationIndex(facility);
  const bedCodes = new Map(facility.beds.map(({ id, bed }) => [id, bed]));
  return (reference): SentPlace | null => {
    const id = /(?:^|\/)Location\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/|$)/.exec(reference)?.[1];
    const key = id === undefined ? undefined : index.get(id);
    if (key === undefined || key.kind === 'site') return null;
    const bed = key.bedId === null ? null : (bedCodes.get(key.bedId) ?? null);
    return { unit: key.unit, room: key.room, bed, facility: facility.id };
  };
}
