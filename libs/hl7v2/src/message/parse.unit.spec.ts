import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Hl7Message as OtherParser } from '@medplum/core';
import fc from 'fast-check';
import { buildAcknowledgement } from '../acknowledgement/acknowledgement.js';
import { toFacts } from '../mapping/to-facts.js';
import { parseMessage } from './parse.js';

const segments = ['MSH|^~\\&|A|F', 'PID|1||7', 'PV1|1|I|W^1^2', 'ZXX|a'];

describe('reading a message', () => {
  it.each([
    ['CR', segments.join('\r')],
    ['LF', segments.join('\n')],
    ['CRLF, ended', segments.join('\r\n') + '\r\n'],
    ['mixed, with empty lines', `\n ${segments.join('\r\n\n')}\r`],
    ['a byte order mark', `\ufeff${segments.join('\r')}`],
  ])('segments end with %s', (_, text) => {
    const result = parseMessage(Buffer.from(text));
    expect(result).toMatchObject({ ok: true });
    expect(result.message?.segmentNames).toEqual(['MSH', 'PID', 'PV1', 'ZXX']);
    expect(result.message?.segment('PV1')?.value(3, 3)).toBe('2');
  });

  it.each([
    ['nothing', '', 'The message does not begin with MSH'],
    ['something else', 'GET / HTTP/1.1\r\n', 'The message does not begin with MSH'],
    ['a bare name', 'MSH', 'MSH-1 is no field separator'],
    ['two messages', 'MSH|^~\\&|A\rPID|1\rMSH|^~\\&|B\r', 'One frame holds more than one message'],
  ])('%s is none', (_, text, reason) => {
    expect(parseMessage(Buffer.from(text))).toMatchObject({ ok: false, fault: { text: reason } });
  });

  it('tells components, subcomponents and repetitions apart, and fields that are not there', () => {
    const message = parseMessage(Buffer.from('MSH|^~\\&|A\rPID|1||A^B&C\\T\\D^""~E^^F||""')).message!;
    const pid = message.segment('PID')!;
    expect([pid.value(3), pid.value(3, 2), pid.value(3, 2, 2), pid.value(3, 3)]).toEqual(['A', 'B', 'C&D', '']);
    expect([pid.value(3, 1, 1, 2), pid.value(3, 3, 1, 2), pid.value(3, 1, 1, 3)]).toEqual(['E', 'F', '']);
    expect([pid.value(5), pid.value(99), pid.repetitions(3), pid.repetitions(4)]).toEqual(['', '', 2, 0]);
    expect(message.segment('MSH')?.value(1)).toBe('|');
    expect(message.segment('PID', 2)).toBeUndefined();
  });

  it('gives a result, a mapping and an answer for any bytes', () => {
    const pieces = fc.constantFrom(
      ...[
        'MSH',
        '|',
        '^~\\&',
        '\r',
        '\n',
        'PID|',
        'PV1|',
        'EVN|',
        'ADT^A01',
        '2026',
        '\\X',
        '\\',
        'NPU|',
        '""',
        '~',
        '&',
        '\0',
        'é',
        '|||||||',
      ],
    );
    const soup = fc.array(pieces, { maxLength: 60 }).map((parts) => Buffer.from(parts.join('')));
    const bytes = fc.uint8Array({ maxLength: 300 }).map((b) => Buffer.from(b));
    const headed = bytes.map((b) => Buffer.concat([Buffer.from('MSH|'), b]));
    fc.assert(
      fc.property(fc.oneof(soup, bytes, headed), (input) => {
        const result = parseMessage(input);
        if (result.ok) toFacts(result.message, { timeZone: 'UTC' });
        const answer = buildAcknowledgement({ message: result.message, code: 'AE', controlId: 'X', atMs: 0 });
        expect(answer.length).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });
});

const data = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
const present = existsSync(data);
if (!present) process.stderr.write('The public HL7 samples (../shared/data) are not here: their suite is left out.\n');

(present ? describe : describe.skip)('the public samples', () => {
  const files = (folder: string): Buffer[] =>
    readdirSync(data + folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.hl7'))
      .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`));

  it('are messages with a meaning, all 300', () => {
    const all = files('hl7v2');
    const kinds = all.map((bytes) => {
      const result = parseMessage(bytes);
      return result.ok ? toFacts(result.message, { timeZone: 'UTC' }).kind : 'unreadable';
    });
    expect(all).toHaveLength(300);
    expect(kinds.filter((kind) => kind === 'unreadable')).toEqual([]);
    expect(kinds.filter((kind) => kind === 'facts').length).toBeGreaterThan(200);
  });

  it('are refused where they are not ADT, each with a reason', () => {
    for (const bytes of files('hl7v2-other-types')) {
      const result = parseMessage(bytes);
      expect(result.ok ? toFacts(result.message, { timeZone: 'UTC' }).kind : 'unreadable').toMatch(
        /refused|unreadable/,
      );
    }
  });

  it('give a value each, where they are malformed', () => {
    const all = files('hl7v2-malformed');
    expect(all).toHaveLength(80);
    for (const bytes of all) {
      const result = parseMessage(bytes);
      if (result.ok) expect(toFacts(result.message, { timeZone: 'UTC' }).kind).toBeDefined();
      else expect(result.fault.text).not.toBe('');
    }
  });

  it('say the same fields as an independent parser reads, where the separators are the standard ones', () => {
    let compared = 0;
    for (const bytes of files('hl7v2')) {
      const text = bytes.toString('utf8').trimStart();
      if (!text.startsWith('MSH|^~\\&|') || text.includes('�')) continue;
      const ours = parseMessage(bytes).message!;
      const theirs = OtherParser.parse(text);
      for (const [segment, field, component] of [
        ['PID', 3, 1],
        ['PV1', 3, 1],
        ['PV1', 3, 3],
        ['PV1', 19, 1],
        ['EVN', 2, 1],
        ['MSH', 10, 1],
      ] as const) {
        const sent = theirs.getSegment(segment)?.getComponent(field, component)?.split('&')[0] ?? '';
        if (sent.includes('\\') || sent === '""') continue;
        expect(ours.segment(segment)?.value(field, component) ?? '').toBe(sent.replaceAll('\0', '').trim());
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(1500);
  });
});
