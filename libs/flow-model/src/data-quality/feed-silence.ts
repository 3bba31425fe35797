import type { SenderCountedData } from '@wardstream/events';
import { HOUR_MS, minutesSince, ms } from '../instants.js';
import type { HeardFeed } from './quality-facts.js';

/** A usual silence below this many minutes counts as this: nobody is to be called for a pause of two minutes. */
const LEAST_MINUTES = 2.5;
/** In 99 of 100 cases a sender of one message an hour (at random times) is silent for less than this many hours. */
const P99_HOURS = Math.log(100);
/** A rate below this (messages in an hour) counts as this. */
const LEAST_RATE = 0.5;

/** How long a feed has been silent, against its own normal. Minutes. */
export interface FeedSilence {
  readonly minutes: number;
  /** P99 of its recent gaps, as `feed-heard` tells it; null until enough was heard to tell. */
  readonly usualGap: number | null;
  /**
   * What its silence usually stays under at this hour: the longer of its usual gap and of the gap that 99 of 100 stay under
   * at the rate that is usual for this hour; null while the usual gap is not known.
   */
  readonly usual: number | null;
}

/** The silence of a feed at `now`. `counted` is what was counted of the same sender, if anything was. */
export function feedSilence(feed: HeardFeed, counted: SenderCountedData | undefined, now: number): FeedSilence {
  const usualGap = feed.usualGapSeconds === null ? null : feed.usualGapSeconds / 60;
  const rate = counted === undefined ? null : usualRateAt(counted, now);
  const byRate = rate === null ? 0 : (60 * P99_HOURS) / Math.max(LEAST_RATE, rate);
  return {
    minutes: Math.max(0, minutesSince(feed.lastReceivedAt, now)),
    usualGap,
    usual: usualGap === null ? null : Math.max(LEAST_MINUTES, usualGap, byRate),
  };
}

/** Messages usually received in the hour of `at`; null if not known. */
export function usualRateAt({ usual }: SenderCountedData, at: number): number | null {
  return usual.perHour[Math.floor((at - ms(usual.from)) / HOUR_MS)] ?? null;
}

/** Gives the sender whose messages a feed is, among those that were counted. */
export function feedsAmong(senders: readonly SenderCountedData[]): (feed: HeardFeed) => SenderCountedData | undefined {
  const byFeed = new Map(senders.map((s) => [`${s.facility}/${s.sender}`, s]));
  return ({ owner, facility, feed }) => (owner === 'admissions' ? byFeed.get(`${facility}/${feed}`) : undefined);
}
