import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { parseMessage } from '../message/parse.js';
import { readdress } from './readdress.js';

const names = {
  sendingApplication: 'WARD^STREAM',
  sendingFacility: 'NGH',
  receivingApplication: 'EHR|1',
  receivingFacility: 'Zürich',
  controlId: 'W1',
};
const segments = [
  'MSH|^~\\&|ADT1|NGH|WS|NGH|20260301||ADT^A01|M1|P|2.5',
  'PID|1||7||Müller',
  'PV1|1|I|4A^^1^NGH^N',
  'ZXX|a|',
];

/** The message as it was, with other words in these fields of MSH. */
function byHand(text: string, more: Record<number, string>): string {
  const [msh, ...rest] = text.split('\r');
  const fields = msh!.split('|');
  for (const [field, value] of Object.entries(more)) fields[Number(field) - 1] = value;
  return [fields.join('|'), ...rest].join('\r');
}

describe('a message sent on', () => {
  it('is byte for byte what it was where nothing is to change', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (tail) => {
        const bytes = Buffer.concat([Buffer.from(segments.join('\r\n')), Buffer.from('\rZZZ|'), Buffer.from(tail)]);
        fc.pre(!bytes.includes(0x0b) && !bytes.includes(0x1c));
        expect(readdress(bytes, {})).toEqual(bytes);
      }),
    );
  });

  it('has the names given, escaped by its own separators, and not a byte else changed', () => {
    const sent = segments.join('\r');
    const header = { 3: 'WARD\\S\\STREAM', 4: 'NGH', 5: 'EHR\\F\\1', 6: 'Zürich', 10: 'W1' };
    expect(readdress(Buffer.from(sent), names).toString()).toBe(byHand(sent, header));
    const odd = sent.replaceAll('|', '#').replaceAll('^', '|').replace('MSH#|~', 'MSH#|~');
    const changed = parseMessage(readdress(Buffer.from(odd), names)).message!;
    expect(changed.head.sendingApplication).toBe('WARD^STREAM');
    expect(changed.segment('MSH')!.value(5)).toBe('EHR|1');
  });

  it.each([
    ['8859/1', 'iso-8859-1', 'Müller'],
    ['ISO IR87', 'shift_jis', '表示|ソ'],
    ['GB 18030-2000', 'gb18030', '漢字'],
    ['BIG-5', 'big5', '許功蓋'],
    ['UNICODE UTF-16', 'utf16le', 'Łukasz'],
  ])('in %s keeps its bytes', (declared, encoding, name) => {
    const sent = `MSH|^~\\&|${name.replace('|', '')}|F|B|F|20260101||ADT^A01|1|P|2.5||||||${declared}\rPID|1||7||${name}\r`;
    const bytes = iconv.encode(sent, encoding);
    expect(readdress(bytes, {})).toEqual(bytes);
    const changed = readdress(bytes, { receivingApplication: 'EHR', controlId: 'W1' });
    expect(iconv.decode(changed, encoding)).toBe(sent.replace('|B|', '|EHR|').replace('|1|P|', '|W1|P|'));
  });

  it('is written in another set where that is asked for, and says so', () => {
    const latin = iconv.encode(segments.join('\r').replace('2.5\r', '2.5||||||8859/1\r'), 'iso-8859-1');
    const changed = readdress(latin, { characterSet: 'UNICODE UTF-8' });
    expect(changed.toString('utf8')).toBe(segments.join('\r').replace('2.5\r', '2.5||||||UNICODE UTF-8\r'));
    expect(parseMessage(changed).message!.segment('PID')!.value(5)).toBe('Müller');
  });

  it('is read in the set that its sender is known to write, whatever MSH-18 says', () => {
    const text = segments.join('\r').replace('Müller', 'Łukasz');
    const bytes = iconv.encode(text, 'iso-8859-2');
    const cameIn = { encoding: 'iso-8859-2', always: true };
    const sentOn = readdress(bytes, { characterSet: 'UNICODE UTF-8', cameIn }).toString('utf8');
    expect(sentOn).toBe(text.replace('2.5\r', '2.5||||||UNICODE UTF-8\r'));
    expect(readdress(bytes, { cameIn })).toEqual(bytes);
  });

  it('can always be framed', () => {
    // U+011C and U+0B0C hold the bytes of MLLP.
    const wide = iconv.encode('MSH|^~\\&|A|F|B|F|20260101||ADT^A01|1|P|2.5\rPID|1||7||\u011c\u0b0c\r', 'utf16le');
    const changed = readdress(wide, { controlId: 'W1' });
    expect(changed.includes(0x0b) || changed.includes(0x1c)).toBe(false);
    const { message } = parseMessage(changed);
    expect(message!.segment('PID')!.value(5)).toBe('\u011c\u0b0c');
    expect(message!.segment('MSH')!.value(18)).toBe('UNICODE UTF-8');
    const vt = readdress(Buffer.from('MSH|^~\\&|A|F|B|F|1||ADT^A01|1|P|2.5\rPID|1||7||a\u000bb\r'), {});
    expect(vt.includes(0x0b)).toBe(false);
  });

  it('names places in the codes of who is to read them', () => {
    const swap = [segments[0], 'PID|1||7', 'PV1|1|I|4A^^1^NGH^N|||A^B', 'PID|2||8', 'PV1|2|I|4B'].join('\r');
    const changed = readdress(Buffer.from(swap), {
      places: [
        { segment: 'PV1', occurrence: 1, field: 3, place: { unit: 'W^4', room: null, bed: '01' } },
        { segment: 'PV1', occurrence: 1, field: 42, place: { unit: 'W5', room: null, bed: null } },
        { segment: 'PV1', occurrence: 2, field: 3, place: { unit: 'W4', room: 'R', bed: '02' } },
      ],
    }).toString();
    // PV1-42 named no place, and still names none.
    expect(changed.split('\r')[2]).toBe('PV1|1|I|W\\S\\4^^01^NGH^N|||A^B');
    expect(changed.split('\r')[4]).toBe('PV1|2|I|W4^R^02');
    const a20 = `${segments[0]}\rNPU|4A^^1|U`;
    const place = { unit: 'W4', room: null, bed: '01' };
    expect(
      readdress(Buffer.from(a20), { places: [{ segment: 'NPU', occurrence: 1, field: 1, place }] }).toString(),
    ).toBe(`${segments[0]}\rNPU|W4^^01|U`);
  });

  it('is given back as it is where it is none', () => {
    expect(readdress(Buffer.from('no message'), names).toString()).toBe('no message');
  });
});

