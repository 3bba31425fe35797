import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { type CharacterRule, decodeText, encodeText, encodingNamed } from './character-set.js';

const message = (charset: string, name: string): string =>
  `MSH|^~\\&|A|F|B|F|20260101||ADT^A01|1|P|2.5||||||${charset}\rPID|1||7||${name}\r`;

describe('character sets', () => {
  it.each([
    ['', 'utf8', 'Ångström 漢', 'utf8'],
    ['', 'iso-8859-1', 'Müller', 'iso-8859-1'],
    ['ASCII', 'utf8', 'Müller', 'utf8'],
    ['UNICODE UTF-8', 'utf8', 'Łukasz', 'utf8'],
    ['8859/1', 'iso-8859-1', 'Müller', 'iso-8859-1'],
    ['8859/2', 'iso-8859-2', 'Łukasz', 'iso-8859-2'],
    ['8859/5', 'iso-8859-5', 'Иванов', 'iso-8859-5'],
    ['8859/7', 'iso-8859-7', 'Ωμέγα', 'iso-8859-7'],
    ['8859/15', 'iso-8859-15', 'Œuvre €', 'iso-8859-15'],
    ['8859/1~UNICODE UTF-8', 'iso-8859-1', 'Müller', 'iso-8859-1'],
    ['ISO IR87', 'shift_jis', '表示', 'shift_jis'],
    ['GB 18030-2000', 'gb18030', '漢字', 'gb18030'],
    ['KS X 1001', 'euc-kr', '한국', 'euc-kr'],
    ['BIG-5', 'big5', '許功蓋', 'big5'],
    ['windows-1252', 'windows-1252', '“Müller”', 'windows-1252'],
  ])('MSH-18 "%s" sent as %s', (declared, sentAs, name, encoding) => {
    const { text, characterSet } = decodeText(iconv.encode(message(declared, name), sentAs));
    expect(text).toBe(message(declared, name));
    expect(characterSet).toMatchObject({ declared: declared.split('~')[0], encoding, mismatch: false });
    expect(encodeText(name, characterSet.encoding)).toEqual(iconv.encode(name, sentAs));
  });

  it('notes bytes that are not what MSH-18 says, and names it does not know', () => {
    expect(decodeText(iconv.encode(message('UNICODE UTF-8', 'Müller'), 'latin1'))).toMatchObject({
      text: message('UNICODE UTF-8', 'Müller'),
      characterSet: { encoding: 'iso-8859-1', mismatch: true },
    });
    expect(decodeText(Buffer.from(message('ISO IR 999', 'Miller'))).characterSet.mismatch).toBe(true);
  });

  it('reads UTF-16 with and without a byte order mark', () => {
    for (const options of [{ addBOM: true }, { addBOM: false }]) {
      const bytes = iconv.encode(message('UNICODE UTF-16', 'Łukasz'), 'utf16le', options);
      expect(decodeText(bytes).text).toBe(message('UNICODE UTF-16', 'Łukasz'));
    }
  });

  it('makes some text of any bytes, without NUL and half surrogate pairs', () => {
    const unpaired = Buffer.from(`MSH|^~\\&|\ud800|\u0000`, 'utf16le');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeText(Buffer.from(bytes)).text).not.toMatch(/[\0\ud800-\udfff]/u);
      }),
      { examples: [[unpaired]] },
    );
  });
});

describe("a sender's character set", () => {
  const said = (declared: string, name: Buffer): Buffer =>
    Buffer.concat([Buffer.from(`MSH|^~\\&|A|B|C|D|1||ADT^A01|1|P|2.5${'|'.repeat(6)}${declared}\rPID|1||1||`), name]);
  const [utf8, latin] = [Buffer.from('Bäck'), Buffer.from('Bäck', 'latin1')];
  const [central, forced] = [
    { encoding: 'windows-1250', always: false },
    { encoding: 'iso-8859-1', always: true },
  ];
  const read = (bytes: Buffer, rule?: CharacterRule): string => decodeText(bytes, rule).text.slice(-4);

  it('counts where MSH-18 says none, none that is known, or what the bytes are not', () => {
    const czech = Buffer.from([0x8a, 0x6b, 0x6f, 0x64]);
    expect(read(said('', czech), central)).toBe('Škod');
    expect(read(said('SOMETHING', czech), central)).toBe('Škod');
    expect(read(said('UNICODE UTF-8', czech), central)).toBe('Škod');
    expect(read(said('8859/1', latin), central)).toBe('Bäck');
    expect(read(said('UNICODE UTF-8', utf8), central)).toBe('Bäck');
  });

  it('counts always where it is forced', () => {
    expect(read(said('UNICODE UTF-8', latin), forced)).toBe('Bäck');
    expect(read(said('8859/2', latin), forced)).toBe('Bäck');
  });

  it('is known by its names', () => {
    expect(['8859/1', 'UTF-8', 'windows-1252', 'ASCII', 'UNICODE UTF-16', 'nothing'].map(encodingNamed)).toEqual([
      ...['iso-8859-1', 'utf8', 'windows-1252', null, null, null],
    ]);
  });
});
