import type { SentPlace } from '@wardstream/events';
import type { Segment } from '../message/message.js';

/** A PL field: point of care, room, bed, facility. Null if it names none of the first three. */
export function sentPlaceOf(segment: Segment | undefined, field: number): SentPlace | null {
  if (segment === undefined) return null;
  const unit = segment.value(field, 1) || null;
  const room = segment.value(field, 2) || null;
  const bed = segment.value(field, 3) || null;
  if (unit === null && room === null && bed === null) return null;
  return { unit, room, bed, facility: segment.value(field, 4) || null };
}
