import type { TopicDefinition } from '@wardstream/events';
import { digest } from '@wardstream/kernel';
import {
  backoffMs,
  errorFields,
  largestEventBytes,
  partitionOf,
  pause,
  silentLogger,
  type EventLog,
  type Follower,
  type FollowOptions,
  type GroupProgress,
  type LogHealth,
  type LogRecord,
  type MessagingLogger,
  type SubscribeOptions,
  type Subscription,
} from '@wardstream/messaging';
import type { Admin, Kafka, Message, Producer } from 'kafkajs';
import { clientRetry, kafkaClient, type KafkaConnection } from './kafka-client.js';
import { groupProgress } from './group-progress.js';
import { toMessage } from './kafka-record.js';
import { KafkaFollower } from './kafka-follower.js';
import type { KafkaReadingParts } from './kafka-reading.js';
import { planRequests } from './send-plan.js';
import { KafkaSubscription } from './kafka-subscription.js';

export interface KafkaEventLogOptions extends KafkaConnection {
  readonly logger?: MessagingLogger;
  /** Called when a consumer has ended for good: the process should exit so that a supervisor starts it anew. */
  readonly onLost?: () => void;
  /** Of topics made by `ensureTopics`; the broker's default unless told. */
  readonly replicationFactor?: number;
  /** A member that is silent for so long loses its partitions, ms; 10,000 unless told. */
  readonly sessionTimeoutMs?: number;
  /** How long `close` lets a batch run before it is told to stop early, ms; 10,000 unless told. */
  readonly closeGraceMs?: number;
}

const healthTimeoutMs = 3_000;
/** About half a minute: a busy broker takes its time until it leads what was just made. */
const metadataTries = 30;
/** Twice the largest event the outbox takes. */
const mostBatchBytes = 2 * largestEventBytes;

/**
 * The event log on Kafka. `append` resolves when all in-sync replicas have the records (acks=-1); see EventLog for the
 * guarantees and KafkaSubscription for consuming. Connects with the first call.
 */
export class KafkaEventLog implements EventLog {
  private readonly kafka: Kafka;
  private readonly logger: MessagingLogger;
  private readonly readers = new Set<KafkaSubscription | KafkaFollower>();
  private producer: Promise<Producer> | undefined;
  private admin: Promise<Admin> | undefined;
  private lost = false;
  private closed: Promise<void> | undefined;

  constructor(private readonly options: KafkaEventLogOptions) {
    this.logger = options.logger ?? silentLogger;
    this.kafka = kafkaClient(options, this.logger);
  }

