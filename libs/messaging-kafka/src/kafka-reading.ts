import { monotonicMs } from '@wardstream/kernel';
import {
  backoffMs,
  errorFields,
  gatherBehind,
  pause,
  SerialQueue,
  type MessagingLogger,
  type PartitionLag,
  type RecordBatch,
} from '@wardstream/messaging';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { clientRetry } from './kafka-client.js';
import { fromMessage } from './kafka-record.js';
import type { LagTracker } from './lag-tracker.js';
import { sameNumberAssigner } from './same-number-assigner.js';

export interface KafkaReadingParts {
  readonly kafka: Kafka;
  readonly logger: MessagingLogger;
  readonly sessionTimeoutMs: number;
  /** How long a batch may run on when the subscription closes before it is told to stop early, ms. */
  readonly closeGraceMs: number;
  /** The consumer ended and will not start again by itself. */
  onLost(): void;
}

export interface KafkaReadingOptions {
  readonly topics: readonly string[];
  onBatch(batch: RecordBatch): Promise<void>;
  readonly maxRecords?: number;
  readonly gatherMs?: number;
}

const defaultMaxRecords = 500;
/** A running fetch holds up a rebalance, a resumed partition and the end for so long at most. */
const longPollMs = 500;

/**
 * Reads topics by one kafkajs consumer. It hands over batches by topic and partition; batches of one partition number are handled one
 * after another, whatever their topic. Nothing the handler does can reach kafkajs as an error: a rejected batch leaves its offset
 * unresolved and the partition paused for a while, so that it is fetched again. What becomes of how far it came is for its heirs.
 */
export abstract class KafkaReading {
  protected readonly consumer: Consumer;
  private readonly byNumber = new SerialQueue<number>();
  protected readonly closing = new AbortController();
  /** Aborted when what runs is not wanted any more. */
  private readonly running = new Map<string, AbortController>();
  private readonly hearts = new Set<NodeJS.Timeout>();
  private readonly failures = new Map<string, number>();
  /** When the broker last answered a fetch, monotonic ms. */
  protected fetchedAtMs = -Infinity;
  private assigned = new Map<string, readonly number[]>();
  private joined = false;
  private closed: Promise<void> | undefined;

  constructor(
    /** The consumer group it joins. */
    private readonly groupId: string,
    private readonly options: KafkaReadingOptions,
    private readonly parts: KafkaReadingParts,
    protected readonly lags: LagTracker,
  ) {
    const { sessionTimeoutMs, kafka } = parts;
    this.consumer = kafka.consumer({
      groupId,
      partitionAssigners: [sameNumberAssigner],
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.floor(sessionTimeoutMs / 4),
      rebalanceTimeout: Math.max(30_000, sessionTimeoutMs),
      maxWaitTimeInMs: longPollMs,
      minBytes: 1,
      maxBytesPerPartition: 1024 * 1024,
      metadataMaxAge: 60_000,
      allowAutoTopicCreation: false,
      retry: { ...clientRetry, restartOnFailure: () => Promise.resolve(!this.closing.signal.aborted) },
    });
  }

  /** Whether the group has been joined and not been lost since. */
  get isJoined(): boolean {
    return this.joined;
  }

  /** Told whenever the group was joined, before anything is fetched. */
  protected abstract joinedWith(assigned: ReadonlyMap<string, readonly number[]>): void;

  /** The first offset of a partition that is still wanted; what lies before it was handled. */
  protected abstract wantedFrom(topic: string, partition: number): bigint;

  /** Records were handled; `next` is the offset after them. */
  protected abstract handled(payload: EachBatchPayload, topic: string, partition: number, next: string): Promise<void>;

  /** It was closed. */
  protected abstract ended(): void;

