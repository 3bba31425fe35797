import { setTimeout as sleep } from 'node:timers/promises';
import type {
  EventLog,
  Follower,
  FollowOptions,
  ReceivedRecord,
  RecordBatch,
  Subscription,
  SubscribeOptions,
} from '../event-log.js';

/** Waits until `holds`; rejects with `what` and `state` when it takes longer than `timeoutMs`. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  state: () => unknown = () => '',
  timeoutMs = 45_000,
): Promise<void> {
  const deadline = AbortSignal.timeout(timeoutMs);
  while (!(await holds())) {
    if (deadline.aborted) throw new Error(`Waited in vain: ${what} ${JSON.stringify(state())}`);
    await sleep(10);
  }
}

/** A gate that a handler waits at until it is opened. */
export class Gate {
  private release: () => void = () => undefined;
  private readonly passed = new Promise<void>((resolve) => (this.release = resolve));
  open(): void {
    this.release();
  }
  wait(): Promise<void> {
    return this.passed;
  }
}

/** A member of a group, or a follower, that keeps what it is given. */
export class Collector {
  readonly batches: RecordBatch[] = [];
  /** Batches in hand now. */
  running = 0;
  /** Called for each batch before it is kept; what it throws rejects the batch. */
  before: (batch: RecordBatch) => Promise<void> | void = () => undefined;
  /** Called for each batch after it is kept and before it counts as handled. */
  after: (batch: RecordBatch) => Promise<void> | void = () => undefined;
  /** Set for one that follows. */
  follower: Follower | undefined;
  private subscription: Subscription | Follower | undefined;

  static async join(
    log: EventLog,
    options: Pick<SubscribeOptions, 'group' | 'topics' | 'maxRecords' | 'gatherMs'>,
    prepare: (collector: Collector) => void = () => undefined,
  ): Promise<Collector> {
    const collector = new Collector();
    prepare(collector);
    collector.subscription = await log.subscribe({ ...options, onBatch: (batch) => collector.take(batch) });
    return collector;
  }

  static async follow(
    log: EventLog,
    options: Omit<FollowOptions, 'onBatch'>,
    prepare: (collector: Collector) => void = () => undefined,
  ): Promise<Collector> {
    const collector = new Collector();
    prepare(collector);
    collector.follower = await log.follow({ ...options, onBatch: (batch) => collector.take(batch) });
    collector.subscription = collector.follower;
    return collector;
  }

  get records(): ReceivedRecord[] {
    return this.batches.flatMap((batch) => [...batch.records]);
  }

  get values(): string[] {
    return this.records.map(({ value }) => value);
  }

  get partitions(): readonly number[] {
    return this.subscription?.partitions() ?? [];
  }

  get lag(): number {
    return this.subscription?.lag().reduce((sum, { lag }) => sum + lag, 0) ?? 0;
  }

  has(count: number): Promise<void> {
    return until(
      () => this.batches.reduce((sum, batch) => sum + batch.records.length, 0) >= count,
      `${count} records`,
      () => this.batches.reduce((sum, batch) => sum + batch.records.length, 0),
    );
  }

  leave(): Promise<void> {
    return this.subscription?.close() ?? Promise.resolve();
  }

  private async take(batch: RecordBatch): Promise<void> {
    this.running += 1;
    try {
      await this.before(batch);
      this.batches.push(batch);
      await this.after(batch);
    } finally {
      this.running -= 1;
    }
  }
}
