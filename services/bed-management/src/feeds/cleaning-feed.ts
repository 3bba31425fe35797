import { Inject, Injectable } from '@nestjs/common';
import { bedManagementFeedHeard, gapsHeardAgain, usualGapSeconds } from '@wardstream/events';
import type { Clock } from '@wardstream/kernel';
import { Outbox } from '@wardstream/messaging';
import type { Tx } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import { lockFeed, updateFeed } from '../persistence/feed.rows.js';
import { iso } from '../persistence/sql-time.js';

const name = 'Cleaning';
/** One message of a feed in this time is enough to show its age; where time runs fast, in a second of real time. */
const quietMs = 5_000;

/** Notes that a cleaning system was heard, in the transaction of what it said. Told to others at most every five seconds. */
@Injectable()
export class CleaningFeed {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly outbox: Outbox,
  ) {}

  async heard(tx: Tx, facility: string, feed: string): Promise<void> {
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
    const lastReceivedAt = iso(now);
    const usual = usualGapSeconds(gaps);
    await this.outbox.publish(tx, [
      {
        ...{ definition: bedManagementFeedHeard, subject: `${facility}/${feed}`, aggregateVersion: version, facility },
        ...{ time: lastReceivedAt, recordedAt: lastReceivedAt },
        data: { facility, feed, name, lastReceivedAt, received, usualGapSeconds: usual },
      },
    ]);
  }
}
