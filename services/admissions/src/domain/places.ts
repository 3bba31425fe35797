import type { Place } from '@wardstream/events';

/** Text that is equal for equal places. */
export function placeKey(place: Place | null): string {
  if (place === null) return '';
  return place.bedId !== null
    ? `=${place.bedId}`
    : [place.unit, place.room, place.bed].map((part) => part ?? '').join('^');
}

export function samePlace(a: Place | null, b: Place | null): boolean {
  return placeKey(a) === placeKey(b);
}

/** Whether `a` and `b` can be the same place: what both say is equal. Nothing contradicts an unsaid place. */
export function agree(a: Place | null, b: Place | null): boolean {
  if (a === null || b === null) return true;
  if (a.bedId !== null && b.bedId !== null) return a.bedId === b.bedId;
  const same = (x: string | null, y: string | null): boolean => x === null || y === null || x === y;
  return same(a.unit, b.unit) && same(a.room, b.room) && same(a.bed, b.bed);
}

/** Whether `b` says more than `a`, of which it may be a part. */
export function refines(b: Place, a: Place | null): boolean {
  if (a === null) return true;
  return agree(a, b) && (a.bed === null ? b.bed !== null || (a.room === null && b.room !== null) : false);
}

/** For people: '4A-14', else what is known of it. */
export function placeText(place: Place | null): string {
  if (place === null) return 'no place';
  if (place.bedId !== null) return place.bedId;
  return [place.unit, place.room, place.bed].filter((part) => part !== null).join(' ') || 'no place';
}

const neverHold = new Set(['O', 'P', 'R', 'C', 'N']);

/** Whether a patient of this class holds no bed, wherever they are. */
export function isAmbulatory(patientClass: string): boolean {
  return neverHold.has(patientClass);
}

/**
 * Whether a patient of this class holds a bed in this place (docs/encounter-rules.md no. 7): a bed must be named; I, E and local codes
 * hold it, O, P, R, C and N never. Without a class an admitted patient holds it, a registered one does not.
 */
export function holdsBed(patientClass: string | null, place: Place | null, admitted: boolean): boolean {
  if (place === null || place.bed === null) return false;
  return patientClass === null ? admitted : !isAmbulatory(patientClass);
}
