import { interpret, interpretable, type KeptMessage, type Verdict } from '../../inbound/index.js';
import type { Knowledge } from '../../directory/names/index.js';

/** Interprets a kept message, or a corrected text of it, by what is known now. */
export function interpretAgain(message: KeptMessage, bytes: Buffer, known: Knowledge): Verdict {
  // Of a message that was too large only the head is there; a correction is whole.
  const whole = bytes === message.raw ? message.length : bytes.length;
  return interpret({ ...interpretable(message), bytes, length: whole }, known, bytes.length);
}
