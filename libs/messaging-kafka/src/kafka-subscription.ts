import {
  backoffMs,
  errorFields,
  pause,
  SerialQueue,
  type MessagingLogger,
  type PartitionLag,
  type SubscribeOptions,
  type Subscription,
} from '@wardstream/messaging';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { clientRetry } from './kafka-client.js';
import { fromMessage } from './kafka-record.js';
import { LagBook } from './lag-book.js';
import { sameNumberAssigner } from './same-number-assigner.js';

export interface KafkaSubscriptionParts {
  readonly kafka: Kafka;
  readonly logger: MessagingLogger;
  readonly sessionTimeoutMs: number;
  /** How long a batch may run on when the subscription closes before it is told to stop early, ms. */
  readonly closeGraceMs: number;
  /** The consumer ended and will not start again by itself. */
  onLost(): void;
  onClosed(subscription: KafkaSubscription): void;
}

const defaultMaxRecords = 500;
/** A running fetch holds up a rebalance, a resumed partition and the end for so long at most. */
const longPollMs = 500;

/**
 * One member of a Kafka consumer group. kafkajs hands over batches by topic and partition; batches of one partition number
 * are handled one after another, whatever their topic. Offsets are committed after the handler, cut by cut. Nothing the
 * handler does can reach kafkajs as an error: a rejected batch leaves its offset unresolved and the partition paused for a
 * while, so that it is fetched again.
 */
export class KafkaSubscription implements Subscription {
  private readonly consumer: Consumer;
  private readonly byNumber = new SerialQueue<number>();
  private readonly closing = new AbortController();
  /** Aborted when what runs is not wanted any more. */
  private readonly running = new Map<string, AbortController>();
  private readonly hearts = new Set<NodeJS.Timeout>();
  private readonly failures = new Map<string, number>();
  /** Where a partition goes on whose last commit failed: what was handled here is not handled again after a rebalance. */
  private readonly uncommitted = new Map<string, bigint>();
  private readonly lags: LagBook;
  private assigned = new Map<string, readonly number[]>();
  private joined = false;
  private closed: Promise<void> | undefined;

  constructor(
    private readonly options: SubscribeOptions,
    private readonly parts: KafkaSubscriptionParts,
  ) {
    const { sessionTimeoutMs, kafka } = parts;
    this.lags = new LagBook(kafka, options.group, options.topics, parts.logger);
    this.consumer = kafka.consumer({
      groupId: options.group,
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

  /** Resolves when this member has joined the group. */
  async start(): Promise<void> {
    const { GROUP_JOIN, CRASH, REBALANCING } = this.consumer.events;
    const joined = new Promise<void>((resolve) => {
      this.consumer.on(GROUP_JOIN, ({ payload }) => {
        this.assignmentIs(new Map(Object.entries(payload.memberAssignment)));
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
    } catch (error) {
      if (!abort.signal.aborted && payload.isRunning()) this.backOff(topic, partition, name, error);
    } finally {
      clearInterval(heart);
      this.hearts.delete(heart);
      this.running.delete(name);
    }
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
      const from = this.uncommitted.get(nameOf(topic, partition)) ?? 0n;
      const records = cut
        .filter(({ offset }) => BigInt(offset) >= from)
        .map((message) => fromMessage(topic, partition, message));
      if (records.length > 0) await this.options.onBatch({ partition, records, signal });
      if (signal.aborted) return;
      payload.resolveOffset(last);
      const next = (BigInt(last) + 1n).toString();
      this.lags.sees(topic, partition, { next });
      await this.commit(payload, topic, partition, next);
    }
  }

  /** A commit that fails is made up for by the next one; if there is none, the records come again elsewhere. */
  private async commit(payload: EachBatchPayload, topic: string, partition: number, offset: string): Promise<void> {
    try {
      await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
      this.uncommitted.delete(nameOf(topic, partition));
    } catch (error) {
      this.uncommitted.set(nameOf(topic, partition), BigInt(offset));
      this.parts.logger.warn({ ...errorFields(error), group: this.options.group }, 'An offset was not committed');
    }
  }

  private backOff(topic: string, partition: number, name: string, error: unknown): void {
    const failures = (this.failures.get(name) ?? 0) + 1;
    this.failures.set(name, failures);
    const ms = backoffMs(failures, 100, 5_000);
    this.parts.logger.warn(
      { ...errorFields(error), group: this.options.group, topic, partition, failures, againInMs: ms },
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
    this.parts.onClosed(this);
  }
}

function nameOf(topic: string, partition: number): string {
  return JSON.stringify([topic, partition]);
}
