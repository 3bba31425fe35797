import iconv from 'iconv-lite';

/** A set that an escape sequence names: how many bytes make a character, and as which bytes of which encoding iconv-lite knows it. */
interface CodedSet {
  readonly size: 1 | 2;
  readonly encoding: string;
  /** Byte before the others, in that encoding. */
  readonly prefix?: number;
}

const ascii: CodedSet = { size: 1, encoding: 'ascii' };
const katakana: CodedSet = { size: 1, encoding: 'euc-jp', prefix: 0x8e };
const jisX0208: CodedSet = { size: 2, encoding: 'euc-jp' };
const jisX0212: CodedSet = { size: 2, encoding: 'euc-jp', prefix: 0x8f };
const ksX1001: CodedSet = { size: 2, encoding: 'euc-kr' };
const gb2312: CodedSet = { size: 2, encoding: 'gb18030' };
const latin = (part: number): CodedSet => ({ size: 1, encoding: `iso-8859-${part}` });

/**
 * Sets by what follows ESC (ISO 2022): those of the lower half (G0), and those of bytes from 128 on (G1). The Roman set of JIS X 0201
 * is read as ASCII, of which it differs in the two characters that HL7 uses as separators.
 */
const lower: ReadonlyMap<string, CodedSet> = new Map([
  ['(B', ascii],
  ['(J', ascii],
  ['(I', katakana],
  ['$@', jisX0208],
  ['$B', jisX0208],
  ['$(B', jisX0208],
  ['$(D', jisX0212],
  ['$(C', ksX1001],
  ['$A', gb2312],
  ['$(A', gb2312],
]);
const upper: ReadonlyMap<string, CodedSet> = new Map([
  [')I', katakana],
  ['$)B', jisX0208],
  ['$)D', jisX0212],
  ['$)C', ksX1001],
  ['$)A', gb2312],
  ...Object.entries({ A: 1, B: 2, C: 3, D: 4, L: 5, G: 6, F: 7, H: 8, M: 9, T: 11, b: 15 }).map(
    ([final, part]): [string, CodedSet] => [`-${final}`, latin(part)],
  ),
]);

const ESC = 0x1b;
const CR = 0x0d;
const LF = 0x0a;

/** A designation found in the bytes: how long it is, and what it designates. */
interface Designation {
  readonly length: number;
  readonly lower?: CodedSet | undefined;
  readonly upper?: CodedSet | undefined;
}

/** Whether the bytes hold an escape sequence that names a set, or, by `escape`, one of HL7's own for that (`\Cxxyy\`, `\Mxxyyzz\`). */
export function namesSets(bytes: Buffer, escape: number | null): boolean {
  for (let at = bytes.indexOf(ESC); at !== -1; at = bytes.indexOf(ESC, at + 1)) {
    if (designationAt(bytes, at, null) !== null) return true;
  }
  if (escape === null) return false;
  for (let at = bytes.indexOf(escape); at !== -1; at = bytes.indexOf(escape, at + 1)) {
    if (designationAt(bytes, at, escape) !== null) return true;
  }
  return false;
}

/**
 * Text whose bytes change their set by escape sequences. In a set of two bytes no byte is a separator, so this comes before anything
 * is cut; a line end goes back to ASCII. `base`: the encoding of what no sequence names another set for; `escape`: the message's own
 * escape character, where HL7's sequences count too. Any bytes give some text.
 */
export function decodeIso2022(bytes: Buffer, base: string, escape: number | null): string {
  const out: string[] = [];
  let g0 = ascii;
  let g1: CodedSet | null = null;
  let run = 0;
  let at = 0;
  const flush = (): void => {
    if (run < at) out.push(iconv.decode(bytes.subarray(run, at), base));
  };
  while (at < bytes.length) {
    const byte = bytes[at]!;
    const designation = byte === ESC || byte === escape ? designationAt(bytes, at, escape) : null;
    if (designation !== null) {
      flush();
      g0 = designation.lower ?? g0;
      g1 = designation.upper ?? g1;
      at += designation.length;
      run = at;
      continue;
    }
    if (byte === CR || byte === LF) {
      g0 = ascii;
      g1 = null;
    }
    const set = byte >= 0xa0 ? g1 : byte > 0x20 && byte < 0x7f && g0 !== ascii ? g0 : null;
    if (set === null || (set.size === 2 && !isSecond(bytes[at + 1], byte))) {
      at += 1;
      continue;
    }
    flush();
    const own = [...bytes.subarray(at, at + set.size)].map((b) => b | 0x80);
    out.push(iconv.decode(Buffer.from(set.prefix === undefined ? own : [set.prefix, ...own]), set.encoding));
    at += set.size;
    run = at;
  }
  flush();
  return out.join('');
}

