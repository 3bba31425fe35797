import type { FeedView } from '@wardstream/api-contract';

export interface FeedAge {
  readonly name: string;
  /** When it was last heard, ISO. */
  readonly lastReceivedAt: string;
  readonly seconds: number;
  /** Older than the gap it usually stays under. */
  readonly silent: boolean;
  readonly usualGapSeconds: number | null;
}

/**
 * One entry for each feed's name, the freshest where several services hear it, in alphabetic order but silent ones last
 * so that the quiet part of the strip does not move. A feed is silent once its age passes its own usual gap.
 */
export function feedAges(feeds: Iterable<FeedView>, nowMs: number): FeedAge[] {
  const freshest = new Map<string, FeedView>();
  for (const feed of feeds) {
    const known = freshest.get(feed.name);
    if (known === undefined || known.lastReceivedAt < feed.lastReceivedAt) freshest.set(feed.name, feed);
  }
  return [...freshest.values()]
    .map((f) => {
      const seconds = Math.max(0, Math.floor((nowMs - Date.parse(f.lastReceivedAt)) / 1000));
      return {
        name: f.name,
        lastReceivedAt: f.lastReceivedAt,
        seconds,
        silent: f.usualGapSeconds !== null && seconds > f.usualGapSeconds,
        usualGapSeconds: f.usualGapSeconds,
      };
    })
    .sort((a, b) => Number(a.silent) - Number(b.silent) || a.name.localeCompare(b.name, 'en'));
}

/**
 * Since when what people see of the patients' movements is old: the last word of any feed that admissions hears, once
 * all of them are silent; null while one of them speaks. Occupancy depends on these feeds.
 */
export function movementsSilentSince(feeds: Iterable<FeedView>, nowMs: number): string | null {
  const heard = [...feeds].filter((f) => f.owner === 'admissions');
  if (heard.length === 0) return null;
  const ages = feedAges(heard, nowMs);
  if (!ages.every((a) => a.silent)) return null;
  return ages.map((a) => a.lastReceivedAt).reduce((a, b) => (a > b ? a : b));
}
