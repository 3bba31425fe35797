import { encodeText, encodingOf } from '../encoding/character-set.js';
import { encodingCharacters, standardDelimiters } from '../encoding/delimiters.js';
import { escapeText } from '../encoding/escapes.js';
import { formatTimestamp } from '../message/timestamp.js';

/** The header of a message that is written here. */
export interface WrittenHead {
  readonly sendingApplication: string;
  readonly sendingFacility: string;
  readonly receivingApplication: string;
  readonly receivingFacility: string;
  /** MSH-10: at most 20 characters. */
  readonly controlId: string;
  /** MSH-7: when it is written, milliseconds since the epoch. */
  readonly writtenAtMs: number;
  /** MSH-18, a name of table 0211 that `isWritable`. */
  readonly characterSet: string;
}

export const utf8Name = 'UNICODE UTF-8';

/** Whether messages can be written in the set of this name: it is known, and has no bytes that end an MLLP block. */
export function isWritable(characterSet: string): boolean {
  const encoding = encodingOf(characterSet);
  return encoding !== null && !encoding.startsWith('utf16');
}

/** The encoding of a set that `isWritable`. */
export function writableEncoding(characterSet: string): string {
  return encodingOf(characterSet) || 'ascii';
}

/** Fields by their number; those left out are empty. */
export type Fields = Readonly<Record<number, string>>;

/** A segment of fields that are written already. */
export function segment(name: string, fields: Fields): string {
  const filled = Object.entries(fields).flatMap(([number, text]) => (text === '' ? [] : [Number(number)]));
  const last = Math.max(0, ...filled);
  const texts = Array.from({ length: last }, (_, i) => fields[i + 1] ?? '');
  return [name, ...texts].join(standardDelimiters.field);
}

/** Components of a field; empty ones at its end are left out. */
export function components(...parts: readonly (string | null)[]): string {
  return parts
    .map((part) => escaped(part))
    .join(standardDelimiters.component)
    .replace(/\^+$/, '');
}

/** One text as the content of a field. */
export function escaped(text: string | null): string {
  return escapeText(text ?? '', standardDelimiters);
}

/** An instant (ISO 8601) as DTM in UTC, to the millisecond. */
export function dtm(instant: string | null): string {
  return instant === null ? '' : formatTimestamp(Date.parse(instant));
}

/** The bytes of a message: its header, then these segments, each ended by CR; in the character set of the header. */
export function written(head: WrittenHead, trigger: string, structure: string, segments: readonly string[]): Buffer {
  const msh = segment('MSH', {
    1: encodingCharacters(standardDelimiters),
    2: escaped(head.sendingApplication),
    3: escaped(head.sendingFacility),
    4: escaped(head.receivingApplication),
    5: escaped(head.receivingFacility),
    6: formatTimestamp(head.writtenAtMs),
    8: components('ADT', trigger, structure),
    9: escaped(head.controlId),
    10: 'P',
    11: '2.5.1',
    17: escaped(head.characterSet),
  });
  const text = [msh, ...segments].map((line) => `${line}\r`).join('');
  return encodeText(text, writableEncoding(head.characterSet));
}
