import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { decodeIso2022, encodeIso2022, namesSets } from './iso-2022.js';

/** How the text of a message was read, and how its answer must be written. */
export interface CharacterSet {
  /** MSH-18 as sent, first repetition; empty if undeclared. */
  readonly declared: string;
  /** The encoding used; of text that changes its set by escape sequences (ISO 2022) `iso-2022:` and that of the rest of it. */
  readonly encoding: string;
  /** Set when the bytes are not what MSH-18 says, or MSH-18 names nothing known. */
  readonly mismatch: boolean;
}

/** What a sender's character set is, whatever MSH-18 says. */
export interface CharacterRule {
  /** As `encodingNamed` gives it. */
  readonly encoding: string;
  /** Also where MSH-18 names another set; else only where it names none, nothing known, or what the bytes are not. */
  readonly always: boolean;
}

/** HL7 table 0211 and what senders write instead of it, as iconv-lite names them; '' means single-byte default text. */
const table0211: ReadonlyMap<string, string> = new Map([
  ['', ''],
  ['ASCII', ''],
  ['US-ASCII', ''],
  ['ISO IR6', ''],
  ['8859/1', 'iso-8859-1'],
  ['8859/2', 'iso-8859-2'],
  ['8859/3', 'iso-8859-3'],
  ['8859/4', 'iso-8859-4'],
  ['8859/5', 'iso-8859-5'],
  ['8859/6', 'iso-8859-6'],
  ['8859/7', 'iso-8859-7'],
  ['8859/8', 'iso-8859-8'],
  ['8859/9', 'iso-8859-9'],
  ['8859/10', 'iso-8859-10'],
  ['8859/11', 'iso-8859-11'],
  ['8859/13', 'iso-8859-13'],
  ['8859/14', 'iso-8859-14'],
  ['8859/15', 'iso-8859-15'],
  ['8859/16', 'iso-8859-16'],
  ['UNICODE', 'utf8'],
  ['UNICODE UTF-8', 'utf8'],
  ['UTF-8', 'utf8'],
  ['UTF8', 'utf8'],
  ['UNICODE UTF-16', 'utf16'],
  ['ISO IR14', 'shift_jis'],
  ['ISO IR87', 'shift_jis'],
  ['ISO IR159', 'shift_jis'],
  ['GB 18030-2000', 'gb18030'],
  ['KS X 1001', 'euc-kr'],
  ['BIG-5', 'big5'],
]);

/** Sets that other ones stand beside by escape sequence, by their numbers in the register of ISO. */
const registered: Readonly<Record<string, string>> = {
  ...{ 6: '', 13: 'shift_jis', 14: 'shift_jis', 58: 'gb18030', 87: 'shift_jis', 149: 'euc-kr', 159: 'shift_jis' },
  ...{
    100: 'iso-8859-1',
    101: 'iso-8859-2',
    109: 'iso-8859-3',
    110: 'iso-8859-4',
    144: 'iso-8859-5',
    127: 'iso-8859-6',
  },
  ...{ 126: 'iso-8859-7', 138: 'iso-8859-8', 148: 'iso-8859-9', 166: 'iso-8859-11' },
};

const ISO_2022 = 'iso-2022:';
/** The escape character of HL7, where no message says another. */
const ESCAPE = 0x5c;

const undeclared: readonly string[] = [''];
const ESC = 0x1b;

/** MSH-18 read from the bytes before anything is known of their encoding: its repetitions. */
function declaredIn(bytes: Buffer, escaped: boolean): readonly string[] {
  const cr = bytes.indexOf(0x0d);
  const lf = bytes.indexOf(0x0a);
  const ends = [cr, lf].filter((i) => i !== -1);
  const end = Math.min(ends.length === 0 ? bytes.length : Math.min(...ends), 4096);
  // A sender's name may be in a set whose bytes are separators.
  const line = escaped ? decodeIso2022(bytes.subarray(0, end), 'latin1', null) : bytes.toString('latin1', 0, end);
  if (!line.startsWith('MSH') || line.length < 5) return undeclared;
  const fields = line.split(line[3]!);
  if ((fields[17] ?? '') === '') return undeclared;
  const repetition = line[5] !== undefined && line[5] !== line[3] ? line[5] : '~';
  return (fields[17] ?? '').split(repetition).map((name) => name.split(line[4]!)[0]!.trim());
}

