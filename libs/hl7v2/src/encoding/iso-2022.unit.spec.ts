import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { parseMessage } from '../message/parse.js';
import { decodeText } from './character-set.js';
import { decodeIso2022, encodeIso2022, namesSets } from './iso-2022.js';

const ESC = '\u001b';
/** Bytes of `text` in a set of two bytes, in the lower half or as they are. */
const pairs = (text: string, encoding: string, half: 'lower' | 'upper'): string =>
  Buffer.from([...iconv.encode(text, encoding)].map((b) => (half === 'lower' ? b & 0x7f : b))).toString('latin1');
const kanji = (text: string): string => `${ESC}$B${pairs(text, 'euc-jp', 'lower')}${ESC}(B`;

const message = (declared: string, name: string, more = 'F'): Buffer =>
  Buffer.from(
    `MSH|^~\\&|A|F|B|F|20260101||ADT^A01|1|P|2.5||||||${declared}\rPID|1||7||${name}||19600101|${more}\rPV1|1|I|4A^^1\r`,
    'latin1',
  );

function nameIn(bytes: Buffer): { family: string; given: string; sex: string; unit: string; mismatch: boolean } {
  const parsed = parseMessage(bytes);
  if (!parsed.ok) throw new Error(parsed.fault.text);
  const pid = parsed.message.segment('PID')!;
  return {
    family: pid.value(5),
    given: pid.value(5, 2),
    sex: pid.value(8),
    unit: parsed.message.segment('PV1')!.value(3),
    mismatch: parsed.message.characterSet.mismatch,
  };
}

describe('character sets by escape sequence', () => {
  // Of these characters one byte or the other is a separator: | 7C, ^ 5E, ~ 7E, \ 5C, & 26.
  const delicate = '弌彌閂Ｆ諧漾塀鮫';

  it.each([
    ['ISO IR87', '~ISO IR87', kanji('山田'), kanji('太郎'), '山田', '太郎'],
    ['ISO IR87 whose bytes are separators', 'ASCII~ISO IR87', kanji(delicate), 'Taro', delicate, 'Taro'],
    ['ISO IR159', '~ISO IR159', `${ESC}$(D${Buffer.from([0x30, 0x21]).toString('latin1')}${ESC}(B`, 'A', '丂', 'A'],
    [
      'ISO IR14',
      'ISO IR14~ISO IR87',
      '\u00d4\u00cf\u00c0\u00de',
      `${ESC}(I\u0054\u004f${ESC}(J`,
      'ﾔﾏﾀﾞ',
      'ﾔﾏ'.slice(0, 1) + 'ﾏ',
    ],
    [
      'KS X 1001',
      '~KS X 1001',
      `${ESC}$)C${pairs('홍', 'euc-kr', 'upper')}`,
      pairs('길동', 'euc-kr', 'upper'),
      '홍',
      '길동',
    ],
    [
      'KS X 1001 in the lower half',
      '~KS X 1001',
      `${ESC}$(C${pairs('홍길', 'euc-kr', 'lower')}${ESC}(B`,
      'K',
      '홍길',
      'K',
    ],
    [
      'GB 2312',
      '~GB 18030-2000',
      `${ESC}$)A${pairs('王', 'gb18030', 'upper')}`,
      pairs('小', 'gb18030', 'upper'),
      '王',
      '小',
    ],
    ['8859/7 beside ASCII', 'ASCII~8859/7', `${ESC}-F\u00d9`, 'A', 'Ω', 'A'],
    ["HL7's own sequences", '~ISO IR87', `\\M2442\\${pairs(delicate, 'euc-jp', 'lower')}\\C2842\\`, 'A', delicate, 'A'],
    ['a set that MSH-18 does not name', '', kanji('山'), 'A', '山', 'A'],
  ])('%s', (_, declared, family, given, expectedFamily, expectedGiven) => {
    expect(nameIn(message(declared, `${family}^${given}`))).toEqual({
      ...{ family: expectedFamily, given: expectedGiven, sex: 'F', unit: '4A', mismatch: false },
    });
  });

  it.each([
    ['GB 18030-2000', 'gb18030', '王镕'],
    ['ISO IR87', 'shift_jis', '表示ソ'],
    ['KS X 1001', 'euc-kr', '홍길동'],
    ['BIG-5', 'big5', '許功蓋'],
  ])('%s without any escape sequence is as it was', (declared, encoding, name) => {
    const text = message(declared, 'NAME').toString('latin1').split('NAME') as [string, string];
    const bytes = Buffer.concat([Buffer.from(text[0]), iconv.encode(name, encoding), Buffer.from(text[1])]);
    expect(nameIn(bytes)).toMatchObject({ family: name, sex: 'F', unit: '4A', mismatch: false });
  });

  it('goes back to ASCII at the end of a segment, and finds MSH-18 behind a sender with such a name', () => {
    expect(nameIn(message('~ISO IR87', `${ESC}$B${pairs('山', 'euc-jp', 'lower')}`))).toMatchObject({ unit: '4A' });
    const named = message('8859/7', '\u00d9')
      .toString('latin1')
      .replace('|A|F|', `|${kanji(delicate)}|F|`);
    const { characterSet } = decodeText(Buffer.from(named, 'latin1'));
    expect(characterSet.declared).toBe('8859/7');
  });

  it('is left alone in UTF-8, and where no set is named', () => {
    const coloured = 'MSH|^~\\&|A|F|B|F|20260101||ADT^A01|1|P|2.5||||||UNICODE UTF-8\rPID|1||7||\u001b(BÄ^\u001b[0m\r';
    expect(decodeText(Buffer.from(coloured)).text).toBe(coloured);
    expect(namesSets(Buffer.from('A\u001b[0m \\C28\\ \\M2442'), 0x5c)).toBe(false);
  });

  it('is read again as what was written, whatever is in it', () => {
    const character = fc.constantFrom(...'aZ|^~\\&\r丂山田ﾔ홍길王镕é漢字', ...delicate);
    fc.assert(
      fc.property(fc.array(character, { maxLength: 40 }), (parts) => {
        const text = parts.join('').replaceAll('é', '?');
        const bytes = encodeIso2022(text);
        const known = [...text].map((c) => (encodeIso2022(c).toString('latin1') === '?' ? '?' : c)).join('');
        expect(decodeIso2022(bytes, 'ascii', null)).toBe(known);
      }),
    );
  });

  it('makes some text of any bytes', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 6 }).map((b) => Buffer.from(b)),
      fc
        .constantFrom('\u001b$B', '\u001b(B', '\u001b$)C', '\\M2442\\', '\\C2842\\', '\r', '|')
        .map((t) => Buffer.from(t)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (parts) => {
        expect(typeof decodeIso2022(Buffer.concat(parts), 'shift_jis', 0x5c)).toBe('string');
        expect(decodeText(Buffer.concat([Buffer.from('MSH|^~\\&|'), ...parts])).text).not.toMatch(/[\0\ud800-\udfff]/u);
      }),
    );
  });
});
