import type { SentPlace } from '@wardstream/events';
import { fault } from '@wardstream/hl7v2';
import type { PlaceMention } from './verdict.js';

/** The warning on an HL7 v2 message that names no facility of the house. */
export const facilityUnknown = fault(
  { segment: 'MSH', field: 4 },
  204,
  'MSH-4 names no facility that is configured here; the message is kept until it does',
  'W',
);

/** A place of an HL7 v2 message, and what is said of it where nobody here knows it. */
export function placeMentionedAt(
  location: SentPlace | null,
  segment: string,
  field: number,
  occurrence: number,
): PlaceMention {
  return {
    location,
    unknown: (part) => {
      const text = `${segment}-${field} names a ${part} that the facility does not know; the message is kept for mapping`;
      return fault({ segment, field, occurrence }, 204, text, 'W');
    },
  };
}
