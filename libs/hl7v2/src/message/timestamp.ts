import { localToUtc, type TimeRule } from './time-zone.js';

/** A time as HL7 writes it (DTM, chapter 2A): YYYY[MM[DD[HH[MM[SS[.S…]]]]]][+/-ZZZZ]. */
export interface Timestamp {
  /** The instant; the start of the period if the time is truncated. */
  readonly iso: string;
  readonly precision: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fraction';
  /** Minutes east of UTC, where the text says so. */
  readonly offsetMinutes: number | null;
}

export type TimestampResult =
  { readonly ok: true; readonly value: Timestamp } | { readonly ok: false; readonly reason: string };

/** Why a text is no time that is one but for its year. */
export const NO_SUCH_YEAR = 'has no such year';

const dtm = /^(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.(\d{1,9}))?)?)?)?)?)?(?:([+-])(\d\d)(\d\d))?$/;
const precisions = ['year', 'month', 'day', 'hour', 'minute', 'second', 'fraction'] as const;
const daysOf = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** What was read by one rule, which is made for one message: its fields say the same few times over and over. */
const readBefore = new WeakMap<TimeRule, Map<string, TimestampResult>>();
const MOST_OF_ONE_RULE = 64;

/**
 * Reads a DTM. `rule` says what an absent offset means. A date that is none (month 13, 30 February, 24:00) is refused with
 * the reason, which names the part and never the value. Fractions beyond milliseconds are cut.
 */
export function parseTimestamp(text: string, rule: TimeRule): TimestampResult {
  let known = readBefore.get(rule);
  if (known === undefined) readBefore.set(rule, (known = new Map()));
  const before = known.get(text);
  if (before !== undefined) return before;
  const result = read(text, rule);
  if (known.size < MOST_OF_ONE_RULE) known.set(text, result);
  return result;
}

function read(text: string, rule: TimeRule): TimestampResult {
  const m = dtm.exec(text);
  if (m === null) return { ok: false, reason: 'is not a time of the form YYYYMMDDHHMMSS[.S][+/-ZZZZ]' };
  const [year, month, day, hour, minute, second] = [
    Number(m[1]),
    Number(m[2] ?? 1),
    Number(m[3] ?? 1),
    Number(m[4] ?? 0),
    Number(m[5] ?? 0),
    Number(m[6] ?? 0),
  ];
  if (year < 1) return { ok: false, reason: NO_SUCH_YEAR };
  if (month < 1 || month > 12) return { ok: false, reason: 'has no such month' };
  if (day < 1 || day > daysOf[month - 1]! || (month === 2 && day === 29 && !isLeap(year))) {
    return { ok: false, reason: 'has no such day' };
  }
  if (hour > 23) return { ok: false, reason: 'has no such hour' };
  if (minute > 59) return { ok: false, reason: 'has no such minute' };
  if (second > 59) return { ok: false, reason: 'has no such second' };
  let offsetMinutes: number | null = null;
  if (m[8] !== undefined) {
    const [h, min] = [Number(m[9]), Number(m[10])];
    if (h > 15 || min > 59) return { ok: false, reason: 'has no such offset' };
    offsetMinutes = (h * 60 + min) * (m[8] === '-' ? -1 : 1);
  }
  const fraction = m[7] === undefined ? 0 : Math.floor(Number(`0.${m[7]}`) * 1000);
  const local = localMs(year, Date.UTC(2000 + (year % 400), month - 1, day, hour, minute, second, fraction));
  const utc = localToUtc(local, offsetMinutes === null ? rule : { offsetMinutes });
  const given = m.slice(1, 8).filter((part) => part !== undefined).length;
  const iso = new Date(utc).toISOString();
  if (iso.length !== 24) return { ok: false, reason: NO_SUCH_YEAR };
  const precision = precisions[given - 1]!;
  return { ok: true, value: { iso, precision, offsetMinutes } };
}

/** The offset a DTM says, without judging the rest; null if it says none. */
export function offsetOf(text: string): number | null {
  const m = /([+-])(\d\d)(\d\d)$/.exec(text);
  return m === null ? null : (Number(m[2]) * 60 + Number(m[3])) * (m[1] === '-' ? -1 : 1);
}

/** An instant as DTM in UTC with milliseconds, e.g. 20260102030405.678+0000. */
export function formatTimestamp(atMs: number): string {
  const digits = new Date(atMs).toISOString().replace(/[-:TZ]/g, '');
  return `${digits}+0000`;
}

/** A date of birth as YYYY, YYYY-MM or YYYY-MM-DD; null if it is none. */
export function parseBirthDate(text: string): string | null {
  const result = read(text, { offsetMinutes: 0 });
  if (!result.ok) return null;
  const { precision } = result.value;
  if (precision === 'year') return text.slice(0, 4);
  if (precision === 'month') return `${text.slice(0, 4)}-${text.slice(4, 6)}`;
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`;
}

const FOUR_CENTURIES_MS = 146_097 * 86_400_000;

/** The calendar is the same every 400 years; Date.UTC takes years below 100 for others. */
function localMs(year: number, inCycleOf2000: number): number {
  return inCycleOf2000 + (Math.floor(year / 400) - 5) * FOUR_CENTURIES_MS;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
