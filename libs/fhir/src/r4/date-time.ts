import { localToUtc } from '@wardstream/hl7v2';
import { instantOf } from '@wardstream/kernel';

/** A date or time as FHIR writes it (R4 dateTime, date, instant). */
export interface DateTime {
  /** ISO 8601 in UTC with milliseconds; the start of the period where the text is a date, a month or a year. */
  readonly iso: string;
  /** Where the period that the text names ends, exclusive; a millisecond after `iso` for a time with a fraction. */
  readonly endIso: string;
  readonly precision: 'year' | 'month' | 'day' | 'minute' | 'second' | 'fraction';
}

const form = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;
const daysOf = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

interface Strictness {
  /** Search allows minutes without seconds, and a time without an offset. */
  readonly search: boolean;
}

/**
 * Reads a FHIR dateTime. A date means its first moment in `zone` (IANA; docs/encounter-rules.md rule 3). Null for what is none:
 * another form, 30 February, 24:00, a time without seconds or offset.
 */
export function parseDateTime(text: string, zone: string): DateTime | null {
  return parse(text, zone, { search: false });
}

/** As `parseDateTime`, with what a search parameter may leave out. */
export function parseSearchDate(text: string, zone: string): DateTime | null {
  return parse(text, zone, { search: true });
}

/** Whether `text` is a FHIR dateTime, whatever the zone. */
export function isDateTime(text: string): boolean {
  return parse(text, 'UTC', { search: false }) !== null;
}

function parse(text: string, zone: string, { search }: Strictness): DateTime | null {
  const m = form.exec(text);
  if (m === null) return null;
  const [year, month, day] = [Number(m[1]), Number(m[2] ?? 1), Number(m[3] ?? 1)];
  if (year < 1 || month < 1 || month > 12) return null;
  if (day < 1 || day > daysOf[month - 1]! || (month === 2 && day === 29 && !isLeap(year))) return null;
  if (m[4] === undefined) {
    const precision = m[3] !== undefined ? 'day' : m[2] !== undefined ? 'month' : 'year';
    const next = { year: utc(year + 1, 1, 1), month: utc(year, month + 1, 1), day: utc(year, month, day + 1) };
    return made(localToUtc(utc(year, month, day), { zone }), localToUtc(next[precision], { zone }), precision);
  }
  const [hour, minute, second] = [Number(m[4]), Number(m[5]), Number(m[6] ?? 0)];
  // 60 is a leap second: the first moment of the next minute.
  if (hour > 23 || minute > 59 || second > 60) return null;
  if (!search && (m[6] === undefined || m[8] === undefined)) return null;
  const local = utc(year, month, day) + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds(m[7]);
  const offset = offsetMinutes(m[8]);
  if (offset === 'none') return null;
  const from = offset === null ? localToUtc(local, { zone }) : local - offset * 60_000;
  if (m[7] !== undefined) return made(from, from + 1, 'fraction');
  return m[6] === undefined ? made(from, from + 60_000, 'minute') : made(from, from + 1000, 'second');
}

/** Held within the years that sort as text: the end of 9999 is written for 'has no end'. */
function made(from: number, to: number, precision: DateTime['precision']): DateTime {
  return { iso: instantOf(from), endIso: instantOf(to), precision };
}

/** Fractions beyond milliseconds are cut. */
function milliseconds(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
}

function offsetMinutes(text: string | undefined): number | null | 'none' {
  if (text === undefined) return null;
  if (text === 'Z') return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(4, 6))];
  if (hours > 14 || minutes > 59 || (hours === 14 && minutes > 0)) return 'none';
  return (hours * 60 + minutes) * (text.startsWith('-') ? -1 : 1);
}

function utc(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
