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

const parts = ['unit', 'room', 'bed', 'facility'] as const;

/** Where a PL field describes its place in words. */
const DESCRIPTION = 9;

/**
 * A PL field. Null if it names neither unit nor room nor bed. A place in words alone is a unit of that name: nobody here knows it, so
 * it is listed for mapping.
 */
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
  for (const said of parts) {
    const standard = standardPlaceComponents[said];
    if (components[said] === null && standard !== null) segment.setAside(field, standard);
  }
  if (unit === null && room === null && bed === null) {
    const words = segment.value(field, DESCRIPTION);
    return words === '' ? null : { unit: words, room: null, bed: null, facility: part(components.facility) };
  }
  return { unit, room, bed, facility: part(components.facility) };
}
