import {
  Credence,
  type DoubtedTime,
  type FactKind,
  type Receipt,
  type ImpreciseTime,
  type SentTime,
  type StatedTimes,
} from '@wardstream/events';
import { type FieldLocation, type Hl7Fault, fault, fieldName } from '../message/fault.js';
import type { Hl7Message } from '../message/message.js';
import { NO_SUCH_YEAR, offsetOf, parseTimestamp, type Timestamp } from '../message/timestamp.js';
import type { TimeRule } from '../message/time-zone.js';
import { announcedKinds } from './triggers.js';

export interface EventTimes extends StatedTimes {
  /** Of what is announced: the time ahead that a field says which is for what has happened. */
  readonly plannedFor?: string;
}

/** How the times of a message are read. */
export interface TimeReading {
  /** What a time without an offset means. */
  readonly rule: TimeRule;
  /** What times are held against; null where it is not known, and no time is doubted. */
  readonly credence: Credence | null;
  /** Which field an admission counts from before all others; null where it is as any movement. */
  readonly admission?: 'PV1-44' | null;
}

export type ReadTimes =
  | { readonly ok: true; readonly times: EventTimes; readonly warnings: readonly Hl7Fault[] }
  | { readonly ok: false; readonly faults: readonly Hl7Fault[] };

interface Candidate {
  readonly name: Exclude<StatedTimes['atFrom'], 'given' | 'receipt'>;
  readonly location: FieldLocation;
  readonly text: string;
}

/**
 * How the times of this message are read: without an offset by that of MSH-7, else in `zone` (docs/encounter-rules.md no. 3). In a local hour
 * that is passed twice it is the reading nearest to MSH-7, and that the one nearest to when it was received (no. 20).
 */
export function timeReadingOf(
  message: Hl7Message,
  zone: string,
  receipt: Receipt | undefined,
  admission: TimeReading['admission'] = null,
): TimeReading {
  const { sentAt } = message.head;
  const offsetMinutes = offsetOf(sentAt);
  const near = receipt === undefined ? undefined : Date.parse(receipt.receivedAt);
  const sent = parseTimestamp(sentAt, offsetMinutes === null ? { zone, near } : { offsetMinutes });
  const nearest = sent.ok ? Date.parse(sent.value.iso) : near;
  const rule: TimeRule = offsetMinutes === null ? { zone, near: nearest } : { offsetMinutes };
  if (receipt === undefined) return { rule, credence: null, admission };
  return { rule, credence: new Credence(receipt, sent.ok ? sentTime(sent.value) : null), admission };
}

/**
 * When it happened: ZBE-2, else EVN-6, else EVN-2, else MSH-7; a discharge: PV1-45, else ZBE-3, else the same; an admission: PV1-44 where
 * the sender's profile says so. Of one that says no more than a date the first of these counts that says when on that day, else of a
 * discharge the end of the day, of an admission its start. When it was recorded: EVN-2, else MSH-7, else when it
 * happened. What is no time or cannot be counts for nothing, with a warning (no. 19); EVN-2 and MSH-7 that are no time of any form
 * are a fault where they count.
 */
