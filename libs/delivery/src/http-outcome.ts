import type { AttemptOutcome } from './delivery.js';

const longestAskedSeconds = 3_600;

/**
 * What an answer means for a message that was posted: 2xx delivered; 408, 429 and 5xx pass, and are tried again not before
 * `retry-after` (seconds, heeded up to an hour); every other answer, a redirection included, is final, as the same request would
 * be answered the same. `giveUpAfterMs`: after this time without an answer that counts the message is given up.
 */
export function httpOutcome(
  status: number,
  retryAfter: string | null,
  { giveUpAfterMs }: { readonly giveUpAfterMs: number },
): AttemptOutcome {
  const cause = `answered ${status}`;
  if (status >= 200 && status < 300) return { kind: 'delivered', note: cause };
  if (status !== 408 && status !== 429 && status < 500) return { kind: 'refused', cause, most: 1 };
  const asked = retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : 0;
  return { kind: 'failed', cause, notBeforeMs: Math.min(asked, longestAskedSeconds) * 1_000, giveUpAfterMs };
}
