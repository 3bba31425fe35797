import { findEvent, readData, type AnyEventDefinition, type EventEnvelope } from '@wardstream/events';
import { heldInstant } from '@wardstream/kernel';
import type { ZodError } from 'zod';
import type { LogRecord } from './event-log.js';

/** Why a record could not be handed to a handler. Part of the interface of dead letters. */
export type UnreadableCode = 'unreadable-record' | 'unknown-event' | 'invalid-data';

/** What is known of a record from its headers alone; whatever is missing is null. */
export interface RecordMeta {
  readonly id: string | null;
  readonly type: string | null;
  readonly version: number | null;
  readonly source: string | null;
  readonly subject: string | null;
  readonly facility: string | null;
  readonly time: string | null;
}

export type DecodedRecord =
  | { readonly kind: 'event'; readonly definition: AnyEventDefinition; readonly envelope: EventEnvelope }
  /** A later version published it, and what it means is not known here: it changes nothing, and is no dead letter. */
  | { readonly kind: 'ignored'; readonly definition: AnyEventDefinition; readonly meta: RecordMeta }
  | {
      readonly kind: 'unreadable';
      readonly code: UnreadableCode;
      /** For administrators; quotes no value of the record. */
      readonly message: string;
      readonly meta: RecordMeta;
    };

/**
 * An event as a record: CloudEvents 1.0, binary mode of the Kafka binding. Attributes are `ce_*` headers, the data is
 * the value. `typeversion`, `aggregateversion`, `facility` and `recordedat` are extension attributes of our own,
 * `traceparent` is that of the distributed tracing extension.
 */
export function encodeEvent(definition: AnyEventDefinition, envelope: EventEnvelope): LogRecord {
  return {
    topic: definition.topic,
    key: envelope.facility,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ce_specversion: '1.0',
      ce_id: envelope.id,
      ce_source: envelope.source,
      ce_type: envelope.type,
      ce_typeversion: String(envelope.version),
      ce_subject: envelope.subject,
      ce_time: envelope.time,
      ce_facility: envelope.facility,
      ce_aggregateversion: String(envelope.aggregateVersion),
      ce_recordedat: envelope.recordedAt,
      ...(envelope.traceparent === undefined ? {} : { ce_traceparent: envelope.traceparent }),
    },
    value: JSON.stringify(envelope.data),
  };
}

/** What the headers of a record say of its event. */
export function metaOf({ headers }: LogRecord): RecordMeta {
  return {
    id: headers.ce_id ?? null,
    type: headers.ce_type ?? null,
    version: wholeNumber(headers.ce_typeversion) ?? null,
    source: headers.ce_source ?? null,
    subject: headers.ce_subject ?? null,
    facility: headers.ce_facility ?? null,
    time: headers.ce_time ?? null,
  };
}

/**
 * The event of a record, checked against its definition. Never throws: whatever is wrong with a record is an answer, so
 * that one bad record cannot stop its partition.
 */
export function decodeRecord(record: LogRecord): DecodedRecord {
  const { headers } = record;
  const meta = metaOf(record);
  const unreadable = (code: UnreadableCode, message: string): DecodedRecord => ({
    kind: 'unreadable',
    code,
    message,
    meta,
  });

  const missing = ['ce_id', 'ce_type', 'ce_source', 'ce_subject', 'ce_time', 'ce_facility', 'ce_recordedat'].filter(
    (name) => !headers[name],
  );
  if (missing.length > 0) return unreadable('unreadable-record', `Headers missing: ${missing.join(', ')}`);
  const aggregateVersion = wholeNumber(headers.ce_aggregateversion);
  if (meta.version === null || aggregateVersion === undefined) {
    return unreadable('unreadable-record', 'ce_typeversion and ce_aggregateversion must be whole numbers');
  }
  const definition = findEvent(meta.type!, meta.version);
  if (definition === undefined) {
    return unreadable('unknown-event', 'The published language has no event of this type and version');
  }

  let data: unknown;
  try {
    data = JSON.parse(record.value);
  } catch {
    return unreadable('unreadable-record', 'The value is not JSON');
  }
  const read = readData(definition.schema, data);
  if (read.kind === 'invalid') {
    return unreadable('invalid-data', `The data does not match its schema at ${schemaFaults(read.error).join('; ')}`);
  }
  if (read.kind === 'ignored') return { kind: 'ignored', definition, meta };
  const traceparent = headers.ce_traceparent ?? headers.traceparent;
  return {
    kind: 'event',
    definition,
    envelope: {
      id: meta.id!,
      type: meta.type!,
      version: meta.version,
      source: meta.source!,
      subject: meta.subject!,
      aggregateVersion,
      facility: meta.facility!,
      time: heldInstant(meta.time!),
      recordedAt: heldInstant(headers.ce_recordedat!),
      ...(traceparent === undefined ? {} : { traceparent }),
      data: read.data,
    },
  };
}

/** Where data departs from its schema and how, without a word of the data itself. */
export function schemaFaults({ issues }: ZodError): string[] {
  return issues.slice(0, 10).map((issue) => `${issue.path.join('.') || '(data)'}: ${issue.code}`);
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
