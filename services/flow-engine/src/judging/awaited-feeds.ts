import { feedsAmong, feedSilence, type HeardFeed } from '@wardstream/flow-model';
import type { SenderCountedData } from '@wardstream/events';

/** A sender that was not heard within this time after a start is not waited for any more: it is silent. Real milliseconds. */
const MOST_AWAITED_MS = 60_000;

/**
 * Feeds that were silent for longer than is usual when this process began to poll: it, or what is before it, was away, and they may have
 * much to tell. Each is awaited until it was heard, and all for a minute at most. Pure.
 */
export class AwaitedFeeds {
  /** When each was heard last before the start, by id. */
  private readonly awaited = new Map<string, string>();

  /** `now` in the facility's time, `startedAtMs` monotonic. */
  constructor(
    feeds: readonly HeardFeed[],
    senders: readonly SenderCountedData[],
    now: number,
    private readonly startedAtMs: number,
  ) {
    const countedOf = feedsAmong(senders);
    for (const feed of feeds) {
      const { minutes, usual } = feedSilence(feed, countedOf(feed), now);
      if (usual !== null && minutes > usual) this.awaited.set(idOf(feed), feed.lastReceivedAt);
    }
  }

  /** Whether any of them is awaited still. */
  areAwaited(feeds: readonly HeardFeed[], atMs: number): boolean {
    if (atMs - this.startedAtMs >= MOST_AWAITED_MS) this.awaited.clear();
    for (const feed of this.awaited.size === 0 ? [] : feeds) {
      const before = this.awaited.get(idOf(feed));
      if (before !== undefined && feed.lastReceivedAt > before) this.awaited.delete(idOf(feed));
    }
    return this.awaited.size > 0;
  }
}

function idOf({ owner, feed }: HeardFeed): string {
  return `${owner}/${feed}`;
}
