import type { FactKind, MovementFact } from '@wardstream/events';
import { type FieldLocation, type Hl7Fault, fault, fieldName } from '../message/fault.js';
import type { Hl7Message } from '../message/message.js';
import { offsetOf, parseTimestamp, type TimestampResult } from '../message/timestamp.js';
import type { TimeRule } from '../message/time-zone.js';

export interface EventTimes {
  readonly at: string;
  readonly atFrom: MovementFact['atFrom'];
  readonly recordedAt: string;
}

interface Candidate {
  readonly name: MovementFact['atFrom'];
  readonly location: FieldLocation;
  readonly text: string;
}

/** What a time of this message without an offset means: the offset of MSH-7, else the zone given (docs/encounter-rules.md no. 3). */
export function timeRuleOf(message: Hl7Message, zone: string): TimeRule {
  const offsetMinutes = offsetOf(message.head.sentAt);
  return offsetMinutes === null ? { zone } : { offsetMinutes };
}

/**
 * When it happened: ZBE-2, else EVN-6, else EVN-2, else MSH-7; a discharge: PV1-45, else ZBE-3, else the same, and of one that
 * says no more than a date the first of these that says when on that day. When it was recorded: EVN-2, else MSH-7, else when it
 * happened. A field that counts and is no time is a fault at that field.
 */
export function eventTimesOf(
  message: Hl7Message,
  kind: FactKind | 'bed-status',
  group: number,
  rule: TimeRule,
): { readonly ok: true; readonly times: EventTimes } | { readonly ok: false; readonly faults: Hl7Fault[] } {
  const take = (name: MovementFact['atFrom'], segment: string, field: number, occurrence = 1): Candidate => ({
    name,
    location: { segment, occurrence, field },
    text: message.segment(segment, occurrence)?.value(field) ?? '',
  });
  const recorded = [take('EVN-2', 'EVN', 2), take('MSH-7', 'MSH', 7)];
  const happened = [
    ...(kind === 'discharge' ? [take('PV1-45', 'PV1', 45, group), take('ZBE-3', 'ZBE', 3)] : []),
    take('ZBE-2', 'ZBE', 2),
    take('EVN-6', 'EVN', 6),
    ...recorded,
  ];
  const first = happened.find((c) => c.text !== '');
  const at = kind === 'discharge' && first !== undefined ? exactTime(first, happened) : first;
  if (at === undefined) {
    return { ok: false, faults: [fault({ segment: 'EVN', field: 2 }, 101, 'No time says when it happened')] };
  }
  const faults: Hl7Fault[] = [];
  const read = (candidate: Candidate): string => {
    const result: TimestampResult = parseTimestamp(candidate.text, rule);
    if (result.ok) return result.value.iso;
    const text = `${fieldName(candidate.location)} ${result.reason}`;
    if (!faults.some((f) => f.text === text)) faults.push(fault(candidate.location, 102, text));
    return '';
  };
  const atIso = read(at);
  const by = recorded.find((c) => c.text !== '');
  const recordedAt = by === undefined ? atIso : read(by);
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, times: { at: atIso, atFrom: at.name, recordedAt } };
}

/** MSH-7, where it is a time and another one than that of the recording. */
export function sentAtOf(message: Hl7Message, recordedAt: string, rule: TimeRule): string | null {
  const sent = parseTimestamp(message.head.sentAt, rule);
  return sent.ok && sent.value.iso !== recordedAt ? sent.value.iso : null;
}

/** What says the time of day where `said` says only the date (or less). */
function exactTime(said: Candidate, among: readonly Candidate[]): Candidate {
  const date = /^\d{4,8}(?=[+-]|$)/.exec(said.text)?.[0];
  if (date === undefined) return said;
  return among.find(({ text }) => text.startsWith(date) && /^\d{10}/.test(text)) ?? said;
}
