import { gapsHeardAgain, usualGapSeconds, type EventDefinition, type FeedData } from '@wardstream/events';
import type { Clock } from '@wardstream/kernel';
import type { Tx } from '@wardstream/persistence';
import type { Outbox } from '../outbox/outbox.js';
import { lockFeed, updateFeed } from './feed.rows.js';

/** One message of a feed in this time is enough to show its age; where time runs fast, in a second of real time. */
const quietMs = 5_000;

/** A system that is heard by a service, as boards name it. */
export interface HeardFeed {
  readonly feed: string;
  readonly name: string;
}

/**
 * Notes that a department's system was heard, in the transaction of what it said, in the service's table `feed`. Told to others
 * by the service's own `feed-heard` event, at most every five seconds.
 */
export class HeardFeeds {
  constructor(
    private readonly clock: Clock,
    private readonly outbox: Outbox,
    private readonly definition: EventDefinition<FeedData>,
  ) {}

  async heard(tx: Tx, facility: string, { feed, name }: HeardFeed): Promise<void> {
    const now = this.clock.nowMs();
    const before = await lockFeed(tx, facility, feed, name, now);
    const received = before.received + 1;
    const gaps = received === 1 ? [] : gapsHeardAgain(before.gaps, before.lastReceivedAt, now);
    const quiet = quietMs * Math.max(1, this.clock.speed / 5);
    const due = before.publishedAt === null || now - before.publishedAt >= quiet;
    const version = before.version + (due ? 1 : 0);
    const publishedAt = due ? now : before.publishedAt;
    await updateFeed(tx, facility, feed, { received, gaps, version, lastReceivedAt: now, publishedAt });
    if (!due) return;
    const lastReceivedAt = new Date(now).toISOString();
    await this.outbox.publish(tx, [
      {
        ...{ definition: this.definition, subject: `${facility}/${feed}`, aggregateVersion: version, facility },
        ...{ time: lastReceivedAt, recordedAt: lastReceivedAt },
        data: { facility, feed, name, lastReceivedAt, received, usualGapSeconds: usualGapSeconds(gaps) },
      },
    ]);
  }
}
