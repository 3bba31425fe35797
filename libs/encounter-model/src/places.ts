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

/** The unit of a place, without room and bed; null where none is said. */
export function unitOf({ unit, asSent }: Place): Place | null {
  if (unit === null) return null;
  const place = { unit, room: null, bed: null, bedId: null };
  return asSent === undefined ? place : { ...place, asSent: `${unit}^^` };
}

/** For people: '4A-14', else what is known of it. */
export function placeText(place: Place | null): string {
  if (place === null) return 'no place';
  if (place.bedId !== null) return place.bedId;
  return [place.unit, place.room, place.bed].filter((part) => part !== null).join(' ') || 'no place';
}

const neverHold = new Set(['P', 'R', 'C', 'N']);

/** What of a patient's class decides whether they lie in a bed. */
export interface ClassInBed {
  readonly class: string | null;
  /** Whether its sender says that patients of this class lie in no bed. */
  readonly inNoBed: boolean;
}

/** Whether patients of this class lie in no bed, wherever they are. */
export function liesInNoBed({ class: patientClass, inNoBed }: ClassInBed): boolean {
  return inNoBed || (patientClass !== null && neverHold.has(patientClass));
}

/**
 * Whether a patient of this class is in a bed in this place (docs/encounter-rules.md no. 7): being in a bed is a matter of place, so
 * any bed that is named counts but for classes that lie in none. What is wrongly held is seen and mended.
 */
export function holdsBed(of: ClassInBed, place: Place | null): boolean {
  return place !== null && place.bed !== null && !liesInNoBed(of);
}