export function eventTimesOf(
  message: Hl7Message,
  kind: FactKind | 'bed-status',
  group: number,
  reading: TimeReading,
): ReadTimes {
  const take = (name: Candidate['name'], segment: string, field: number, occurrence = 1): Candidate => ({
    name,
    location: { segment, occurrence, field },
    text: message.segment(segment, occurrence)?.value(field) ?? '',
  });
  const recorded = [take('EVN-2', 'EVN', 2), take('MSH-7', 'MSH', 7)];
  const admits = kind === 'admit' && reading.admission === 'PV1-44';
  const happened = [
    ...(kind === 'discharge' ? [take('PV1-45', 'PV1', 45, group), take('ZBE-3', 'ZBE', 3)] : []),
    ...(admits ? [take('PV1-44', 'PV1', 44, group)] : []),
    take('ZBE-2', 'ZBE', 2),
    take('EVN-6', 'EVN', 6),
    ...recorded,
  ];
  if (happened.every((c) => c.text === '')) {
    return { ok: false, faults: [fault({ segment: 'EVN', field: 2 }, 101, 'No time says when it happened')] };
  }
  const times = new Times(reading, kind !== 'bed-status' && announcedKinds.has(kind));
  const at = times.first('at', happened, kind === 'discharge' ? 'end' : admits ? 'start' : null);
  const recordedAt = recorded.every((c) => c.text === '') ? at : times.first('recordedAt', recorded, null);
  if (at === null || recordedAt === null || times.faults.length > 0) return { ok: false, faults: times.faults };
  const { doubted, plannedFor, warnings } = times;
  return {
    ok: true,
    warnings,
    times: {
      at: at.iso,
      atFrom: at.from,
      recordedAt: recordedAt.iso,
      ...(doubted.length === 0 ? {} : { doubtedTimes: doubted }),
      ...(plannedFor === null ? {} : { plannedFor }),
    },
  };
}

interface Found {
  readonly iso: string;
  readonly from: Candidate['name'] | 'receipt';
}

/** The times of one statement, and what is wrong with those that do not count. */
class Times {
  readonly faults: Hl7Fault[] = [];
  readonly warnings: Hl7Fault[] = [];
  readonly doubted: DoubtedTime[] = [];
  plannedFor: string | null = null;

  constructor(
    private readonly reading: TimeReading,
    private readonly announces: boolean,
  ) {}

  /** Of the fields in their order the first that says a time which can be; null, and a fault, where none does. `day`: what a date alone means. */
  first(of: DoubtedTime['of'], candidates: readonly Candidate[], day: 'start' | 'end' | null): Found | null {
    const { credence, rule } = this.reading;
    let unreadable: Hl7Fault | null = null;
    let doubted = false;
    for (const candidate of candidates) {
      const { name, location, text } = candidate;
      if (text === '') continue;
      const result = parseTimestamp(text, rule);
      const iso = result.ok ? result.value.iso : null;
      if (!result.ok && !(credence !== null && isOfNoYear(text, result.reason, rule))) {
        const wrong = fault(location, 102, `${fieldName(location)} ${result.reason}`);
        unreadable ??= wrong;
        if (name === 'EVN-2') break;
        if (name !== 'MSH-7') this.warn(wrong);
        continue;
      }
      const standing = iso === null ? 'none' : (credence?.of(iso) ?? 'credible');
      if (iso !== null && standing === 'credible') {
        return (day === null ? null : this.exact(candidate, candidates, day)) ?? { iso, from: name };
      }
      if (this.announces && standing === 'ahead' && name !== 'EVN-2' && name !== 'MSH-7') {
        this.plannedFor = iso;
        continue;
      }
      doubted = true;
      this.doubted.push({ of, field: name, sent: text.slice(0, 40), at: iso });
      const why = standing === 'ahead' ? 'lies ahead of when the message came' : 'is of no year that can be meant';
      this.warn(fault(location, 102, `${fieldName(location)} ${why}; another time counts`));
      if (standing === 'ahead') break;
    }
    if (credence !== null && doubted) return { iso: credence.instead.at, from: credence.instead.from };
    if (unreadable !== null && !this.faults.some((f) => f.text === unreadable.text)) this.faults.push(unreadable);
    return null;
  }

  /** What says the time of day where `said` says only the date (or less); else a day that ends something ends with it (no. 20). */
  private exact(said: Candidate, among: readonly Candidate[], day: 'start' | 'end'): Found | null {
    const [, date, offset = ''] = /^(\d{4,8})([+-]\d{4})?$/.exec(said.text) ?? [];
    if (date === undefined) return null;
    const { credence, rule } = this.reading;
    const dayEnd = day === 'end' && date.length === 8 ? { ...said, text: `${date}235959${offset}` } : undefined;
    const exact = among.find(({ text }) => text.startsWith(date) && /^\d{10}/.test(text)) ?? dayEnd;
    const result = exact === undefined ? null : parseTimestamp(exact.text, rule);
    if (exact === undefined || result?.ok !== true) return null;
    const { iso } = result.value;
    return (credence?.of(iso) ?? 'credible') === 'credible' ? { iso, from: exact.name } : null;
  }

