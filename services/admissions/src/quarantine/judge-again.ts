import { judge } from '../domain/judge.js';
import type { Knowledge, Verdict } from '../domain/verdict.js';
import type { KeptMessage } from '../persistence/message.rows.js';

/** Judges a kept message, or a corrected text of it, by what is known now. */
export function judgeAgain({ format, statement, length, raw }: KeptMessage, bytes: Buffer, known: Knowledge): Verdict {
  // Of a message that was too large only the head is there; a correction is whole.
  const whole = bytes === raw ? length : bytes.length;
  return judge({ format, statement, bytes, length: whole }, known, bytes.length);
}