  /** Resolves when this member has joined the group. */
  async start(): Promise<void> {
    const { GROUP_JOIN, CRASH, REBALANCING, FETCH } = this.consumer.events;
    this.consumer.on(FETCH, () => (this.fetchedAtMs = monotonicMs()));
    const joined = new Promise<void>((resolve) => {
      this.consumer.on(GROUP_JOIN, ({ payload }) => {
        const assigned = new Map(Object.entries(payload.memberAssignment));
        this.assignmentIs(assigned);
        this.joinedWith(assigned);
        resolve();
      });
    });
    this.consumer.on(REBALANCING, () => (this.joined = false));
    const crashed = new Promise<never>((_, reject) => {
      this.consumer.on(CRASH, ({ payload }) => {
        this.joined = false;
        this.assignmentIs(new Map());
        if (payload.restart || this.closing.signal.aborted) return;
        this.parts.logger.error(errorFields(payload.error), 'The Kafka consumer ended and will not start again');
        this.parts.onLost();
        reject(payload.error);
      });
    });
    crashed.catch(() => undefined);
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...this.options.topics], fromBeginning: true });
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      // A batch that waits for another topic of its partition number holds a worker, so there is one for each.
      partitionsConsumedConcurrently: 16 * this.options.topics.length,
      eachBatch: (payload) => this.eachBatch(payload),
    });
    await Promise.race([joined, crashed]);
    this.lags.start(() => this.assigned);
  }

  partitions(): readonly number[] {
    return [...new Set([...this.assigned.values()].flat())].sort((a, b) => a - b);
  }

  lag(): readonly PartitionLag[] {
    return this.lags.of(this.assigned);
  }

  close(): Promise<void> {
    this.closed ??= this.shutDown();
    return this.closed;
  }

  private assignmentIs(assigned: Map<string, readonly number[]>): void {
    this.joined = assigned.size > 0 || this.joined;
    this.assigned = assigned;
    for (const [name, abort] of this.running) {
      const [topic, partition] = JSON.parse(name) as [string, number];
      if (!(assigned.get(topic) ?? []).includes(partition)) abort.abort();
    }
  }

  /** Never rejects: see the class. */
  private async eachBatch(payload: EachBatchPayload): Promise<void> {
    const { topic, partition } = payload.batch;
    const name = nameOf(topic, partition);
    const abort = new AbortController();
    this.running.set(name, abort);
    // kafkajs sends no heartbeat of its own while a batch is in hand, waiting for its turn included.
    const heart = setInterval(() => void payload.heartbeat().catch(() => undefined), this.parts.sessionTimeoutMs / 4);
    this.hearts.add(heart);
    try {
      await this.byNumber.run(partition, () => this.handle(payload, abort.signal));
      this.failures.delete(name);
      await this.gather(payload.batch, abort.signal);
    } catch (error) {
      if (!abort.signal.aborted && payload.isRunning()) this.backOff(topic, partition, name, error);
    } finally {
      clearInterval(heart);
      this.hearts.delete(heart);
      this.running.delete(name);
    }
  }

  /** kafkajs fetches again when all that it fetched is handled: that can wait where little is left, and more comes with it. */
  private async gather(batch: EachBatchPayload['batch'], signal: AbortSignal): Promise<void> {
    const left = () => Number(batch.highWatermark) - 1 - Number(batch.lastOffset());
    await gatherBehind(this.options.gatherMs ?? 0, left, signal, this.closing.signal);
  }

  private async handle(payload: EachBatchPayload, signal: AbortSignal): Promise<void> {
    const { batch } = payload;
    const { topic, partition, messages } = batch;
    const most = this.options.maxRecords ?? defaultMaxRecords;
    for (let at = 0; at < messages.length; at += most) {
      if (!payload.isRunning() || payload.isStale() || signal.aborted) return;
      const cut = messages.slice(at, at + most);
      const last = cut.at(-1)!.offset;
      this.lags.sees(topic, partition, { head: batch.highWatermark, next: cut[0]!.offset });
      const from = this.wantedFrom(topic, partition);
      const records = cut
        .filter(({ offset }) => BigInt(offset) >= from)
        .map((message) => fromMessage(topic, partition, message));
      if (records.length > 0) await this.options.onBatch({ partition, records, signal });
      if (signal.aborted) return;
      payload.resolveOffset(last);
      const next = (BigInt(last) + 1n).toString();
      this.lags.sees(topic, partition, { next });
      await this.handled(payload, topic, partition, next);
    }
  }

  private backOff(topic: string, partition: number, name: string, error: unknown): void {
    const failures = (this.failures.get(name) ?? 0) + 1;
    this.failures.set(name, failures);
    const ms = backoffMs(failures, 100, 5_000);
    this.parts.logger.warn(
      { ...errorFields(error), group: this.groupId, topic, partition, failures, againInMs: ms },
      'A batch was not handled and will come again',
    );
    const paused = [{ topic, partitions: [partition] }];
    this.consumer.pause(paused);
    void pause(ms, this.closing.signal).then(() => {
      if (!this.closing.signal.aborted) this.consumer.resume(paused);
    });
  }

  private async shutDown(): Promise<void> {
    this.closing.abort();
    this.lags.stop();
    const done = new AbortController();
    const stopped = this.consumer
      .stop()
      .then(() => this.consumer.disconnect())
      .catch((error: unknown) => this.parts.logger.warn(errorFields(error), 'A Kafka consumer did not end in peace'))
      .finally(() => done.abort());
    await Promise.race([stopped, pause(this.parts.closeGraceMs, done.signal)]);
    if (!done.signal.aborted) {
      this.running.forEach((abort) => abort.abort());
      await Promise.race([stopped, pause(this.parts.closeGraceMs, done.signal)]);
    }
    // What hangs even now is given up; it must not be kept in the group as if it lived.
    this.hearts.forEach((heart) => clearInterval(heart));
    this.joined = false;
    this.assigned = new Map();
    this.ended();
  }
}

export function nameOf(topic: string, partition: number): string {
  return JSON.stringify([topic, partition]);
}
