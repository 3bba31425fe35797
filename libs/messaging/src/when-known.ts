import { DomainError, type Refusal } from '@wardstream/kernel';
import { pause } from './waiting.js';

/**
 * A command names something that belongs to another service and is not known here: it may be on its way, or there may be no such
 * thing. What is answered when waiting did not help.
 */
export class NotKnownYet extends DomainError {
  constructor(code: string, message: string, refusal: Refusal = 'not-found') {
    super(refusal, code, message);
    this.name = 'NotKnownYet';
  }
}

/** Longer than an event takes between two services that are well; short enough for a person who mistyped. Milliseconds. */
export const KNOWN_WITHIN_MS = 3_000;
const firstPauseMs = 20;
const longestPauseMs = 250;

/**
 * Carries a command out, and again as long as what it names is not known yet, so that whoever was just answered by one service
 * may name what they were told to the next. `attempt` must change nothing where it throws NotKnownYet, and hold no lock while it
 * is not running; it is told when it is the last. Rejects with what the last attempt threw.
 */
export async function whenKnown<T>(attempt: (isLast: boolean) => Promise<T>, withinMs = KNOWN_WITHIN_MS): Promise<T> {
  let ms = firstPauseMs;
  for (let waited = 0; waited < withinMs; waited += ms, ms = Math.min(longestPauseMs, ms * 2)) {
    try {
      return await attempt(false);
    } catch (error) {
      if (!(error instanceof NotKnownYet)) throw error;
    }
    await pause(ms);
  }
  return attempt(true);
}
