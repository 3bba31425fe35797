import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

/** How the text of a message was read, and how its answer must be written. */
export interface CharacterSet {
  /** MSH-18 as sent, first repetition; empty if undeclared. */
  readonly declared: string;
  /** The encoding used. */
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

/** MSH-18 (first repetition) read from the bytes before anything is known of their encoding. */
function declaredIn(bytes: Buffer): string {
  const cr = bytes.indexOf(0x0d);
  const lf = bytes.indexOf(0x0a);
  const ends = [cr, lf].filter((i) => i !== -1);
  const line = bytes.toString('latin1', 0, Math.min(ends.length === 0 ? bytes.length : Math.min(...ends), 4096));
  if (!line.startsWith('MSH') || line.length < 5) return '';
  const fields = line.split(line[3]!);
  const repetition = line[5] !== undefined && line[5] !== line[3] ? line[5] : '~';
  return (fields[17] ?? '').split(repetition)[0]!.split(line[4]!)[0]!.trim();
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
  if (isAscii(bytes) && bytes[1] !== 0 && bytes[0] !== 0) {
    const declared = declaredIn(bytes);
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
  const declared = declaredIn(bytes);
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
  return encoding === 'utf8' ? Buffer.from(text, 'utf8') : iconv.encode(text, encoding);
}

/** Encodings in which a byte below 128 is never part of another character: separators can be found among the bytes. */
export function isTransparent(encoding: string): boolean {
  return /^(ascii|utf8|iso-8859-\d+|windows-125\d|latin1|euc-kr)$/.test(encoding);
}

/** The text of bytes, from which `encodeText` makes the same bytes again; null where they are not sound in this encoding. */
export function exactText(bytes: Buffer, encoding: string): string | null {
  const text = iconv.decode(bytes, encoding, { stripBOM: false });
  return iconv.encode(text, encoding, { addBOM: false }).equals(bytes) ? text : null;
}

/** The bytes of an `\Xdd..\` sequence as text of the message's character set. */
export function decodeBytes(bytes: Buffer, encoding: string): string {
  if (encoding === 'utf8') return storable(bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1'));
  return storable(iconv.decode(bytes, encoding));
}

/** The encoding of a set by its name of table 0211; '' for the default, ASCII; null for a name that nothing is known of. */
export function encodingOf(declared: string): string | null {
  const known = table0211.get(declared.toUpperCase());
  if (known !== undefined) return known;
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
