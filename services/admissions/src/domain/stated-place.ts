import type { Place } from '@wardstream/events';
import type { Movement } from './movements.js';
import { agree } from './places.js';

/** What a statement says of where the patient is; what it takes back (rule 23) is said, too. */
export type StatedPlace = Pick<Movement, 'place' | 'deletes'>;
export const nothing: StatedPlace['deletes'] = new Set();

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

export function differInNulls(a: StatedPlace, b: StatedPlace): boolean {
  return a.deletes.has('place') !== b.deletes.has('place') || a.deletes.has('bed') !== b.deletes.has('bed');
}
