import type { EventEnvelope } from '@wardstream/events';
import { deterministicId, digest } from '@wardstream/kernel';
import type { ReceivedRecord } from '../event-log.js';
import { placeInPublication, type PublicationPlace } from '../publication.js';
import { decodeRecord, type DecodedRecord, type RecordMeta } from '../record-codec.js';

/** A record with what it says, and the lane in which it must keep its place. */
export interface Incoming {
  readonly record: ReceivedRecord;
  readonly decoded: DecodedRecord;
  readonly meta: RecordMeta;
  /** Identity in the inbox. CloudEvents: id is unique within its source. */
  readonly eventId: string;
  readonly source: string;
  /** Where it stands in its publication; null for an event that is known by its id alone. */
  readonly place: PublicationPlace | null;
  /** Events of one lane are handled in order: the aggregate of a topic. What cannot be told to belong to one is alone. */
  readonly lane: string;
}

/** Incoming whose event could be read. */
export type ReadableIncoming = Incoming & { readonly decoded: Extract<DecodedRecord, { kind: 'event' }> };

export function isReadable(incoming: Incoming): incoming is ReadableIncoming {
  return incoming.decoded.kind === 'event';
}

export function readIncoming(record: ReceivedRecord): Incoming {
  const decoded = decodeRecord(record);
  if (decoded.kind === 'event') {
    const { envelope, definition } = decoded;
    return {
      record,
      decoded,
      meta: metaOfEnvelope(envelope),
      eventId: envelope.id,
      source: envelope.source,
      // What comes on another topic than its own was appended by nobody who keeps the order of publications.
      place: record.topic === definition.topic ? placeInPublication(envelope.id) : null,
      lane: laneOf(record.topic, envelope.facility, envelope.subject),
    };
  }
  const { meta } = decoded;
  // Without a sound envelope the only identity a record has is its place and content.
  const own = deterministicId('record', record.topic, String(record.partition), record.offset, digest(record.value));
  // What is ignored has its place behind the events of its aggregate, as what is read has.
  const inLane =
    (decoded.kind === 'ignored' || decoded.code === 'invalid-data') && meta.facility !== null && meta.subject !== null;
  return {
    record,
    decoded,
    meta,
    eventId: own,
    source: '',
    place: null,
    lane: inLane ? laneOf(record.topic, meta.facility, meta.subject) : `record ${own}`,
  };
}

/** A subject is unique in its facility and kind of aggregate only, and the topic tells the kind. */
function laneOf(topic: string, facility: string, subject: string): string {
  return JSON.stringify([topic, facility, subject]);
}

function metaOfEnvelope(envelope: EventEnvelope): RecordMeta {
  const { id, type, version, source, subject, facility, time } = envelope;
  return { id, type, version, source, subject, facility, time };
}
