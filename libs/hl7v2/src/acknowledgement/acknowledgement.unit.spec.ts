import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fault } from '../message/fault.js';
import type { Hl7Message } from '../message/message.js';
import { parseMessage } from '../message/parse.js';
import { type AckCode, buildAcknowledgement, codeToSend } from './acknowledgement.js';

function read(text: string | Buffer): Hl7Message {
  const result = parseMessage(Buffer.from(text as string, 'utf8'));
  if (!result.ok) throw new Error(result.fault.text);
  return result.message;
}

const atMs = Date.parse('2026-03-22T14:05:06.007Z');
const ack = (message: Hl7Message | null, code: AckCode = 'AA', ...faults: ReturnType<typeof fault>[]): Buffer =>
  buildAcknowledgement({ message, code, faults, controlId: 'W1', atMs });

const header = (version: string, rest = ''): string =>
  `MSH|^~\\&|ADT^1.2^ISO|NGH|WARD|NGH2|20260322140506+0100||ADT^A02^ADT_A02|M\\T\\77|T|${version}${rest}\r`;

describe('acknowledgement', () => {
  it('answers in the name of the receiver, with MSA-2 the control id as sent', () => {
    expect(ack(read(header('2.5.1'))).toString()).toBe(
      'MSH|^~\\&|WARD|NGH2|ADT^1.2^ISO|NGH|20260322140506.007+0000||ACK^A02^ACK|W1|T|2.5.1\rMSA|AA|M\\T\\77\r',
    );
  });

  it('says what is wrong and where in one ERR for each fault', () => {
    const segments = ack(
      read(header('2.5')),
      'AE',
      fault({ segment: 'EVN', field: 2 }, 102, 'EVN-2 has no such month'),
      fault({ segment: 'PV1', occurrence: 2, field: 3, component: 1 }, 101, 'A | B', 'W'),
    )
      .toString()
      .split('\r');
    expect(segments.slice(1)).toEqual([
      'MSA|AE|M\\T\\77|EVN-2 has no such month',
      'ERR||EVN^1^2|102^Data type error^HL70357|E|||EVN-2 has no such month|EVN-2 has no such month',
      'ERR||PV1^2^3^1^1|101^Required field missing^HL70357|W|||A \\F\\ B|A \\F\\ B',
      '',
    ]);
  });

  it('fills ERR-1 too for versions before 2.5, and leaves MSH-9.3 out before 2.3.1', () => {
    const text = ack(read(header('2.3')), 'AE', fault({ segment: 'EVN', field: 2 }, 102, 'wrong')).toString();
    expect(text).toContain('||ACK^A02|W1|');
    expect(text).toContain(
      'ERR|EVN^1^2^102&Data type error&HL70357|EVN^1^2|102^Data type error^HL70357|E|||wrong|wrong\r',
    );
    expect(ack(read(header('2.3.1'))).toString()).toContain('||ACK^A02^ACK|');
  });

  it('uses the standard separators, whatever those of the message are', () => {
    const dollars = ack(read('MSH$%~\\&$A|1%x$F$B$G$20260101$$ADT%A01$7\\S\\7$P$2.5')).toString();
    expect(dollars.startsWith('MSH|^~\\&|B|G|A\\F\\1^x|F|')).toBe(true);
    expect(dollars).toContain('||ACK^A01^ACK|');
    expect(dollars).toContain('MSA|AA|7\\S\\7\r');
    const odd = ack(read('MSH|^~y&|A|F|B|G|20260101||ADT^A01|7|P|2.5')).toString();
    expect(odd.startsWith('MSH|^~\\&|B|G|A|F|')).toBe(true);
    expect(odd).toContain('MSA|AA|7\r');
  });

  it('answers in the character set of the message', () => {
    const latin = Buffer.from(header('2.5', '||||||8859/1').replace('ADT^1.2', 'Zürich'), 'latin1');
    const result = parseMessage(latin);
    const answer = ack(result.message as Hl7Message);
    expect(answer.toString('latin1')).toContain('|Zürich^ISO|');
    expect(answer.toString('latin1')).toContain('|2.5||||||8859/1\r');
  });

  it('answers bytes that are no message, with nothing to refer to', () => {
    const text = ack(null, 'AR', fault({ segment: 'MSH' }, 100, 'The message does not begin with MSH')).toString();
    expect(text).toMatch(/^MSH\|\^~\\&\|WARDSTREAM\|\|\|\|/);
    expect(text).toContain(
      '\rMSA|AR||The message does not begin with MSH\rERR||MSH^1|100^Segment sequence error^HL70357|E|',
    );
  });

  it('can itself be read, and refers to the message, whatever stands in its header', () => {
    const field = fc.string({ unit: 'grapheme', maxLength: 12 }).map((s) => s.replaceAll(/[|\r\n\0]/g, ''));
    fc.assert(
      fc.property(fc.array(field, { minLength: 14, maxLength: 14 }), (fields) => {
        const message = read(`MSH|^~\\&|${fields.join('|')}`);
        const again = read(ack(message));
        expect(again.segment('MSA')?.value(2)).toBe(message.segment('MSH')?.value(10));
      }),
    );
  });
});

describe('in enhanced mode', () => {
  it.each([
    ['AL', 'AL', 'CA', 'CE', 'CR'],
    ['AL', 'NE', 'CA', 'CE', 'CR'],
    ['NE', 'NE', null, null, null],
    ['ER', 'NE', null, 'CE', 'CR'],
    ['SU', 'NE', 'CA', null, null],
    ['NE', 'AL', 'AA', 'AE', 'AR'],
    ['ER', 'AL', 'AA', 'CE', 'CR'],
    ['', 'ER', null, 'AE', 'AR'],
    ['AL', '', 'CA', 'CE', 'CR'],
    ['', '', 'AA', 'AE', 'AR'],
    ['XX', 'NE', 'CA', 'CE', 'CR'],
  ])('MSH-15 "%s" and MSH-16 "%s" are answered %s, %s, %s', (accept, application, ...expected) => {
    const message = read(header('2.5.1', `|||${accept}|${application}`));
    const codes = (['AA', 'AE', 'AR'] as const).map((code) => codeToSend(message, code, true));
    expect(codes).toEqual(expected);
    expect(codeToSend(message, 'AE', false)).toBe('AE');
    expect(codeToSend(null, 'AR', true)).toBe('AR');
  });
});
