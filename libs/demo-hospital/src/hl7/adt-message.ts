import { escapeText, standardDelimiters } from '@wardstream/hl7v2';
import type { BedStatusAct, MessageAct, Spot, Trigger } from '../simulation/acts.js';
import type { LocalTime } from '../simulation/local-time.js';

/** MSH-9.3 of HL7 2.5.1 for each trigger. */
const structures: Readonly<Record<Trigger, string>> = {
  A01: 'ADT_A01',
  A02: 'ADT_A02',
  A03: 'ADT_A03',
  A04: 'ADT_A01',
  A05: 'ADT_A05',
  A06: 'ADT_A06',
  A08: 'ADT_A01',
  A09: 'ADT_A09',
  A10: 'ADT_A09',
  A11: 'ADT_A09',
  A12: 'ADT_A09',
  A13: 'ADT_A01',
  A21: 'ADT_A21',
  A22: 'ADT_A21',
};

/**
 * The bytes of an act as an HL7 2.5.1 message in UTF-8, unframed, segments ended by CR. The same act gives the same bytes,
 * so that a message sent again after a lost acknowledgement is recognised as a repeat. EVN-2 is when the sender recorded it,
 * EVN-6 when it happened; of a cancel, EVN-6 is the time of what it cancels.
 */
export function writeMessage(act: MessageAct, facility: string, local: LocalTime): Buffer {
  const { visit, trigger } = act;
  const { person } = visit;
  const time = (at: number | null) => (at === null ? '' : local.hl7(at));
  const recorded = time(act.sendAt);
  const segments = [
    head(act, facility, `ADT^${trigger}^${structures[trigger]}`, recorded),
    segment('EVN', {
      1: trigger,
      2: act.mistake === 'time' ? noTime(recorded) : recorded,
      6: time(act.at),
      7: text(facility),
    }),
    segment('PID', {
      1: '1',
      3: `${person.mrn}^^^${text(facility)}^MR`,
      5: `${text(person.family)}^${text(person.given)}^^^^^L`,
      7: person.born,
      8: person.sex === 'female' ? 'F' : 'M',
    }),
    segment('PV1', {
      1: '1',
      2: visit.class,
      3: place(act.location, facility),
      6: place(act.prior, facility),
      7: visit.doctor.map(text).join('^'),
      10: text(visit.service),
      11: place(act.away, facility),
      19: `${visit.number}^^^${text(facility)}^VN`,
      36: visit.disposition ?? '',
      44: time(visit.admittedAt),
      45: time(visit.dischargedAt),
    }),
    ...expectations(act, time),
  ];
  return bytesOf(segments);
}

/** An A20 as bytes: one bed and what is said of it. */
export function writeBedStatus(act: BedStatusAct, facility: string, local: LocalTime): Buffer {
  const recorded = local.hl7(act.sendAt);
  return bytesOf([
    head(act, facility, 'ADT^A20^ADT_A20', recorded),
    segment('EVN', { 1: 'A20', 2: recorded, 6: local.hl7(act.at), 7: text(facility) }),
    segment('NPU', { 1: place(act.spot, facility), 2: act.code }),
  ]);
}

function head(
  { sender, controlId }: Pick<MessageAct, 'sender' | 'controlId'>,
  facility: string,
  type: string,
  sentAt: string,
): string {
  return segment('MSH', {
    1: '^~\\&',
    2: text(sender),
    3: text(facility),
    4: 'WARDSTREAM',
    5: text(facility),
    6: sentAt,
    8: type,
    9: controlId,
    10: 'P',
    11: '2.5.1',
    17: 'UNICODE UTF-8',
  });
}

/** PV2: when the patient is expected to come (8), to leave the house (9), or to be back from leave (47). */
function expectations({ trigger, expectedAt, expectedEnd }: MessageAct, time: (at: number | null) => string): string[] {
  const fields = {
    8: trigger === 'A05' ? time(expectedAt) : '',
    9: time(expectedEnd),
    47: trigger === 'A21' ? time(expectedAt) : '',
  };
  return Object.values(fields).some((value) => value !== '') ? [segment('PV2', fields)] : [];
}

/** The thirteenth month: what an export with a swapped field writes. */
function noTime(time: string): string {
  return `${time.slice(0, 4)}13${time.slice(6)}`;
}

function bytesOf(segments: readonly string[]): Buffer {
  return Buffer.from(segments.map((s) => `${s}\r`).join(''), 'utf8');
}

function segment(name: string, fields: Readonly<Record<number, string>>): string {
  const filled = Object.entries(fields).flatMap(([position, value]) => (value === '' ? [] : [Number(position)]));
  const last = Math.max(0, ...filled);
  return [name, ...Array.from({ length: last }, (_, i) => fields[i + 1] ?? '')].join('|');
}

function place(spot: Spot | null, facility: string): string {
  if (!spot) return '';
  const parts = [spot.unit, spot.room ?? '', spot.bed ?? '', facility].map(text);
  return (spot.bed ? parts : parts.slice(0, 1)).join('^');
}

function text(value: string): string {
  return escapeText(value, standardDelimiters);
}
