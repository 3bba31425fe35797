import type { Place } from '@wardstream/events';
import type { Timed } from './event-order.js';
import type { Movement } from './visit-history.js';
import { agree, refines } from './places.js';

/** What a statement says of where the patient is; what it takes back (rule 23) is said, too. */
export type StatedPlace = Pick<Movement, 'place' | 'deletes'>;
/**
 * What says where the patient is and is no movement of the house: an update that its sender's profile lets move them, a cancel that is
 * believed, a departure for another house.
 */
export type Placement = Timed & StatedPlace;

export const nothing: StatedPlace['deletes'] = new Set();
export const inNoPlace: StatedPlace['deletes'] = new Set(['place'] as const);

export function saysPlace(stated: StatedPlace): boolean {
  return stated.place !== null || stated.deletes.has('place');
}

/** Whether what a statement says of the place can be where the patient is. */
export function agreesWith({ place, deletes }: StatedPlace, here: Place | null): boolean {
  if (deletes.has('place')) return here === null;
  return agree(place, here) && !(deletes.has('bed') && here !== null && here.bed !== null);
}

/** Whether two statements can be of one place: in a unit and in no bed of it is not in a bed of it, whichever says so. */
export function canBeOnePlace(a: StatedPlace, b: StatedPlace): boolean {
  return agreesWith(a, b.place) && agreesWith(b, a.place);
}

/** Whether a statement says another place than is known, or more of it. */
export function saysMore(stated: StatedPlace, here: Place | null): boolean {
  return !agreesWith(stated, here) || (stated.place !== null && refines(stated.place, here));
}

export function differInNulls(a: StatedPlace, b: StatedPlace): boolean {
  return a.deletes.has('place') !== b.deletes.has('place') || a.deletes.has('bed') !== b.deletes.has('bed');
}
