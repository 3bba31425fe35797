import { judge } from '../domain/judge.js';
import type { Knowledge, Verdict } from '../domain/verdict.js';
import { judgeable, type KeptMessage } from '../persistence/message.rows.js';

/** Judges a kept message, or a corrected text of it, by what is known now. */
export function judgeAgain(message: KeptMessage, bytes: Buffer, known: Knowledge): Verdict {
  // Of a message that was too large only the head is there; a correction is whole.
  const whole = bytes === message.raw ? message.length : bytes.length;
  return judge({ ...judgeable(message), bytes, length: whole }, known, bytes.length);
}