/**
 * Whether the text changes its set by escape sequences: ESC names one, which nothing else in a message does, or HL7's own sequences do
 * where MSH-18 has further sets. A message that says it is UTF-8 is all of it.
 */
function changesSets(bytes: Buffer, declared: readonly string[], escaped: boolean): boolean {
  if (!escaped && declared === undeclared) return false;
  const escape = escapeOf(declared, bytes);
  if (escape === null && !escaped) return false;
  return encodingOf(declared[0]!) !== 'utf8' && namesSets(bytes, escape);
}

/** The escape character by which HL7's sequences name sets; null where MSH-18 has no further sets. */
function escapeOf(declared: readonly string[], bytes: Buffer): number | null {
  return declared.length > 1 || /IR ?(87|159|14)$|^KS/.test(declared[0]!) ? (bytes[6] ?? null) : null;
}

function utf16Of(bytes: Buffer): string | null {
  if (bytes.length < 4) return null;
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0x4d && bytes[1] === 0 && bytes[3] === 0)) {
    return 'utf16le';
  }
  if ((bytes[0] === 0xfe && bytes[1] === 0xff) || (bytes[0] === 0 && bytes[1] === 0x4d && bytes[2] === 0)) {
    return 'utf16be';
  }
  return null;
}

/**
 * Text of a message by MSH-18. Undeclared, ASCII and unknown sets are read as UTF-8 if the bytes are that, else as ISO 8859-1,
 * which has a character for every byte; so any bytes become some text. NUL is left out: no field may hold it and no database
 * text can.
 */
export function decodeText(
  bytes: Buffer,
  rule?: CharacterRule,
): { readonly text: string; readonly characterSet: CharacterSet } {
  const isNarrow = bytes[1] !== 0 && bytes[0] !== 0;
  const escaped = bytes.includes(ESC);
  const repetitions = isNarrow ? declaredIn(bytes, escaped) : undeclared;
  const declared = repetitions[0] ?? '';
  if (isNarrow && changesSets(bytes, repetitions, escaped)) {
    const base = ruled(encodingOf(declared), bytes, rule);
    const known = base === null || base === '' || base === 'utf16' ? (isUtf8(bytes) ? 'utf8' : 'iso-8859-1') : base;
    return {
      text: clean(decodeIso2022(bytes, known, escapeOf(repetitions, bytes))),
      characterSet: { declared, encoding: `${ISO_2022}${known}`, mismatch: base === null },
    };
  }
  if (isNarrow && isAscii(bytes)) {
    const encoding = ruled(encodingOf(declared), bytes, rule);
    return {
      text: clean(bytes.toString('latin1')),
      characterSet: {
        declared,
        encoding: encoding === '' || encoding === null || encoding === 'utf16' ? 'utf8' : encoding,
        mismatch: encoding === null,
      },
    };
  }
  const wide = utf16Of(bytes);
  if (wide !== null) {
    return {
      text: clean(iconv.decode(bytes, wide)),
      characterSet: { declared: 'UNICODE UTF-16', encoding: wide, mismatch: false },
    };
  }
  const encoding = ruled(encodingOf(declared), bytes, rule);
  if (encoding !== null && encoding !== '' && encoding !== 'utf8' && encoding !== 'utf16') {
    return {
      text: clean(iconv.decode(bytes, encoding)),
      characterSet: { declared, encoding, mismatch: false },
    };
  }
  const utf8 = isUtf8(bytes);
  return {
    text: clean(bytes.toString(utf8 ? 'utf8' : 'latin1')),
    characterSet: {
      declared,
      encoding: utf8 ? 'utf8' : 'iso-8859-1',
      mismatch: encoding === null || encoding === 'utf16' || (encoding === 'utf8' && !utf8),
    },
  };
}

