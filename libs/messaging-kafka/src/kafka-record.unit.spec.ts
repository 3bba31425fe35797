import { describe, expect, it } from '@jest/globals';
import type { KafkaMessage } from 'kafkajs';
import { fromMessage, toMessage } from './kafka-record.js';

const message = (over: Partial<KafkaMessage>): KafkaMessage =>
  ({
    key: Buffer.from('NGH'),
    value: Buffer.from('{}'),
    headers: {},
    offset: '41',
    timestamp: '1772352000000',
    attributes: 0,
    ...over,
  }) as KafkaMessage;

describe('fromMessage', () => {
  it('is what toMessage sent', () => {
    const record = { topic: 't', key: 'Königs-Spital', headers: { ce_id: '1', ce_subject: '中' }, value: '{"ä":1}' };
    const sent = toMessage(record);
    const bytes = message({
      key: Buffer.from(sent.key as string),
      value: Buffer.from(sent.value as string),
      headers: Object.fromEntries(Object.entries(sent.headers ?? {}).map(([k, v]) => [k, Buffer.from(v as string)])),
    });
    expect(fromMessage('t', 3, bytes)).toEqual({ ...record, partition: 3, offset: '41', appendedAtMs: 1772352000000 });
  });

  it.each([
    [
      'bytes that are no text',
      Buffer.from([0xff, 0xfe, 0x00]),
      Buffer.from([0xff, 0xfe, 0x00]).toString('base64'),
      'base64',
    ],
    ['text with NUL', Buffer.from('a\0b'), Buffer.from('a\0b').toString('base64'), 'base64'],
    ['a tombstone', null, '', 'null'],
  ])('keeps %s without loss and says how', (_what, value, text, encoding) => {
    const record = fromMessage('t', 0, message({ value }));
    expect(record.value).toBe(text);
    expect(record.headers).toEqual({ 'wardstream-value-encoding': encoding });
  });

  it('takes any key and headers of a foreign producer', () => {
    const record = fromMessage(
      't',
      0,
      message({ key: null, headers: { twice: [Buffer.from('one'), 'two'], nul: 'a\0b', none: undefined } }),
    );
    expect(record).toMatchObject({ key: '', headers: { twice: 'one', nul: 'a\u{fffd}b' } });
  });
});