  /** Throws for a topic that is there with another number of partitions: a facility would not keep its number. */
  async ensureTopics(topics: readonly TopicDefinition[]): Promise<void> {
    const admin = await this.connectAdmin();
    const present = new Set(await admin.listTopics());
    const missing = topics.filter(({ name }) => !present.has(name));
    if (missing.length > 0) {
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map(({ name, partitions, retentionMs }) => ({
          topic: name,
          numPartitions: partitions,
          replicationFactor: this.options.replicationFactor ?? -1,
          configEntries: [
            { name: 'retention.ms', value: String(retentionMs) },
            { name: 'max.message.bytes', value: String(mostBatchBytes) },
          ],
        })),
      });
    }
    for (const { name } of missing) await this.leadersAnswer(admin, name);
    const found = await this.partitionCounts(admin, topics);
    for (const { name, partitions } of topics) {
      if (found.get(name) !== partitions) {
        throw new Error(`Topic ${name} has ${found.get(name)} partitions where ${partitions} are needed`);
      }
    }
  }

  /** A topic that another process has just made may not be known to every broker for a moment. */
  private async partitionCounts(admin: Admin, topics: readonly TopicDefinition[]): Promise<Map<string, number>> {
    const { topics: found } = await untilKnown(() =>
      admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) }),
    );
    return new Map(found.map(({ name, partitions }) => [name, partitions.length]));
  }

  /**
   * A leader is named before it leads. An append in between is refused for that partition alone, and kafkajs repeats what
   * it sent to the broker for all partitions, so the others would have it twice.
   */
  private async leadersAnswer(admin: Admin, topic: string): Promise<void> {
    await untilKnown(() => admin.fetchTopicOffsets(topic));
  }

  async append(records: readonly LogRecord[]): Promise<void> {
    if (records.length === 0) return;
    const producer = await this.connectProducer();
    // Whatever the number of partitions, records of one key share one, so the key stands for it.
    for (const request of planRequests(records, ({ topic, key }) => `${topic} ${key}`)) {
      const byTopic = new Map<string, Message[]>();
      for (const record of request) {
        const messages = byTopic.get(record.topic);
        if (messages === undefined) byTopic.set(record.topic, [toMessage(record)]);
        else messages.push(toMessage(record));
      }
      await producer.sendBatch({
        acks: -1,
        topicMessages: [...byTopic].map(([topic, messages]) => ({ topic, messages })),
      });
    }
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    this.assertOpen();
    return this.started(new KafkaSubscription(options, this.readingParts()));
  }

  async follow(options: FollowOptions): Promise<Follower> {
    const admin = await this.connectAdmin();
    const follower = new KafkaFollower(options, this.readingParts());
    await follower.locate(admin);
    return this.started(follower);
  }

  async identity(): Promise<string> {
    const { clusterId } = await (await this.connectAdmin()).describeCluster();
    return digest(clusterId).slice(0, 8);
  }

  private readingParts(): KafkaReadingParts & { onClosed(reader: KafkaSubscription | KafkaFollower): void } {
    return {
      kafka: this.kafka,
      logger: this.logger,
      sessionTimeoutMs: this.options.sessionTimeoutMs ?? 10_000,
      closeGraceMs: this.options.closeGraceMs ?? 10_000,
      onLost: () => {
        this.lost = true;
        this.options.onLost?.();
      },
      onClosed: (reader) => void this.readers.delete(reader),
    };
  }

  private async started<R extends KafkaSubscription | KafkaFollower>(reader: R): Promise<R> {
    this.readers.add(reader);
    try {
      await reader.start();
    } catch (error) {
      await reader.close();
      throw error;
    }
    return reader;
  }

  async progressOf(group: string, topics: readonly string[]): Promise<readonly GroupProgress[]> {
    return groupProgress(await this.connectAdmin(), group, topics);
  }

  async health(): Promise<LogHealth> {
    if (this.closed !== undefined) return { ok: false, reason: 'The event log is closed' };
    if (this.lost) return { ok: false, reason: 'A Kafka consumer has ended and will not start again' };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<LogHealth>((resolve) => {
      timer = setTimeout(() => resolve({ ok: false, reason: 'Kafka does not answer' }), healthTimeoutMs);
    });
    const answer = this.connectAdmin()
      .then((admin) => admin.describeCluster())
      .then(
        (): LogHealth => ({ ok: true }),
        (): LogHealth => ({ ok: false, reason: 'Kafka cannot be reached' }),
      );
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): Promise<void> {
    this.closed ??= this.shutDown();
    return this.closed;
  }

  private async shutDown(): Promise<void> {
    await Promise.all([...this.readers].map((reader) => reader.close()));
    await Promise.all(
      [this.producer, this.admin].map(async (client) => {
        try {
          await (await client)?.disconnect();
        } catch (error) {
          this.logger.warn(errorFields(error), 'A Kafka connection did not end in peace');
        }
      }),
    );
  }

  private assertOpen(): void {
    if (this.closed !== undefined) throw new Error('The event log is closed');
  }

  private async connectProducer(): Promise<Producer> {
    this.assertOpen();
    this.producer ??= this.connected(
      this.kafka.producer({
        allowAutoTopicCreation: false,
        idempotent: false,
        metadataMaxAge: 60_000,
        // The relay repeats for as long as it takes; it should hear early that the broker is away.
        retry: { ...clientRetry, retries: 4 },
        createPartitioner:
          () =>
          ({ message, partitionMetadata }) =>
            partitionOf(message.key?.toString() ?? '', partitionMetadata.length),
      }),
      () => (this.producer = undefined),
    );
    return this.producer;
  }

  private async connectAdmin(): Promise<Admin> {
    this.assertOpen();
    this.admin ??= this.connected(this.kafka.admin(), () => (this.admin = undefined));
    return this.admin;
  }

  private async connected<C extends { connect(): Promise<void> }>(client: C, onFailure: () => void): Promise<C> {
    try {
      await client.connect();
      return client;
    } catch (error) {
      onFailure();
      throw error;
    }
  }
}

async function untilKnown<T>(ask: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await ask();
    } catch (error) {
      if (failures > metadataTries) throw error;
      await pause(backoffMs(failures, 100, 1_000));
    }
  }
}