/** The encoding of a message whose MSH-18 says `declared`, by what is known of its sender. */
function ruled(declared: string | null, bytes: Buffer, rule: CharacterRule | undefined): string | null {
  if (rule === undefined) return declared;
  const wrong = declared === null || declared === '' || declared === 'utf16' || (declared === 'utf8' && !isUtf8(bytes));
  return rule.always || wrong ? rule.encoding : declared;
}

/** The encoding of a single character set by its name in table 0211 or another usual one; null for none that is known. */
export function encodingNamed(name: string): string | null {
  const encoding = encodingOf(name);
  return encoding === '' || encoding === 'utf16' || encoding?.startsWith('utf-16') === true ? null : encoding;
}

/** `text` in the bytes of `encoding`; what it has no character for becomes '?'. */
export function encodeText(text: string, encoding: string): Buffer {
  if (encoding.startsWith(ISO_2022)) return encodeIso2022(text);
  return encoding === 'utf8' ? Buffer.from(text, 'utf8') : iconv.encode(text, encoding);
}

/** Encodings in which a byte below 128 is never part of another character: separators can be found among the bytes. */
export function isTransparent(encoding: string): boolean {
  return /^(ascii|utf8|iso-8859-\d+|windows-125\d|latin1|euc-kr)$/.test(encoding);
}

/** The text of bytes, from which `encodeText` makes the same bytes again; null where they are not sound in this encoding. */
export function exactText(bytes: Buffer, encoding: string): string | null {
  if (encoding.startsWith(ISO_2022)) {
    const text = decodeIso2022(bytes, encoding.slice(ISO_2022.length), null);
    return encodeIso2022(text).equals(bytes) ? text : null;
  }
  const text = iconv.decode(bytes, encoding, { stripBOM: false });
  return iconv.encode(text, encoding, { addBOM: false }).equals(bytes) ? text : null;
}

/** Whether a message has to be written anew to find its separators among its bytes: where they are not sound in their own sets. */
export function isInexact(bytes: Buffer, encoding: string): boolean {
  return encoding.startsWith(ISO_2022) && exactText(bytes, encoding) === null;
}

/** The bytes of an `\Xdd..\` sequence as text of the message's character set. */
export function decodeBytes(bytes: Buffer, encoding: string): string {
  if (encoding === 'utf8') return storable(bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1'));
  if (encoding.startsWith(ISO_2022)) return storable(decodeIso2022(bytes, encoding.slice(ISO_2022.length), ESCAPE));
  return storable(iconv.decode(bytes, encoding));
}

/** The encoding of a set by its name of table 0211; '' for the default, ASCII; null for a name that nothing is known of. */
export function encodingOf(declared: string): string | null {
  const known = table0211.get(declared.toUpperCase());
  if (known !== undefined) return known;
  const number = /^ISO[ _-]?(?:2022[ _-]?)?IR[ _-]?(\d+)$/i.exec(declared)?.[1];
  if (number !== undefined) return registered[number] ?? null;
  return /^[A-Za-z0-9_.:-]{2,30}$/.test(declared) && iconv.encodingExists(declared) ? declared.toLowerCase() : null;
}

function clean(text: string): string {
  return storable(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
}

/** Without NUL, and U+FFFD for half a surrogate pair, which UTF-16 may hold: neither can be stored. */
function storable(text: string): string {
  const whole = /[\ud800-\udfff]/u.test(text) ? Buffer.from(text, 'utf8').toString('utf8') : text;
  return whole.includes('\0') ? whole.replaceAll('\0', '') : whole;
}
