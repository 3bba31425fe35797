import type { SentPlace } from '@wardstream/events';
import {
  type CharacterRule,
  decodeBytes,
  encodeText,
  exactText,
  isInexact,
  isTransparent,
} from '../encoding/character-set.js';
import { type Delimiters } from '../encoding/delimiters.js';
import { escapeText } from '../encoding/escapes.js';
import { END_BLOCK, START_BLOCK } from '../message/block-bytes.js';
import { parseMessage } from '../message/parse.js';
import { utf8Name, writableEncoding } from './segments.js';

/** A place to be written into one field of a message. */
export interface WrittenPlace {
  readonly segment: 'PV1' | 'NPU';
  /** Which of the segments of that name, from 1. */
  readonly occurrence: number;
  readonly field: number;
  readonly place: Pick<SentPlace, 'unit' | 'room' | 'bed'>;
}

/** What of a message is to be another; what is left out stays as it is. */
export interface Readdressing {
  readonly sendingApplication?: string | undefined;
  readonly sendingFacility?: string | undefined;
  readonly receivingApplication?: string | undefined;
  readonly receivingFacility?: string | undefined;
  readonly controlId?: string | undefined;
  /** A set that `isWritable`, by its name of table 0211: the whole message is written in it. */
  readonly characterSet?: string | undefined;
  readonly places?: readonly WrittenPlace[];
  /** What is known of the character set that the message came in; MSH-18 alone says it unless given. */
  readonly cameIn?: CharacterRule | undefined;
}

/** Text of a message in which every byte can be found again, and how values stand in it. */
interface Codec {
  readonly text: string;
  write(value: string): string;
  bytes(text: string): Buffer;
}

/**
 * The bytes of a message with another header: what is not named stays byte for byte, segment ends, unknown segments and oddities
 * included. Only where another character set is asked for, or a byte of its own would end an MLLP block, is all of it written anew.
 * Bytes that are no message are given back as they are.
 */
export function readdress(bytes: Buffer, changes: Readdressing): Buffer {
  const parsed = parseMessage(bytes, changes.cameIn);
  if (parsed.message === null) return bytes;
  const { delimiters, characterSet } = parsed.message;
  const framable =
    !bytes.includes(START_BLOCK) && !bytes.includes(END_BLOCK) && !isInexact(bytes, characterSet.encoding);
  const asked = changes.characterSet ?? (framable ? undefined : utf8Name);
  const target = asked === undefined ? undefined : writableEncoding(asked);
  const anew = target !== undefined && (target !== characterSet.encoding || !framable);
  const codec = anew ? inAnother(bytes, characterSet.encoding, target) : inPlace(bytes, characterSet.encoding);
  const write = (value: string): string => codec.write(escapeText(value, delimiters));
  const fields = new Map<number, string>();
  const note = (field: number, value: string | undefined): void => {
    if (value !== undefined) fields.set(field, write(value));
  };
  note(3, changes.sendingApplication);
  note(4, changes.sendingFacility);
  note(5, changes.receivingApplication);
  note(6, changes.receivingFacility);
  note(10, changes.controlId);
  note(18, anew || changes.characterSet !== undefined ? asked : undefined);
  return codec.bytes(edited(codec.text, delimiters, fields, changes.places ?? [], write));
}

/** Where the separators are bytes of their own, the bytes are taken as they are; else as text that gives the same bytes again. */
function inPlace(bytes: Buffer, encoding: string): Codec {
  const exact = isTransparent(encoding) ? null : exactText(bytes, encoding);
  if (exact !== null) return { text: exact, write: (value) => value, bytes: (text) => encodeText(text, encoding) };
  return {
    text: bytes.toString('latin1'),
    write: (value) => encodeText(value, encoding).toString('latin1'),
    bytes: (text) => Buffer.from(text, 'latin1'),
  };
}

function inAnother(bytes: Buffer, encoding: string, target: string): Codec {
  const text = decodeBytes(bytes, encoding).replaceAll(/[\0\u000b\u001c\ufeff]/g, '');
  return { text, write: (value) => value, bytes: (changed) => encodeText(changed, target) };
}

function edited(
  text: string,
  delimiters: Delimiters,
  header: ReadonlyMap<number, string>,
  places: readonly WrittenPlace[],
  write: (value: string) => string,
): string {
  const start = text.indexOf('MSH');
  const seen = new Map<string, number>();
  const lines = text.slice(start).split(/([\r\n]+)/);
  const changed = lines.map((line, i) => {
    if (i === 0)
      return withFields(
        line,
        delimiters,
        [...header].map(([field, value]) => [field - 1, () => value]),
      );
    const name = line.slice(0, 3);
    if (line[3] !== delimiters.field || (name !== 'PV1' && name !== 'NPU')) return line;
    const occurrence = (seen.get(name) ?? 0) + 1;
    seen.set(name, occurrence);
    const own = places.filter((p) => p.segment === name && p.occurrence === occurrence);
    return withFields(
      line,
      delimiters,
      own.map((p) => [p.field, (sent) => placed(sent, p.place, delimiters, write)]),
    );
  });
  return text.slice(0, start) + changed.join('');
}

function withFields(
  line: string,
  { field }: Delimiters,
  changes: readonly (readonly [index: number, to: (sent: string) => string])[],
): string {
  const fields = line.split(field);
  for (const [index, to] of changes) {
    const sent = fields[index] ?? '';
    const written = to(sent);
    if (written === sent) continue;
    while (fields.length <= index) fields.push('');
    fields[index] = written;
  }
  return fields.join(field);
}

/** A place field with another unit, room and bed; its other components stay, and one that names no place still names none. */
function placed(
  sent: string,
  place: WrittenPlace['place'],
  { component }: Delimiters,
  write: (value: string) => string,
): string {
  if (sent === '') return '';
  const parts = [place.unit, place.room, place.bed].map((part) => write(part ?? ''));
  const others = sent.split(component).slice(3);
  while (others.length === 0 && parts.at(-1) === '') parts.pop();
  return [...parts, ...others].join(component);
}