function isSecond(byte: number | undefined, first: number): boolean {
  return byte !== undefined && (first >= 0xa0 ? byte >= 0xa1 : byte > 0x20 && byte < 0x7f);
}

function designationAt(bytes: Buffer, at: number, escape: number | null): Designation | null {
  if (bytes[at] === ESC) {
    for (const length of [2, 3]) {
      const named = designated(bytes.toString('latin1', at + 1, at + 1 + length));
      if (named !== null) return { length: length + 1, ...named };
    }
    return null;
  }
  if (bytes[at] !== escape || (bytes[at + 1] !== 0x43 && bytes[at + 1] !== 0x4d)) return null;
  const end = bytes.indexOf(escape, at + 2);
  if (end === -1 || end - at > 8) return null;
  const hex = bytes.toString('latin1', at + 2, end);
  if (!/^(?:[0-9A-Fa-f]{2}){2,3}$/.test(hex)) return null;
  const named = designated(Buffer.from(hex, 'hex').toString('latin1'));
  return named === null ? null : { length: end - at + 1, ...named };
}

function designated(sequence: string): Omit<Designation, 'length'> | null {
  const [g0, g1] = [lower.get(sequence), upper.get(sequence)];
  return g0 === undefined && g1 === undefined ? null : { lower: g0, upper: g1 };
}

/** In what order the sets are asked for a character: the bytes it has in an encoding, and the sequence that names their set. */
const writable: readonly {
  readonly encoding: string;
  readonly lead: readonly [number, number];
  readonly as: string;
}[] = [
  { encoding: 'euc-jp', lead: [0xa1, 0xfe], as: '$B' },
  { encoding: 'euc-jp', lead: [0x8e, 0x8e], as: '(I' },
  { encoding: 'euc-jp', lead: [0x8f, 0x8f], as: '$(D' },
  { encoding: 'euc-kr', lead: [0xa1, 0xfe], as: '$)C' },
  { encoding: 'gb18030', lead: [0xa1, 0xfe], as: '$)A' },
];

/** `text` in ASCII and sets named by escape sequences; what none of them has becomes '?'. What is read from it is the text again. */
export function encodeIso2022(text: string): Buffer {
  const out: Buffer[] = [];
  let current = '';
  const designate = (sequence: string): void => {
    if (sequence === current) return;
    // Bytes from 128 on stand beside ASCII: nothing is to be taken back for it.
    if (sequence === '' && current.includes(')')) return;
    out.push(Buffer.from(`\u001b${sequence === '' ? '(B' : sequence}`, 'latin1'));
    current = sequence;
  };
  for (const c of text) {
    const found = c < '\u0080' ? null : bytesOf(c);
    if (found === null) {
      designate('');
      out.push(Buffer.from(c < '\u0080' ? c : '?', 'latin1'));
      if (c === '\r' || c === '\n') current = '';
    } else {
      if (found.as.includes(')') && current !== '' && !current.includes(')')) designate('');
      designate(found.as);
      out.push(found.bytes);
    }
  }
  designate('');
  return Buffer.concat(out);
}

function bytesOf(c: string): { readonly as: string; readonly bytes: Buffer } | null {
  for (const { encoding, lead, as } of writable) {
    const bytes = iconv.encode(c, encoding);
    const first = bytes[0]!;
    if (bytes.length < 2 || first < lead[0] || first > lead[1] || bytes.length > 3) continue;
    if (bytes.length === 3 && first !== 0x8f) continue;
    if (bytes.at(-1)! < 0xa1 || iconv.decode(bytes, encoding) !== c) continue;
    if (as.includes(')')) return { as, bytes };
    const own = first === 0x8e || first === 0x8f ? bytes.subarray(1) : bytes;
    return { as, bytes: Buffer.from(own.map((b) => b & 0x7f)) };
  }
  return null;
}
