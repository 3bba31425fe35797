import type { AnyEventDefinition, EventEnvelope } from '@wardstream/events';
import type { Tx, UnitOfWork } from '@wardstream/persistence';
import { eventReaderOf } from '../consumer/event-reader.js';
import type { EventServer, LogReader } from '../consumer/event-server.js';
import type { Cause } from '../consumer/failure-cause.js';
import { HandlerRegistry } from '../consumer/handler-registry.js';
import { readIncoming, type Incoming } from '../consumer/incoming-event.js';
import { LaneRetry } from '../consumer/lane-retry.js';
import type { EventContext } from '../event-context.js';
import type { EventLog, ReceivedRecord } from '../event-log.js';
import type { MessagingLogger } from '../messaging-logger.js';
import type { MessagingMetrics } from '../messaging-metrics.js';
import type { MessagingTuning } from '../messaging-options.js';
import { parkAtHead } from '../parking/parked-messages.js';
import { SerialQueue } from '../waiting.js';

/** Where a record stands in the log. */
export interface LetterPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/** A dead letter as a view has to know it: what it may concern. */
export interface LetterCopy extends LetterPlace {
  /** Null where the record could not even be read so far. */
  readonly facility: string | null;
  readonly subject: string | null;
  /** The version of its aggregate that it tells of; null where that cannot be read. */
  readonly version: number | null;
  /** When that happened, as the record says it. */
  readonly time: string | null;
}

export interface ViewMessagingParts {
  readonly service: string;
  readonly log: EventLog;
  readonly unitOfWork: UnitOfWork;
  readonly metrics: MessagingMetrics;
  readonly logger: MessagingLogger;
  readonly tuning: MessagingTuning;
  readonly server: Pick<EventServer, 'attach'>;
}

const LETTERS_PRINT = `(SELECT count(*)::text || ' ' || coalesce(sum(position), 0)::text FROM parked_message
   WHERE discarded_at IS NULL)`;

/** Letters looked at at once. */
const MOST_LETTERS = 10_000;

/** What a view that follows the log needs of its service's messaging; dead letters are those of the service, listed and redriven alike. */
export class ViewMessaging {
  private readonly reader;

  constructor(private readonly parts: ViewMessagingParts) {
    this.reader = eventReaderOf(parts.log);
  }

  get service(): string {
    return this.parts.service;
  }
  get log(): EventLog {
    return this.parts.log;
  }
  get unitOfWork(): UnitOfWork {
    return this.parts.unitOfWork;
  }
  get logger(): MessagingLogger {
    return this.parts.logger;
  }
  get metrics(): MessagingMetrics {
    return this.parts.metrics;
  }
  /** SQL: an expression that changes whenever a letter comes or goes. */
  readonly lettersPrint = LETTERS_PRINT;

  /** Has `reader` begin and end with the service's handlers. */
  attach(reader: LogReader): void {
    this.parts.server.attach(reader);
  }

  /** What a record says; read once for all services of the process. Never throws. */
  read(record: ReceivedRecord): Incoming {
    return this.reader.read(record);
  }

  /** Keeps records as dead letters, in the caller's transaction. */
  async park(tx: Tx, letters: readonly { readonly incoming: Incoming; readonly cause: Cause }[]): Promise<void> {
    await parkAtHead(tx, letters, { state: 'dead' });
  }

  /** What waits as a dead letter, or to be tried again. */
  async letters(tx: Pick<Tx, 'query'>): Promise<LetterCopy[]> {
    const rows = await tx.query<Omit<LetterCopy, 'version'> & { version: string | null }>(
      `SELECT topic, partition, "offset", event_facility AS facility, event_subject AS subject, event_time AS time,
              headers ->> 'ce_aggregateversion' AS version
         FROM parked_message WHERE discarded_at IS NULL ORDER BY position LIMIT $1`,
      [MOST_LETTERS],
    );
    return rows.map(({ version, ...row }) => ({
      ...row,
      version: version !== null && /^\d{1,15}$/.test(version) ? Number(version) : null,
    }));
  }

  /** The letters of these events, as records; in the transaction in which they are tried again. */
  async recordsOf(tx: Tx, eventIds: readonly string[]): Promise<ReceivedRecord[]> {
    const rows = await tx.query<ReceivedRecord>(
      `SELECT topic, partition, "offset", key, headers, value, extract(epoch FROM parked_at)::float8 * 1000 AS "appendedAtMs"
         FROM parked_message WHERE event_id = ANY($1::text[]) AND discarded_at IS NULL ORDER BY position`,
      [eventIds],
    );
    return rows;
  }

  readAgain(record: ReceivedRecord): Incoming {
    return readIncoming(record);
  }

  /**
   * Tries letters again that are due, of partitions that are held: `take` is handed their events in the transaction that ends them. It
   * throws PermanentFailure for what it cannot take; that one stays a letter.
   */
  retry(
    consumes: readonly AnyEventDefinition[],
    heldPartitions: () => readonly number[],
    take: (events: readonly EventEnvelope[], context: EventContext) => Promise<void>,
  ): LaneRetry {
    const { unitOfWork, metrics, logger, tuning } = this.parts;
    const { reader } = this;
    const handlers = new HandlerRegistry();
    for (const { pattern } of consumes)
      handlers.add(pattern, { batch: true, call: (events, context) => take(events as EventEnvelope[], context) });
    const parked = { changed: () => undefined };
    const parts = { unitOfWork, handlers, reader, metrics, logger, tuning, parked };
    return new LaneRetry(parts, new SerialQueue<number>(), heldPartitions);
  }
}
