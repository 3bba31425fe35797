import type { SentPlace } from '@wardstream/events';
import type { Segment } from '../message/message.js';

/** Which component of a PL field carries what; null where the sender says no such thing. */
export interface PlaceComponents {
  readonly unit: number | null;
  readonly room: number | null;
  readonly bed: number | null;
  readonly facility: number | null;
}

/** As the standard has it: point of care, room, bed, facility. */
export const standardPlaceComponents: PlaceComponents = { unit: 1, room: 2, bed: 3, facility: 4 };

/** A PL field. Null if it names neither unit nor room nor bed. */
export function sentPlaceOf(
  segment: Segment | undefined,
  field: number,
  components: PlaceComponents = standardPlaceComponents,
): SentPlace | null {
  if (segment === undefined) return null;
  const part = (component: number | null): string | null =>
    component === null ? null : segment.value(field, component) || null;
  const unit = part(components.unit);
  const room = part(components.room);
  const bed = part(components.bed);
  if (unit === null && room === null && bed === null) return null;
  return { unit, room, bed, facility: part(components.facility) };
}
