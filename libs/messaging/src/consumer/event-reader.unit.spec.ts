import { describe, expect, it } from '@jest/globals';
import { admissionsFeedHeard, toEnvelope } from '@wardstream/events';
import fc from 'fast-check';
import type { EventLog, ReceivedRecord } from '../event-log.js';
import { encodeEvent } from '../record-codec.js';
import { EventReader, eventReaderOf } from './event-reader.js';
import { readIncoming } from './incoming-event.js';

const at = '2026-03-01T08:00:00.000Z';

function recordOf(id: string, received: number, over: Partial<ReceivedRecord> = {}): ReceivedRecord {
  const data = {
    facility: 'NGH',
    feed: 'ADT1',
    name: 'Admissions',
    lastReceivedAt: at,
    received,
    usualGapSeconds: null,
  };
  const event = { id, subject: 'ADT1', aggregateVersion: received, facility: 'NGH', time: at, recordedAt: at, data };
  const record = encodeEvent(admissionsFeedHeard, toEnvelope({ definition: admissionsFeedHeard, ...event }));
  return { ...record, partition: 3, offset: '7', appendedAtMs: 0, ...over };
}

/** The same, character for character, as another consumer of the log is handed it. */
const copyOf = (record: ReceivedRecord): ReceivedRecord => structuredClone(record);

describe('EventReader', () => {
  it('reads a record once, however often it is handed over, and says where it was each time', () => {
    const reader = new EventReader(100_000);
    const first = reader.read(recordOf('a', 1));
    const again = reader.read(copyOf(recordOf('a', 1, { offset: '9' })));
    expect(again.decoded).toBe(first.decoded);
    expect(again.record.offset).toBe('9');
  });

  it('gives what cannot be changed, as deep as it goes', () => {
    const { decoded } = new EventReader(100_000).read(recordOf('a', 1));
    const isFrozen = (value: unknown): boolean =>
      typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isFrozen));
    if (decoded.kind !== 'event') throw new Error('not readable');
    expect(isFrozen(decoded.envelope)).toBe(true);
    expect(() => Object.assign(decoded.envelope.data as object, { received: 2 })).toThrow(TypeError);
  });

  it('says of every record what reading it alone says, whatever was read before: same ids, other contents, no events', () => {
    const change = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      received: fc.integer({ min: 1, max: 3 }),
      over: fc.oneof(
        fc.constant({}),
        fc.record({ offset: fc.constantFrom('1', '2'), partition: fc.integer({ min: 0, max: 2 }) }),
        fc.record({ topic: fc.constantFrom('t', 'u') }),
        fc.record({ value: fc.constantFrom('', '{}', '{"feed":1', 'null') }),
      ),
      header: fc.option(
        fc.tuple(
          fc.constantFrom('ce_id', 'ce_subject', 'ce_type', 'ce_typeversion', 'ce_time', 'ce_traceparent', 'other'),
          fc.constantFrom('', 'x', '2', '0000-01-01T00:00:00.000Z'),
        ),
      ),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), fc.integer({ min: 0, max: 4_000 }), (changes, most) => {
        const reader = new EventReader(most);
        for (const { id, received, over, header } of changes) {
          const made = recordOf(id, received, over);
          const record = header === null ? made : { ...made, headers: { ...made.headers, [header[0]]: header[1] } };
          expect(reader.read(record)).toEqual(readIncoming(record));
        }
      }),
    );
  });

  it('keeps the newest, as many as fit', () => {
    const reader = new EventReader(2_000);
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const first = ids.map((id) => reader.read(recordOf(id, 1)).decoded);
    expect(reader.read(recordOf('e', 1)).decoded).toBe(first[4]);
    expect(reader.read(recordOf('a', 1)).decoded).not.toBe(first[0]);
  });

  it('is one for all who read the same log', () => {
    const [one, other] = [{} as EventLog, {} as EventLog];
    expect(eventReaderOf(one)).toBe(eventReaderOf(one));
    expect(eventReaderOf(one)).not.toBe(eventReaderOf(other));
  });
});
