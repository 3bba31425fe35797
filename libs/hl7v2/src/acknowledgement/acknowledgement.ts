import { encodeText } from '../encoding/character-set.js';
import { encodingCharacters, standardDelimiters, transcode } from '../encoding/delimiters.js';
import { escapeText } from '../encoding/escapes.js';
import { errorCodes, type Hl7Fault, locationText } from '../message/fault.js';
import type { Hl7Message } from '../message/message.js';
import { formatTimestamp } from '../message/timestamp.js';

/** AA: durable. AE: understood and wrong. AR: refused (not ADT, not HL7, too large). */
export type AckCode = 'AA' | 'AE' | 'AR';

/** In enhanced mode (HL7 v2, chapter 2.9.3) the same as a commit: CA durable, CE wrong, CR refused. */
export type SentCode = AckCode | 'CA' | 'CE' | 'CR';

/**
 * What a message is answered with, by its MSH-15 and MSH-16 where its sender uses enhanced mode: a commit where MSH-15 asks for one,
 * else the application's answer where MSH-16 does, else nothing (null). Never more than one answer: what is durable is acted on, and
 * there is nothing to say of it later. AL always, NE never, ER where it is not taken, SU where it is. Both empty is original mode.
 */
export function codeToSend(message: Hl7Message | null, code: AckCode, enhanced: boolean): SentCode | null {
  const msh = enhanced ? message?.segment('MSH') : undefined;
  const [accept, application] = [msh?.value(15).toUpperCase() ?? '', msh?.value(16).toUpperCase() ?? ''];
  if (accept === '' && application === '') return code;
  if (isAskedFor(accept, code)) return commits[code];
  return isAskedFor(application, code) ? code : null;
}

const commits = { AA: 'CA', AE: 'CE', AR: 'CR' } as const;

function isAskedFor(condition: string, code: AckCode): boolean {
  switch (condition) {
    case '':
    case 'NE':
      return false;
    case 'ER':
      return code !== 'AA';
    case 'SU':
      return code === 'AA';
    default:
      return true;
  }
}

export interface Acknowledgement {
  readonly code: SentCode;
  /** The message answered; null where the bytes were none. */
  readonly message: Hl7Message | null;
  readonly faults?: readonly Hl7Fault[];
  /** MSH-10 of the answer, at most 20 characters of its own. */
  readonly controlId: string;
  /** When it is answered, in milliseconds since the epoch. */
  readonly atMs: number;
}

/**
 * The bytes of an ACK, unframed: MSH with sender and receiver swapped, MSA with MSA-2 = MSH-10 of the message, one ERR for each
 * fault, in the version and character set of the message and with the standard separators. Before version 2.5 ERR-1 holds the location and code
 * (ELD); ERR-2 to ERR-8 follow all the same, since a receiver passes over fields it does not know, and severity has no other home.
 */
export function buildAcknowledgement(ack: Acknowledgement): Buffer {
  const { message, code, faults = [] } = ack;
  const d = standardDelimiters;
  const msh = message?.segment('MSH');
  const copy = (field: number): string =>
    message === null || msh === undefined ? '' : transcode(msh.raw(field), message.delimiters, d);
  const version = message?.head.version || '2.5.1';
  const trigger = message?.head.trigger ?? '';
  const type = [
    'ACK',
    ...(trigger === '' ? [] : [escapeText(trigger, d), ...(isBefore(version, '2.3.1') ? [] : ['ACK'])]),
  ];
  const segments = [
    [
      `MSH${d.field}${encodingCharacters(d)}`,
      copy(5) || 'WARDSTREAM',
      copy(6),
      copy(3),
      copy(4),
      formatTimestamp(ack.atMs),
      '',
      type.join(d.component),
      ack.controlId,
      copy(11) || 'P',
      copy(12) || version,
      ...(copy(18) === '' ? [] : ['', '', '', '', '', copy(18)]),
    ],
    ['MSA', code, copy(10), ...(faults.length === 0 ? [] : [escapeText(faults[0]!.text, d)])],
    ...faults.map((fault) => errSegment(fault, version)),
  ];
  const text = segments.map((fields) => fields.join(d.field)).join('\r') + '\r';
  return encodeText(text, message?.characterSet.encoding ?? 'utf8');
}

function errSegment(fault: Hl7Fault, version: string): string[] {
  const d = standardDelimiters;
  const text = escapeText(fault.text, d);
  const { segment, occurrence = 1, field } = fault.location;
  const eld = [
    segment,
    occurrence,
    field ?? '',
    [fault.code, errorCodes[fault.code], 'HL70357'].join(d.subcomponent),
  ].join(d.component);
  return [
    'ERR',
    isBefore(version, '2.5') ? eld : '',
    locationText(fault.location, d.component),
    [fault.code, errorCodes[fault.code], 'HL70357'].join(d.component),
    fault.severity,
    '',
    '',
    text,
    text,
  ];
}

/** Whether version `a` of the standard came before `b`; an unreadable one did not. */
function isBefore(a: string, b: string): boolean {
  const parts = (v: string): number[] => v.split('.').map(Number);
  const [x, y] = [parts(a), parts(b)];
  if (x.some((n) => !Number.isFinite(n))) return false;
  for (let i = 0; i < 3; i += 1) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
