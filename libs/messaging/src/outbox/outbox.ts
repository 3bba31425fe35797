import { toEnvelope, type AnyEventDefinition, type NewEvent } from '@wardstream/events';
import { newId } from '@wardstream/kernel';
import type { Tx } from '@wardstream/persistence';
import type { LogRecord, TransactionAppender } from '../event-log.js';
import { cutForPacking, packRecords } from '../packed-records.js';
import { idInPublication } from '../publication.js';
import { encodeEvent } from '../record-codec.js';
import { activeTraceparent } from '../trace-context.js';
import { afterCommitOf } from './after-commit.js';
import { lastBeforeCommit } from './before-commit.js';
import type { Publication } from './recent-publications.js';

/** A new event of any type. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- variance: one list holds events of several types
export type AnyNewEvent = NewEvent<any>;

/** The most bytes of data one event may have; logs are set up to take it. */
export const largestEventBytes = 4 * 1024 * 1024;

/** Of one row; what is published at once and is more than this has several, one after the other. */
const mostOfRow = { mostRecords: 1_000, mostCharacters: 1024 * 1024 };

const insert = 'INSERT INTO outbox (events, body) VALUES ($1, $2) RETURNING position';

/** Holds where something waits for the relay. The condition on the position is that of the index. */
export const outboxHoldsRows = 'EXISTS (SELECT FROM outbox WHERE position > 0)';

/**
 * The only way an event leaves a service, and only if the caller's transaction commits. Then it is in the log at least once, and after
 * every event that was committed before this one was written.
 *
 * Where the log is in the database of the service, what a transaction publishes is appended to the log by that transaction, once and
 * last of all. Elsewhere it is a row that the relay brings to the log. It is that, too, as long as the outbox holds rows: those of a
 * process of a version before, or from before it was known where the log is. They were first, so they go first.
 */
export class Outbox {
  private appender: TransactionAppender | null = null;

  /** `onStored` is told after a commit what of it waits for the relay, `onAppended` how many events it brought to the log. */
  constructor(
    private readonly publishes: readonly AnyEventDefinition[],
    private readonly onStored: (publications: readonly Publication[]) => void,
    private readonly onAppended: (events: number) => void = () => undefined,
  ) {}

  /** From now on transactions append what they publish themselves. */
  appendBy(appender: TransactionAppender): void {
    this.appender = appender;
  }

  /**
   * Publishes `events`, in their order. Throws a ZodError for data that does not match its definition, and
   * an Error for data over `largestEventBytes` or an event the service has not declared that it publishes: all of them
   * mistakes of the publisher, found before anything is written.
   */
  async publish(tx: Tx, events: readonly AnyNewEvent[]): Promise<void> {
    if (events.length === 0) return;
    const records = this.recordsOf(events);
    if (this.appender === null) await this.store(tx, [records]);
    else await lastBeforeCommit(tx, records, this.append);
  }

  private recordsOf(events: readonly AnyNewEvent[]): LogRecord[] {
    const traceparent = activeTraceparent();
    const publication = newId();
    return events.map((event, place) => {
      if (!this.publishes.includes(event.definition)) {
        throw new Error(`${event.definition.pattern} is not among the events this service publishes`);
      }
      const envelope = toEnvelope({ ...event, id: event.id ?? idInPublication({ publication, place }) }, traceparent);
      const record = encodeEvent(event.definition, envelope);
      if (Buffer.byteLength(record.value) > largestEventBytes) {
        throw new Error(`${event.definition.pattern} is larger than an event may be`);
      }
      return record;
    });
  }

  /** What a transaction published by all its calls goes to the log as one append. */
  private readonly append = async (tx: Tx, publications: readonly (readonly LogRecord[])[]): Promise<void> => {
    const records = publications.flat();
    const announce = (await this.appender?.append(tx, records)) ?? null;
    if (announce === null) return this.store(tx, publications);
    afterCommitOf(tx, () => {
      announce();
      this.onAppended(records.length);
    });
  };

  /** Each publication is one row unless it is very many events. */
  private async store(tx: Tx, publications: readonly (readonly LogRecord[])[]): Promise<void> {
    const stored: Publication[] = [];
    for (const row of publications.flatMap((records) => cutForPacking(records, mostOfRow))) {
      const [inserted] = await tx.query<{ position: string }>(insert, [row.length, packRecords(row)]);
      stored.push({ position: inserted!.position, records: row });
    }
    afterCommitOf(tx, () => this.onStored(stored));
  }
}