  private warn(wrong: Hl7Fault): void {
    if (!this.warnings.some((w) => w.text === wrong.text)) this.warnings.push({ ...wrong, severity: 'W' });
  }
}

/** MSH-7, where it is a time that can be and another one than that of the recording. */
export function sentAtOf(message: Hl7Message, recordedAt: string, { rule, credence }: TimeReading): string | null {
  const sent = parseTimestamp(message.head.sentAt, rule);
  if (!sent.ok || sent.value.iso === recordedAt) return null;
  return (credence?.of(sent.value.iso) ?? 'credible') === 'credible' ? sent.value.iso : null;
}

const dayMs = 86_400_000;
const lasts: Partial<Record<Timestamp['precision'], number>> = { year: 366 * dayMs, month: 31 * dayMs, day: dayMs };
const lengths: typeof lasts = { ...lasts, hour: 3_600_000, minute: 60_000, second: 1000 };

/** MSH-7 without a time of day is any time of the period that it names. */
function sentTime({ iso, precision }: Timestamp): SentTime {
  return { iso, endMs: Date.parse(iso) + (lasts[precision] ?? 0) };
}

/** Whether a text that cannot be read is a time but for its year: 261104090000, 00000101. */
function isOfNoYear(text: string, reason: string, rule: TimeRule): boolean {
  if (reason === NO_SUCH_YEAR) return true;
  return /^\d{6}(\d\d){0,3}$/.test(text) && parseTimestamp(`20${text}`, rule).ok;
}

/**
 * When a visit began or ended by a field of PV1 that stands beside the time of the message itself (docs/encounter-rules.md no. 24). `ends`: a
 * day without time is over at its end, or at the time of the message if that is on the same day. Null, with a warning, where it is no
 * time that can be.
 */
export function impreciseTimeOf(
  message: Hl7Message,
  field: 44 | 45,
  group: number,
  { rule, credence }: TimeReading,
  ends: boolean,
  warnings: Hl7Fault[],
): ImpreciseTime | null {
  const text = message.segment('PV1', group)?.value(field) ?? '';
  if (text === '') return null;
  const location: FieldLocation = { segment: 'PV1', occurrence: group, field };
  const warn = (why: string): null => {
    warnings.push(fault(location, 102, `${fieldName(location)} ${why}; it does not count`, 'W'));
    return null;
  };
  const parsed = parseTimestamp(text, rule);
  if (!parsed.ok) return warn(parsed.reason);
  const { iso: from, precision } = parsed.value;
  const until = new Date(Date.parse(from) + (lengths[precision] ?? 1) - 1).toISOString();
  const [, date, offset = ''] = /^(\d{8})([+-]\d{4})?$/.exec(text) ?? [];
  const own = [message.segment('EVN')?.value(6) ?? '', message.segment('EVN')?.value(2) ?? '', message.head.sentAt];
  const onThatDay = own.find((said) => date !== undefined && said.startsWith(date) && /^\d{10}/.test(said));
  const meant = !ends || date === undefined ? [] : [onThatDay ?? `${date}235959${offset}`];
  const can = (iso: string): boolean => iso.length === 24 && (credence?.of(iso) ?? 'credible') === 'credible';
  const at = [...meant.flatMap((said) => isoOf(said, rule)), from].find(can);
  if (at !== undefined) return { at, from, until };
  return warn(
    credence?.of(from) === 'ahead' ? 'lies ahead of when the message came' : 'is of no year that can be meant',
  );
}

function isoOf(text: string, rule: TimeRule): string[] {
  const result = parseTimestamp(text, rule);
  return result.ok ? [result.value.iso] : [];
}
