/** How many gaps are remembered, and how many must be known before a usual one is told. */
const remembered = 100;
const enough = 20;

/** The gaps between messages of a feed, seconds, oldest first, with one more. */
export function withGap(gaps: readonly number[], seconds: number): number[] {
  return [...gaps, Math.max(0, seconds)].slice(-remembered);
}

/** The gap that 99 of 100 stay under, at least a minute; null until enough were heard to tell. */
export function usualGapSeconds(gaps: readonly number[]): number | null {
  if (gaps.length < enough) return null;
  const sorted = [...gaps].sort((a, b) => a - b);
  return Math.max(60, Math.ceil(sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.99) - 1)]!));
}