const data = fileURLToPath(new URL('../../../../../shared/data/hl7v2/', import.meta.url));
const present = existsSync(data);
if (!present) process.stderr.write('The public HL7 samples (../shared/data) are not here: their suite is left out.\n');

(present ? describe : describe.skip)('the public samples', () => {
  it('differ in nothing but what is asked for', () => {
    const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((f) => f.name.endsWith('.hl7'));
    expect(files.length).toBeGreaterThan(100);
    for (const file of files) {
      const bytes = readFileSync(join(file.parentPath, file.name));
      const { message } = parseMessage(bytes);
      if (message === null || bytes.includes(0x0b) || bytes.includes(0x1c)) continue;
      expect(readdress(bytes, {})).toEqual(bytes);
      const changed = readdress(bytes, { controlId: 'ANOTHER1' });
      const own = bytes.indexOf(Buffer.from(message.segment('MSH')!.raw(10), 'latin1'));
      expect(parseMessage(changed).message!.head.controlId).toBe('ANOTHER1');
      // Before and behind MSH-10 it is what it was.
      expect(own).toBeGreaterThanOrEqual(0);
      const end = bytes.length - message.segment('MSH')!.raw(10).length;
      expect(changed.length - 'ANOTHER1'.length).toBe(end);
      let same = 0;
      while (same < changed.length && changed.at(-1 - same) === bytes.at(-1 - same)) same += 1;
      expect(changed.subarray(0, changed.length - same).toString('latin1')).toMatch(/^[^\r\n]*$/);
    }
  });
});
