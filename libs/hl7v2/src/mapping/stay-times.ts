import type { FactKind, MovementFact } from '@wardstream/events';
import { type Hl7Fault, fault } from '../message/fault.js';
import type { Hl7Message } from '../message/message.js';
import { impreciseTimeOf, type TimeReading } from './event-time.js';

const MOST_CHARACTERS = 200;

/**
 * What an A01 or A08 says of the visit beside its own time: when it began (PV1-44), and an A08, when and how it ended (PV1-45, PV1-36); an
 * A03 says how. Nothing where these fields are empty. A value that means nothing costs its own meaning, with a warning.
 */
export function stayOf(
  message: Hl7Message,
  kind: FactKind,
  group: number,
  reading: TimeReading,
  warnings: Hl7Fault[],
): Pick<MovementFact, 'stay'> {
  if (kind !== 'admit' && kind !== 'update' && kind !== 'discharge') return {};
  const updates = kind === 'update';
  const admitted = kind === 'discharge' ? null : impreciseTimeOf(message, 44, group, reading, false, warnings);
  const discharged = updates ? impreciseTimeOf(message, 45, group, reading, true, warnings) : null;
  const disposition = kind === 'admit' ? null : dispositionOf(message, group, warnings);
  if (admitted === null && discharged === null && disposition === null) return {};
  return {
    stay: {
      ...(admitted === null ? {} : { admitted }),
      ...(discharged === null ? {} : { discharged }),
      ...(disposition === null ? {} : { disposition }),
    },
  };
}

function dispositionOf(message: Hl7Message, group: number, warnings: Hl7Fault[]): string | null {
  const code = message.segment('PV1', group)?.value(36).toUpperCase() ?? '';
  if (code.length <= MOST_CHARACTERS) return code || null;
  const location = { segment: 'PV1', occurrence: group, field: 36 };
  warnings.push(fault(location, 102, `PV1-36 holds more than ${MOST_CHARACTERS} characters in one value`, 'W'));
  return null;
}
