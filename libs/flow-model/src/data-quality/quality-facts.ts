import type { FeedData, SenderCountedData } from '@wardstream/events';
import type { DatedGhost } from './ghosts.js';
import type { FoundInvalidClock } from './invalid-clocks.js';

/** A feed as it was heard last, and the service that hears it. */
export interface HeardFeed extends FeedData {
  readonly owner: string;
}

/** What is known of a facility's data itself, apart from its beds and patients. */
export interface QualityFacts {
  readonly feeds: readonly HeardFeed[];
  /** Also those whose messages name no facility that is configured. */
  readonly senders: readonly SenderCountedData[];
  readonly ghosts: readonly DatedGhost[];
  /** Finished steps that end before they begin, as long as their facts say so. */
  readonly invalidClocks: readonly FoundInvalidClock[];
  /** Milliseconds. Since when feeds are listened to without interruption: what was not listened for was not missed. */
  readonly listeningSince: number;
}

export const nothingHeard: QualityFacts = {
  feeds: [],
  senders: [],
  ghosts: [],
  invalidClocks: [],
  listeningSince: -Infinity,
};
