import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { admissionsFeedHeard, gapsHeardAgain, usualGapSeconds, withGaps } from '@wardstream/events';
import { type Clock, monotonicMs, nowIso } from '@wardstream/kernel';
import { type AnyNewEvent, Outbox } from '@wardstream/messaging';
import { UnitOfWork } from '@wardstream/persistence';
import { CLOCK, LOGGER, type Logger } from '@wardstream/service-kit';
import { type FeedRow, lockPublished, notePublished } from '../persistence/feed.rows.js';

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
 * messages (SenderCounts); told to others at most every five seconds for one feed, all that are due
 * at once: in as many statements for a hundred feeds as for one, none of which locks what an acknowledgement waits for.
 */
@Injectable()
export class FeedMonitor implements BeforeApplicationShutdown {
  private readonly feeds = new Map<string, Listening>();
  private timer: NodeJS.Timeout | undefined;
  private telling: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Call with the messages of a batch once it is durable and counted (SenderCounts). */
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
    const recordedAt = nowIso(this.clock);
    await this.unitOfWork.run(async (tx) => {
      const published = (await lockPublished(tx, [...closed.keys()]))
        .filter((row) => BigInt(row.received) > BigInt(row.publishedReceived))
        .map((row) => {
          const listening = this.feeds.get(`${row.facility} ${row.feed}`)!;
          return { ...row, gaps: withGaps(row.gaps, closed.get(listening)!) };
        });
      await notePublished(
        tx,
        published.map(({ facility, feed, received, gaps }) => ({ facility, feed, received, gaps })),
      );
      await this.outbox.publish(
        tx,
        published.map((row) => feedEvent(row, recordedAt)),
      );
    });
  }
}

function feedEvent({ facility, feed, name, gaps, ...row }: FeedRow, recordedAt: string): AnyNewEvent {
  const lastReceivedAt = row.lastReceivedAt.toISOString();
  const received = Number(row.received);
  return {
    ...{ definition: admissionsFeedHeard, subject: `${facility}/${feed}`, aggregateVersion: received, facility },
    ...{ time: lastReceivedAt, recordedAt },
    data: { facility, feed, name, lastReceivedAt, received, usualGapSeconds: usualGapSeconds(gaps) },
  };
}

/** One stored message as far as its feed is concerned. */
export interface HeardMessage {
  readonly facility: string | null;
  readonly application: string;
  readonly receivedMs: number;
}
