import { describe, expect, it } from '@jest/globals';
import { admissionsFeedHeard, toEnvelope, type EventEnvelope } from '@wardstream/events';
import fc from 'fast-check';
import type { LogRecord } from './event-log.js';
import { decodeRecord, encodeEvent } from './record-codec.js';

const at = '2026-03-01T08:00:00.000Z';
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

function envelope(over: Partial<EventEnvelope> = {}): EventEnvelope {
  return {
    ...toEnvelope({
      definition: admissionsFeedHeard,
      id: 'event-1',
      subject: 'ADT1',
      aggregateVersion: 7,
      facility: 'NGH',
      time: at,
      recordedAt: at,
      data: {
        facility: 'NGH',
        feed: 'ADT1',
        name: 'Admissions',
        lastReceivedAt: at,
        received: 3,
        usualGapSeconds: null,
      },
    }),
    ...over,
  };
}
const record = (over: Partial<LogRecord> = {}): LogRecord => ({
  ...encodeEvent(admissionsFeedHeard, envelope()),
  ...over,
});

describe('encodeEvent', () => {
  it('is CloudEvents 1.0 in binary mode, keyed by facility', () => {
    expect(encodeEvent(admissionsFeedHeard, envelope({ traceparent }))).toEqual({
      topic: 'wardstream.admissions.feed.v1',
      key: 'NGH',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        ce_specversion: '1.0',
        ce_id: 'event-1',
        ce_source: 'admissions',
        ce_type: 'admissions.feed-heard',
        ce_typeversion: '1',
        ce_subject: 'ADT1',
        ce_time: at,
        ce_facility: 'NGH',
        ce_aggregateversion: '7',
        ce_recordedat: at,
        ce_traceparent: traceparent,
      },
      value: JSON.stringify(envelope().data),
    });
  });

  it('names its extension attributes as CloudEvents allows', () => {
    for (const name of Object.keys(record().headers)) {
      if (name !== 'content-type') expect(name).toMatch(/^ce_[a-z0-9]{1,20}$/);
    }
  });
});

describe('decodeRecord', () => {
  it('gives back any envelope that was encoded', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, text, fc.nat(), fc.option(fc.constant(traceparent), { nil: undefined }), (...parts) => {
        const [id, subject, facility, aggregateVersion, trace] = parts;
        const sent = envelope({ id, subject, facility, aggregateVersion, ...(trace ? { traceparent: trace } : {}) });
        const decoded = decodeRecord(encodeEvent(admissionsFeedHeard, sent));
        expect(decoded).toEqual({ kind: 'event', definition: admissionsFeedHeard, envelope: sent });
      }),
    );
  });

  it('takes traceparent from where other producers put it', () => {
    const { headers } = record();
    expect(decodeRecord(record({ headers: { ...headers, traceparent } }))).toMatchObject({ envelope: { traceparent } });
  });

  it('never throws, and never answers an event for nonsense', () => {
    const headers = fc.dictionary(fc.constantFrom(...Object.keys(record().headers), 'other'), fc.string());
    fc.assert(
      fc.property(headers, fc.string(), (nonsense, value) => {
        expect(decodeRecord({ topic: 't', key: 'k', headers: nonsense, value }).kind).toBe('unreadable');
      }),
    );
  });

  it.each([
    ['no headers', record({ headers: {} }), 'unreadable-record'],
    ['a value that is no JSON', record({ value: '{' }), 'unreadable-record'],
    [
      'a version that is no number',
      record({ headers: { ...record().headers, ce_typeversion: 'one' } }),
      'unreadable-record',
    ],
    ['an unknown type', record({ headers: { ...record().headers, ce_type: 'x.y' } }), 'unknown-event'],
    ['an unknown version', record({ headers: { ...record().headers, ce_typeversion: '2' } }), 'unknown-event'],
    ['data that does not match', record({ value: '{"feed":1}' }), 'invalid-data'],
  ])('says why it cannot read %s, with what is known of it', (_what, given, code) => {
    const decoded = decodeRecord(given);
    expect(decoded).toMatchObject({ kind: 'unreadable', code });
    if (decoded.kind === 'unreadable' && given.headers.ce_id) expect(decoded.meta.id).toBe('event-1');
  });

  it('quotes no value of the data in what it says', () => {
    const decoded = decodeRecord(record({ value: '{"feed":"Mustermann","received":"Erika"}' }));
    expect(JSON.stringify(decoded)).not.toMatch(/Mustermann|Erika/);
  });
});
