import { toEnvelope, type AnyEventDefinition, type NewEvent } from '@wardstream/events';
import { newId } from '@wardstream/kernel';
import { jsonTexts, joinedTexts, unfolded, type Tx } from '@wardstream/persistence';
import type { LogRecord } from '../event-log.js';
import { idInPublication } from '../publication.js';
import { encodeEvent } from '../record-codec.js';
import { activeTraceparent } from '../trace-context.js';
import { afterCommitOf } from './after-commit.js';

/** A new event of any type. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- variance: one list holds events of several types
export type AnyNewEvent = NewEvent<any>;

/** The most bytes of data one event may have; logs are set up to take it. */
export const largestEventBytes = 4 * 1024 * 1024;

const insert = `
  INSERT INTO outbox (id, aggregatetype, aggregateid, type, topic, key, headers, payload)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], ${unfolded('$7')}::json[], ${unfolded('$8')})`;

/**
 * The only way an event leaves a service. The row is written in the caller's transaction: committed means it will be
 * appended to the log, at least once and after every event that was committed before this one was written; rolled back
 * means nobody hears of it.
 */
export class Outbox {
  constructor(
    private readonly publishes: readonly AnyEventDefinition[],
    private readonly onCommitted: () => void,
  ) {}

  /**
   * Writes `events` in one statement, in their order. Throws a ZodError for data that does not match its definition, and
   * an Error for data over `largestEventBytes` or an event the service has not declared that it publishes: all of them
   * mistakes of the publisher, found before anything is written.
   */
  async publish(tx: Tx, events: readonly AnyNewEvent[]): Promise<void> {
    if (events.length === 0) return;
    const traceparent = activeTraceparent();
    const columns: string[][] = [[], [], [], [], [], []];
    const records: LogRecord[] = [];
    const publication = newId();
    for (const [place, event] of events.entries()) {
      if (!this.publishes.includes(event.definition)) {
        throw new Error(`${event.definition.pattern} is not among the events this service publishes`);
      }
      const envelope = toEnvelope({ ...event, id: event.id ?? idInPublication({ publication, place }) }, traceparent);
      const record = encodeEvent(event.definition, envelope);
      if (Buffer.byteLength(record.value) > largestEventBytes) {
        throw new Error(`${event.definition.pattern} is larger than an event may be`);
      }
      const row = [
        envelope.id,
        event.definition.topic,
        envelope.subject,
        event.definition.pattern,
        record.topic,
        record.key,
      ];
      row.forEach((value, i) => columns[i]!.push(value));
      records.push(record);
    }
    await tx.query(insert, [
      ...columns,
      jsonTexts(records.map(({ headers }) => headers)),
      joinedTexts(records.map(({ value }) => value)),
    ]);
    afterCommitOf(tx, this.onCommitted);
  }
}
