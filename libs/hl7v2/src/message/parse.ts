import { type CharacterRule, decodeText } from '../encoding/character-set.js';
import { readDelimiters } from '../encoding/delimiters.js';
import { type Hl7Fault, fault } from './fault.js';
import { Hl7Message } from './message.js';

/** Either a message, or why these bytes are none. A message with two headers is given with its fault, to be answered by name. */
export type ParseResult =
  | { readonly ok: true; readonly message: Hl7Message }
  | { readonly ok: false; readonly fault: Hl7Fault; readonly message: Hl7Message | null };

/**
 * Reads the bytes of one message: segments end with CR, LF or CRLF, also mixed; the last one may be unended; space around the
 * whole is passed over. `rule` is what is known of the sender's character set. Never throws: any bytes give a result.
 */
export function parseMessage(bytes: Uint8Array, rule?: CharacterRule): ParseResult {
  const given = trimmed(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const { text, characterSet } = decodeText(given, rule);
  if (!text.startsWith('MSH')) {
    return { ok: false, fault: fault({ segment: 'MSH' }, 100, 'The message does not begin with MSH'), message: null };
  }
  const lines = text.split(/[\r\n]+/).filter((line) => line !== '');
  const delimiters = readDelimiters(lines[0]!);
  if (delimiters === null) {
    return {
      ok: false,
      fault: fault({ segment: 'MSH', field: 1 }, 102, 'MSH-1 is no field separator'),
      message: null,
    };
  }
  const message = new Hl7Message(lines, delimiters, characterSet);
  if (message.segments('MSH').length > 1) {
    return {
      ok: false,
      fault: fault({ segment: 'MSH', occurrence: 2 }, 100, 'One frame holds more than one message'),
      message,
    };
  }
  return { ok: true, message };
}

/** Without leading white space, and without what some senders put behind the last segment. */
function trimmed(bytes: Buffer): Buffer {
  let from = 0;
  while (from < bytes.length && isSpace(bytes[from]!)) from += 1;
  return bytes.subarray(from);
}

function isSpace(byte: number): boolean {
  return byte === 0x0d || byte === 0x0a || byte === 0x20 || byte === 0x09;
}
