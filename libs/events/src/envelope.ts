import { heldInstant, newId } from '@wardstream/kernel';
import { z } from 'zod';

/**
 * ISO 8601 instant in UTC with milliseconds, as `Date.toISOString` writes it; held within what can be kept, so that a year 0000 that
 * an older publisher left in the log stops no reader.
 */
export const instant = z.iso.datetime({ offset: false }).overwrite(heldInstant);

/**
 * One event as it travels. `key` on every transport is `facility`, so a hospital's events are in one order.
 * `aggregateVersion` only grows for one `subject`; a consumer that has seen a higher one ignores this event.
 */
export interface EventEnvelope<T = unknown> {
  readonly id: string;
  /** `<owner>.<past-tense-name>` */
  readonly type: string;
  /** Version of the type, from 1. */
  readonly version: number;
  /** The service that published it. */
  readonly source: string;
  /** Id of the aggregate the event speaks of. */
  readonly subject: string;
  readonly aggregateVersion: number;
  readonly facility: string;
  /** When it happened. */
  readonly time: string;
  /** When the publisher recorded it. */
  readonly recordedAt: string;
  /** W3C trace context of the publisher, if there was one. */
  readonly traceparent?: string;
  readonly data: T;
}

/** What one event type is: its name, version, topic and the schema of its data. */
export interface EventDefinition<T> {
  readonly type: string;
  readonly version: number;
  readonly topic: string;
  readonly schema: z.ZodType<T>;
  readonly summary: string;
  /** The pattern for `@EventPattern`: `<type>.v<version>`. */
  readonly pattern: string;
}

/** Any event definition, whatever its data. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- variance: a definition is used both to read and to write
export type AnyEventDefinition = EventDefinition<any>;

/** The data type of a definition: `DataOf<typeof bedChanged>`. */
export type DataOf<D> = D extends EventDefinition<infer T> ? T : never;

/** Declares an event of the published language. Owner and aggregate give the topic `wardstream.<owner>.<aggregate>.v<version>`. */
export function defineEvent<T>(of: {
  owner: string;
  aggregate: string;
  name: string;
  version: number;
  schema: z.ZodType<T>;
  summary: string;
}): EventDefinition<T> {
  const type = `${of.owner}.${of.name}`;
  return {
    type,
    version: of.version,
    topic: `wardstream.${of.owner}.${of.aggregate}.v${of.version}`,
    schema: of.schema,
    summary: of.summary,
    pattern: `${type}.v${of.version}`,
  };
}

/** What a publisher says of one event; the id is made here unless given (give it where a repeat must be recognised). */
export interface NewEvent<T> {
  readonly definition: EventDefinition<T>;
  readonly subject: string;
  readonly aggregateVersion: number;
  readonly facility: string;
  readonly time: string;
  readonly recordedAt: string;
  readonly data: T;
  readonly id?: string;
}

/** Builds the envelope. The data is checked against the schema: a publisher's mistake must not leave its service. */
export function toEnvelope<T>(event: NewEvent<T>, traceparent?: string): EventEnvelope<T> {
  const { definition } = event;
  return {
    id: event.id ?? newId(),
    type: definition.type,
    version: definition.version,
    source: definition.type.slice(0, definition.type.indexOf('.')),
    subject: event.subject,
    aggregateVersion: event.aggregateVersion,
    facility: event.facility,
    time: event.time,
    recordedAt: event.recordedAt,
    ...(traceparent === undefined ? {} : { traceparent }),
    data: definition.schema.parse(event.data),
  };
}
