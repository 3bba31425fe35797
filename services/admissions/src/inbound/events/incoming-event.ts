import { normalizedEvent } from '../interpretation/interpret-event.js';
import type { Incoming } from '../intake/intake.js';
import type { Transport } from '../persistence/message.rows.js';

/** Kept of an event that is too large to be taken. */
const HEAD_BYTES = 64 * 1024;

/** An event on its way to the intake; of one over `most` bytes only the head is kept. */
export function incomingEvent(text: Buffer, transport: Transport, most: number): Incoming {
  const of = { format: 'event', transport } as const;
  if (text.length <= most) return { bytes: text, ...of };
  const statement = { ...normalizedEvent(text), facts: [], bedStatuses: [], faults: [] };
  return { bytes: text.subarray(0, Math.min(HEAD_BYTES, most)), oversizeLength: text.length, statement, ...of };
}
