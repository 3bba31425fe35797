import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDateTime, parseDateTime, parseSearchDate } from './date-time.js';

describe('a dateTime', () => {
  it.each([
    ['2026', '2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z', 'year'],
    ['2026-07', '2026-06-30T23:00:00.000Z', '2026-07-31T23:00:00.000Z', 'month'],
    ['2026-07-01', '2026-06-30T23:00:00.000Z', '2026-07-01T23:00:00.000Z', 'day'],
    // The day that clocks go forward has 23 hours.
    ['2026-03-29', '2026-03-29T00:00:00.000Z', '2026-03-29T23:00:00.000Z', 'day'],
    ['2026-07-01T10:00:00Z', '2026-07-01T10:00:00.000Z', '2026-07-01T10:00:01.000Z', 'second'],
    ['2026-07-01T10:00:00.1234+02:00', '2026-07-01T08:00:00.123Z', '2026-07-01T08:00:00.124Z', 'fraction'],
    ['2026-07-01T10:00:00-14:00', '2026-07-02T00:00:00.000Z', '2026-07-02T00:00:01.000Z', 'second'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z', '2017-01-01T00:00:01.000Z', 'second'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z', 'day'],
    ['0001-02-03', '0001-02-03T00:01:15.000Z', '0001-02-04T00:01:15.000Z', 'day'],
  ])('%s is %s until %s', (text, iso, endIso, precision) => {
    expect(parseDateTime(text, 'Europe/London')).toEqual({ iso, endIso, precision });
  });

  it.each([
    '',
    '26',
    '2026-13',
    '2026-00-01',
    '2026-02-30',
    '2023-02-29',
    '1900-02-29',
    '2026-07-01T10:00:00',
    '2026-07-01T10:00Z',
    '2026-07-01T10:00',
    '2026-07-01T24:00:00Z',
    '2026-07-01T10:60:00Z',
    '2026-07-01T10:00:61Z',
    '2026-07-01T10:00:00+14:30',
    '2026-07-01T10:00:00+15:00',
    '2026-07-01 10:00:00Z',
    '2026-7-1',
    '0000-01-01',
    ' 2026',
  ])('%p is none', (text) => {
    expect(parseDateTime(text, 'UTC')).toBeNull();
    expect(isDateTime(text)).toBe(false);
  });

  it.each([
    ['9999', '9999-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'],
    ['9999-12-31T23:59:59-01:00', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['0001-01-01T00:00:00+14:00', '0001-01-01T00:00:00.000Z', '0001-01-01T00:00:00.000Z'],
  ])('%p at the end of what can be kept is held within it', (text, iso, endIso) => {
    expect(parseDateTime(text, 'UTC')).toMatchObject({ iso, endIso });
  });

  it('of any instant is that instant', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0002-01-01'), max: new Date('9998-12-31'), noInvalidDate: true }),
        (date) => {
          expect(parseDateTime(date.toISOString(), 'Asia/Kathmandu')?.iso).toBe(date.toISOString());
        },
      ),
    );
  });

  it('of any text gives a time that is in its own range, or none; never throws', () => {
    const digits = fc.stringMatching(/^[0-9T:Z.+-]{0,30}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), digits), (text) => {
        const date = parseDateTime(text, 'America/New_York');
        if (date !== null) expect(date.iso < date.endIso && date.iso.length === 24).toBe(true);
      }),
    );
  });
});

describe('a date to search for', () => {
  it.each([
    ['2026-07-01T10:00', '2026-07-01T09:00:00.000Z', '2026-07-01T09:01:00.000Z'],
    ['2026-07-01T10:00Z', '2026-07-01T10:00:00.000Z', '2026-07-01T10:01:00.000Z'],
    ['2026-07-01T10:00:30', '2026-07-01T09:00:30.000Z', '2026-07-01T09:00:31.000Z'],
  ])('%s may leave out seconds and offset', (text, iso, endIso) => {
    expect(parseSearchDate(text, 'Europe/London')).toMatchObject({ iso, endIso });
  });
});
