import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { admissionsFeedHeard, gapsHeardAgain, usualGapSeconds, withGaps } from '@wardstream/events';
import { type Clock, monotonicMs } from '@wardstream/kernel';
import { Outbox } from '@wardstream/messaging';
import { type Tx, UnitOfWork } from '@wardstream/persistence';
import { CLOCK, LOGGER, type Logger } from '@wardstream/service-kit';
import { Directories } from '../facilities/directories.js';
import { countHeard, type Heard, lockFeeds, notePublished } from '../persistence/feed.rows.js';

interface Listening {
  readonly facility: string;
  readonly feed: string;
  lastMs: number;
  /** Seconds; the last one's minute may not be over yet. */
  gaps: number[];
  /** Real time of the last publication, monotonic. */
  publishedMs: number;
  due: boolean;
}

/** How often a feed's age is told at most, in real seconds; a hospital whose time runs fast is told of more often. */
const QUIET_SECONDS = 5;

/**
 * When each sending application was last heard, and how long it usually is silent. Counted in the transaction that stores the
 * messages; told to others at most every five seconds for one feed.
 */
@Injectable()
export class FeedKeeper implements BeforeApplicationShutdown {
  private readonly feeds = new Map<string, Listening>();
  private timer: NodeJS.Timeout | undefined;
  private telling: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly directories: Directories,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Counts a batch within `tx`. Call `committed` with the same batch once it is durable. */
  async count(tx: Tx, messages: readonly HeardMessage[]): Promise<void> {
    await countHeard(tx, this.summed(messages));
  }

  committed(messages: readonly HeardMessage[]): void {
    for (const { facility, application, receivedMs } of messages) {
      if (facility === null) continue;
      const key = `${facility} ${application}`;
      let feed = this.feeds.get(key);
      if (feed === undefined) {
        feed = { facility, feed: application, lastMs: receivedMs, gaps: [], publishedMs: -Infinity, due: false };
        this.feeds.set(key, feed);
      } else {
        feed.gaps = gapsHeardAgain(feed.gaps, feed.lastMs, receivedMs);
        feed.lastMs = Math.max(feed.lastMs, receivedMs);
      }
      feed.due = true;
    }
    this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.telling;
  }

  private summed(messages: readonly HeardMessage[]): Heard[] {
    const heard = new Map<string, { facility: string; feed: string; name: string; count: number; lastMs: number }>();
    for (const { facility, application, senderFacility, receivedMs } of messages) {
      if (facility === null) continue;
      const key = `${facility} ${application}`;
      const known = heard.get(key);
      if (known === undefined) {
        const name =
          this.directories.sender(application, senderFacility)?.profile.name ?? (application || 'Unnamed sender');
        heard.set(key, { facility, feed: application, name, count: 1, lastMs: receivedMs });
      } else {
        known.count += 1;
        known.lastMs = Math.max(known.lastMs, receivedMs);
      }
    }
    return [...heard.values()].map(({ lastMs, ...rest }) => ({ ...rest, lastAt: new Date(lastMs).toISOString() }));
  }

  private get quietMs(): number {
    return Math.max(1000, (QUIET_SECONDS * 1000) / Math.max(1, this.clock.speed));
  }

  private schedule(): void {
    if (this.timer !== undefined || this.stopped) return;
    const now = monotonicMs();
    const waits = [...this.feeds.values()].filter((f) => f.due).map((f) => f.publishedMs + this.quietMs - now);
    if (waits.length === 0) return;
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        this.telling = this.tell().catch((error: unknown) => {
          this.logger.warn({ err: error }, 'the age of a feed could not be told; trying again');
        });
        void this.telling.then(() => this.schedule());
      },
      Math.max(0, Math.min(...waits)),
    );
    this.timer.unref();
  }

  private async tell(): Promise<void> {
    const now = monotonicMs();
    const due = [...this.feeds.values()].filter((f) => f.due && now - f.publishedMs >= this.quietMs);
    if (due.length === 0) return;
    // All but the last, whose minute may still go on.
    const closed = new Map(due.map((f) => [f, f.gaps.slice(0, -1)]));
    for (const feed of due) {
      feed.publishedMs = now;
      feed.due = false;
    }
    await this.publish(closed).catch((error: unknown) => {
      for (const feed of due) feed.due = true;
      throw error;
    });
    for (const [feed, gaps] of closed) feed.gaps = feed.gaps.slice(gaps.length);
  }

  private async publish(closed: ReadonlyMap<Listening, readonly number[]>): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      for (const row of await lockFeeds(tx, [...closed.keys()])) {
        if (BigInt(row.received) <= BigInt(row.publishedReceived)) continue;
        const listening = this.feeds.get(`${row.facility} ${row.feed}`)!;
        const gaps = withGaps(row.gaps, closed.get(listening)!);
        await notePublished(tx, row, gaps);
        const lastReceivedAt = row.lastReceivedAt.toISOString();
        const received = Number(row.received);
        const { facility, feed, name } = row;
        await this.outbox.publish(tx, [
          {
            ...{
              definition: admissionsFeedHeard,
              subject: `${facility}/${feed}`,
              aggregateVersion: received,
              facility,
            },
            ...{ time: lastReceivedAt, recordedAt: new Date(this.clock.nowMs()).toISOString() },
            data: { facility, feed, name, lastReceivedAt, received, usualGapSeconds: usualGapSeconds(gaps) },
          },
        ]);
      }
    });
  }
}

/** One stored message as far as its feed is concerned. */
export interface HeardMessage {
  readonly facility: string | null;
  readonly application: string;
  readonly senderFacility: string;
  readonly receivedMs: number;
}
