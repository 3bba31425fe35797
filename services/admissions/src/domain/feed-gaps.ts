const remembered = 300;
const enough = 30;

/** The gaps (seconds) that are remembered of a feed, oldest first, with those heard since. */
export function withGaps(known: readonly number[], heard: readonly number[]): number[] {
  return [...known, ...heard].slice(-remembered);
}

/** The gap that 99 of 100 stay under (P99 of the remembered ones), a minute at least; null until enough were heard to tell. */
export function usualGapSeconds(gaps: readonly number[]): number | null {
  if (gaps.length < enough) return null;
  const sorted = [...gaps].sort((a, b) => a - b);
  return Math.max(60, Math.ceil(sorted[Math.ceil(sorted.length * 0.99) - 1]!));
}
