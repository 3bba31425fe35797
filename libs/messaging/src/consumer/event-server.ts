import { topics, type AnyEventDefinition, type EventEnvelope, type TopicDefinition } from '@wardstream/events';
import { Server, type MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { EventContext } from '../event-context.js';
import type { EventLog, PartitionLag, RecordBatch, Subscription } from '../event-log.js';
import { errorFields } from '../messaging-logger.js';
import { Periodic } from '../periodic/periodic.js';
import { SerialQueue } from '../waiting.js';
import { BatchConsumer, type ConsumerParts } from './batch-consumer.js';
import type { HandlerRegistry } from './handler-registry.js';
import { pruneInbox } from './inbox.js';
import { JointBatches } from './joint-batches.js';
import { LaneRetry } from './lane-retry.js';

/** Something of a service that reads the log by itself, beside the handlers that its EventServer serves. */
export interface LogReader {
  /** Begins to read. Rejects when the log cannot be reached. */
  begin(): Promise<void>;
  /** How far it is behind. Read from memory. */
  lag(): readonly PartitionLag[];
  /** A person has asked for a dead letter to be tried again, or given it up. */
  lookForDueEvents(): void;
  /** Takes nothing new and finishes what runs; also where it has not begun. */
  close(): Promise<void>;
}

const pruneEveryMs = 15 * 60_000;
const lagEveryMs = 5_000;

export interface EventServerParts extends ConsumerParts {
  readonly service: string;
  readonly log: EventLog;
  readonly consumes: readonly AnyEventDefinition[];
}

/**
 * Nest's transport strategy over an EventLog: serves ordinary `@EventPattern(definition.pattern)` methods, and with the
 * extra `{ batch: true }` methods that take an array of events. See BatchConsumer for what is guaranteed.
 * Several methods of one pattern are all called, in one transaction, one after another.
 */
export class EventServer extends Server {
  /** Handlers' errors must come back here, or a failed event would pass as handled. */
  override readonly propagatesEventHandlerErrors = true;
  private readonly queue = new SerialQueue<number>();
  private readonly batches: JointBatches;
  private readonly retry: LaneRetry;
  private readonly handlers: HandlerRegistry;
  private readonly stopping = new AbortController();
  private readonly gauging: Periodic;
  private readonly pruning: Periodic;
  private readonly readers: LogReader[] = [];
  private subscription: Subscription | undefined;
  private newestMs: number | null = null;
  private beginning: Promise<void> | undefined;

  constructor(private readonly parts: EventServerParts) {
    super();
    this.handlers = parts.handlers;
    const { unitOfWork, tuning, metrics, logger } = parts;
    this.gauging = new Periodic(() => metrics.consumerLag(this.lag()), {
      everyMs: lagEveryMs,
      onError: (error) => logger.warn(errorFields(error), 'How far the log was read cannot be said now'),
    });
    this.pruning = new Periodic((stopping) => pruneInbox(unitOfWork, tuning.inboxRetentionMs, stopping), {
      everyMs: pruneEveryMs,
      atOnce: true,
      onError: (error) => logger.warn(errorFields(error), 'The inbox could not be pruned now'),
    });
    const parked = {
      changed: () => {
        parts.parked.changed();
        this.retry.kick();
      },
    };
    const consumer = new BatchConsumer({ ...parts, parked });
    this.batches = new JointBatches({
      together: (batches) => consumer.consumeTogether(batches),
      alone: (batch) => consumer.consume(batch),
    });
    this.retry = new LaneRetry(parts, this.queue, () => this.subscription?.partitions() ?? []);
  }

  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEventHandler = false,
    extras: Record<string, unknown> = {},
  ): void {
    if (!isEventHandler || typeof pattern !== 'string') {
      throw new Error('The event log serves @EventPattern methods whose pattern is that of an event definition');
    }
    if (!this.parts.consumes.some((definition) => definition.pattern === pattern)) {
      throw new Error(`${this.parts.service} handles ${pattern} and does not declare that it consumes it`);
    }
    // The first is also kept where Nest looks; the base class would chain the others to it and call them side by side.
    if (!this.messageHandlers.has(pattern)) this.messageHandlers.set(pattern, callback);
    this.handlers.add(pattern, {
      batch: extras.batch === true,
      call: (data, ctx) => awaitHandler(callback, data, ctx),
    });
  }

  /** Has `reader` begin and end with the handlers. To be called before `listen`. */
  attach(reader: LogReader): void {
    this.readers.push(reader);
  }

  /** Begins to consume. Answers by `callback`, with an error when the log cannot be reached. */
  listen(callback: (error?: unknown) => void): void {
    this.beginning = this.begin().then(
      () => callback(),
      (error: unknown) => callback(error),
    );
  }

  /** Takes no new batch, lets the running handlers finish and commits what they did. */
  async close(): Promise<void> {
    this.stopping.abort();
    await this.beginning;
    await Promise.all([this.gauging.stop(), this.pruning.stop()]);
    await Promise.all([this.subscription?.close(), this.retry.stop(), ...this.readers.map((reader) => reader.close())]);
    await this.queue.idle();
  }

  /** Records that were appended and not handled yet, on the partitions this process holds. Read from memory. */
  unread(): number {
    return this.lag().reduce((sum, { lag }) => sum + lag, 0);
  }

  /** When the log took the newest record that was handled, milliseconds of real time; null before the first. */
  get readUpToMs(): number | null {
    return this.newestMs;
  }

  /** Parked events that may be due are looked for now. */
  lookForDueEvents(): void {
    this.retry.kick();
    for (const reader of this.readers) reader.lookForDueEvents();
  }

  override on(): never {
    throw new Error('The event log has no events of its own to listen to');
  }

  unwrap<T>(): T {
    return this.parts.log as T;
  }

  private async begin(): Promise<void> {
    const { log, service, consumes, tuning } = this.parts;
    const topicNames = [...new Set(consumes.map((definition) => definition.topic))];
    if (this.stopping.signal.aborted) return;
    if (topicNames.length > 0) {
      await log.ensureTopics(topicNames.map(topicNamed));
      this.subscription = await log.subscribe({
        group: service,
        topics: topicNames,
        onBatch: (batch) => this.onBatch(batch),
        gatherMs: tuning.gatherMs,
      });
      this.retry.start();
    }
    for (const reader of this.readers) await reader.begin();
    if (topicNames.length + this.readers.length === 0) return;
    this.gauging.start();
    this.pruning.start();
  }

  private lag(): PartitionLag[] {
    return [...(this.subscription?.lag() ?? []), ...this.readers.flatMap((reader) => reader.lag())];
  }

  private async onBatch(batch: RecordBatch): Promise<void> {
    await this.queue.run(batch.partition, () => this.batches.handle(batch));
    this.newestMs = batch.records.at(-1)?.appendedAtMs ?? this.newestMs;
  }
}

/** How a topic is kept; one that is not of the catalogue is kept like the others. */
export function topicNamed(name: string): TopicDefinition {
  return topics.find((topic) => topic.name === name) ?? { ...topics[0]!, name };
}

async function awaitHandler(
  callback: MessageHandler,
  data: EventEnvelope | readonly EventEnvelope[],
  context: EventContext,
): Promise<void> {
  const result: unknown = await callback(data, context);
  if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
}
