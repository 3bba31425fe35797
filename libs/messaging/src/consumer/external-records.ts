import type { UnitOfWork } from '@wardstream/persistence';
import { parkAtHead } from '../parking/parked-messages.js';
import type { EventLog, ReceivedRecord, RecordBatch, Subscription } from '../event-log.js';
import { errorFields, type MessagingLogger } from '../messaging-logger.js';
import type { MessagingMetrics } from '../messaging-metrics.js';
import { Periodic } from '../periodic/periodic.js';
import { backoffMs, pause } from '../waiting.js';
import { halves } from './call-plan.js';
import { topicNamed } from './event-server.js';
import { causeOf, isDatabaseAway } from './failure-cause.js';
import { admitToInbox } from './inbox.js';
import { readIncoming } from './incoming-event.js';

export interface ExternalRecordsParts {
  readonly log: EventLog;
  readonly unitOfWork: UnitOfWork;
  readonly logger: MessagingLogger;
  readonly metrics: MessagingMetrics;
}

export interface ExternalReading {
  readonly group: string;
  readonly topic: string;
  /**
   * Takes records as they came, of whatever content; resolves when all that they say is durable. May be called again with the
   * same records. Rejects if any of them could not be taken.
   */
  take(records: readonly ReceivedRecord[]): Promise<void>;
}

const lagEveryMs = 5_000;

/**
 * Reads topics whose producers are not ours: any key, any headers, any bytes. Offsets are committed after `take` resolved. While the
 * service's database is away the records come again; a record that cannot be taken although it is there becomes a dead letter,
 * and the others go on: no record stops a partition.
 */
export class ExternalRecords {
  private readonly readers = new Set<ExternalReader>();

  constructor(private readonly parts: ExternalRecordsParts) {}

  /** Begins to read in the background, as often as it takes to reach the log. */
  read(reading: ExternalReading): ExternalReader {
    const reader = new ExternalReader(reading, this.parts);
    this.readers.add(reader);
    return reader;
  }

  /** Ends what was not ended yet. */
  async close(): Promise<void> {
    await Promise.all([...this.readers].map((reader) => reader.close()));
  }
}

export class ExternalReader {
  private readonly closing = new AbortController();
  private readonly beginning: Promise<void>;
  private subscription: Subscription | undefined;
  private readonly gauging = new Periodic(() => this.parts.metrics.consumerLag(this.subscription?.lag() ?? []), {
    everyMs: lagEveryMs,
    onError: (error) => this.parts.logger.warn(errorFields(error), 'How far a topic was read cannot be said now'),
  });

  constructor(
    private readonly reading: ExternalReading,
    private readonly parts: ExternalRecordsParts,
  ) {
    this.beginning = this.begin();
  }

  /** Takes no new records, waits for those in hand and commits them. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.beginning;
    await this.gauging.stop();
    await this.subscription?.close();
  }

  private async begin(): Promise<void> {
    const { log, logger } = this.parts;
    const { group, topic } = this.reading;
    for (let failures = 1; !this.closing.signal.aborted; failures += 1) {
      try {
        await log.ensureTopics([topicNamed(topic)]);
        this.subscription = await log.subscribe({ group, topics: [topic], onBatch: (batch) => this.onBatch(batch) });
        this.gauging.start();
        return;
      } catch (error) {
        logger.warn({ ...errorFields(error), topic, failures }, 'A topic cannot be read yet');
        await pause(backoffMs(failures, 200, 10_000), this.closing.signal);
      }
    }
  }

  private onBatch({ records, signal }: RecordBatch): Promise<void> {
    return this.settle(records, signal);
  }

  /** Rejects only when the records must come again. */
  private async settle(records: readonly ReceivedRecord[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    try {
      await this.reading.take(records);
    } catch (error) {
      const cause = rootOf(error);
      if (signal.aborted || (await isDatabaseAway(cause, this.parts.unitOfWork, true))) throw error;
      if (records.length === 1) return this.putAside(records[0]!, cause);
      const [first, second] = halves(records);
      await this.settle(first, signal);
      await this.settle(second, signal);
    }
  }

  private async putAside(record: ReceivedRecord, error: unknown): Promise<void> {
    const { unitOfWork, logger, metrics } = this.parts;
    const incoming = readIncoming(record);
    const cause = causeOf('not-taken', error);
    await unitOfWork.run(async (tx) => {
      const { fresh } = await admitToInbox(tx, [incoming]);
      if (fresh.length > 0) await parkAtHead(tx, [{ incoming, cause }], { state: 'dead' });
    });
    const { topic, partition, offset } = record;
    metrics.dead(cause.code, 1);
    logger.error({ ...errorFields(error), topic, partition, offset }, 'A record could not be taken: a dead letter');
  }
}

/** What an error was in the first place. */
function rootOf(error: unknown): unknown {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  return root;
}
