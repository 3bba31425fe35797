/**
 * The one rule for how long a feed usually is silent, for every service that hears feeds: `usualGapSeconds` of
 * `feed-heard` is what it gives.
 *
 * What is remembered is the longest gap that ended in each minute in which the feed was heard, not every gap: senders send
 * in bursts, and a hundred messages in a second say nothing of how long the sender is silent between its bursts. So a
 * backlog that is read in counts for the few minutes it takes.
 */

/** Minutes in which the feed was heard that are remembered, and how many must be known before a usual gap is told. */
const REMEMBERED = 300;
const ENOUGH = 30;
const MINUTE_MS = 60_000;

/** The gaps (seconds, oldest first) of a feed that was heard at `lastMs` and is heard again at `nowMs`. */
export function gapsHeardAgain(gaps: readonly number[], lastMs: number, nowMs: number): number[] {
  const seconds = Math.max(0, nowMs - lastMs) / 1000;
  const sameMinute = Math.floor(nowMs / MINUTE_MS) <= Math.floor(lastMs / MINUTE_MS);
  const last = gaps.at(-1);
  return sameMinute && last !== undefined ? [...gaps.slice(0, -1), Math.max(last, seconds)] : withGaps(gaps, [seconds]);
}

/** The gaps that are remembered of a feed, oldest first, with those of later minutes. */
export function withGaps(known: readonly number[], later: readonly number[]): number[] {
  return [...known, ...later].slice(-REMEMBERED);
}

/** The gap that 99 of 100 of the remembered ones stay under, a minute at least; null until enough were heard to tell. */
export function usualGapSeconds(gaps: readonly number[]): number | null {
  if (gaps.length < ENOUGH) return null;
  const sorted = [...gaps].sort((a, b) => a - b);
  return Math.max(60, Math.ceil(sorted[Math.ceil(sorted.length * 0.99) - 1]!));
}
