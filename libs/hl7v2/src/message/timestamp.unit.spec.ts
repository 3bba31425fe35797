import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatTimestamp, offsetOf, parseBirthDate, parseTimestamp } from './timestamp.js';
import type { TimeRule } from './time-zone.js';

const utc: TimeRule = { offsetMinutes: 0 };
const london: TimeRule = { zone: 'Europe/London' };

function iso(text: string, rule: TimeRule = utc): string {
  const result = parseTimestamp(text, rule);
  return result.ok ? result.value.iso : result.reason;
}

describe('HL7 times', () => {
  it.each([
    ['2026', '2026-01-01T00:00:00.000Z', 'year'],
    ['202603', '2026-03-01T00:00:00.000Z', 'month'],
    ['20260322', '2026-03-22T00:00:00.000Z', 'day'],
    ['2026032214', '2026-03-22T14:00:00.000Z', 'hour'],
    ['202603221405', '2026-03-22T14:05:00.000Z', 'minute'],
    ['20260322140506', '2026-03-22T14:05:06.000Z', 'second'],
    ['20260322140506.7', '2026-03-22T14:05:06.700Z', 'fraction'],
    ['20260322140506.1239', '2026-03-22T14:05:06.123Z', 'fraction'],
    ['20240229', '2024-02-29T00:00:00.000Z', 'day'],
  ])('%s is the start of its period', (text, expected, precision) => {
    expect(parseTimestamp(text, utc)).toEqual({
      ok: true,
      value: { iso: expected, precision, offsetMinutes: null },
    });
  });

  it('takes its own offset, else the rule', () => {
    expect(iso('202603221405+0215')).toBe('2026-03-22T11:50:00.000Z');
    expect(iso('20260322140506.25-0500', london)).toBe('2026-03-22T19:05:06.250Z');
    expect(iso('202603221405', { offsetMinutes: -300 })).toBe('2026-03-22T19:05:00.000Z');
    expect(iso('202601151200', london)).toBe('2026-01-15T12:00:00.000Z');
    expect(iso('202607151200', london)).toBe('2026-07-15T11:00:00.000Z');
  });

  it('takes the first of two equal local times, and moves a skipped one forward', () => {
    expect(iso('202610250130', london)).toBe('2026-10-25T00:30:00.000Z');
    expect(iso('202610250230', london)).toBe('2026-10-25T02:30:00.000Z');
    expect(iso('202603290130', london)).toBe('2026-03-29T01:30:00.000Z');
    expect(iso('202603290030', london)).toBe('2026-03-29T00:30:00.000Z');
    expect(iso('202611010130', { zone: 'America/New_York' })).toBe('2026-11-01T05:30:00.000Z');
    expect(iso('202603080230', { zone: 'America/New_York' })).toBe('2026-03-08T07:30:00.000Z');
  });

  it.each([
    ['20261301', 'has no such month'],
    ['20260230', 'has no such day'],
    ['20250229', 'has no such day'],
    ['2026032224', 'has no such hour'],
    ['202603221460', 'has no such minute'],
    ['20260322140560', 'has no such second'],
    ['20260322140500+9900', 'has no such offset'],
    ['00000000', 'has no such year'],
    ['xyz', 'is not a time of the form YYYYMMDDHHMMSS[.S][+/-ZZZZ]'],
    ['2026-03-22', 'is not a time of the form YYYYMMDDHHMMSS[.S][+/-ZZZZ]'],
    ['202603221', 'is not a time of the form YYYYMMDDHHMMSS[.S][+/-ZZZZ]'],
    ['', 'is not a time of the form YYYYMMDDHHMMSS[.S][+/-ZZZZ]'],
  ])('%s is none', (text, reason) => {
    expect(parseTimestamp(text, utc)).toEqual({ ok: false, reason });
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0002-01-01'), max: new Date('9998-12-31'), noInvalidDate: true }),
        (date) => {
          expect(iso(formatTimestamp(date.getTime()), london)).toBe(date.toISOString());
        },
      ),
    );
  });

  it('tells the offset alone, and dates of birth as far as they are known', () => {
    expect(offsetOf('20260322140506-0330')).toBe(-210);
    expect(offsetOf('20260322140506')).toBeNull();
    expect(parseBirthDate('19890118000000')).toBe('1989-01-18');
    expect(parseBirthDate('198901')).toBe('1989-01');
    expect(parseBirthDate('1989')).toBe('1989');
    expect(parseBirthDate('unknown')).toBeNull();
  });
});
