import { describe, expect, it } from '@jest/globals';
import { ageText, clockLevel, durationSpoken, durationText, minutesSince } from './duration.js';
import { localTime } from './local-time.js';

describe('durations', () => {
  it.each([
    [0, '0 min'],
    [59, '59 min'],
    [60, '1 h 00 m'],
    [125, '2 h 05 m'],
    [1439, '23 h 59 m'],
    [1490, '1 d 00 h'],
    [2880, '2 d 00 h'],
  ])('%i minutes are %s', (minutes, text) => expect(durationText(minutes)).toBe(text));

  it('are ariaLabel in whole words', () => {
    expect(durationSpoken(170)).toBe('2 hours 50 minutes');
    expect(durationSpoken(61)).toBe('1 hour 1 minute');
    expect(durationSpoken(0)).toBe('0 minutes');
    expect(durationSpoken(1500)).toBe('1 day 1 hour');
  });

  it('all step on the same minute, whatever second they began in', () => {
    const minute = Date.parse('2026-01-13T14:42:00Z') / 60_000;
    expect(['14:40:01', '14:40:59'].map((t) => minutesSince(`2026-01-13T${t}.000Z`, minute))).toEqual([2, 2]);
  });

  it.each([
    [89, ''],
    [90, 'warn'],
    [119, 'warn'],
    [120, 'high'],
    [239, 'high'],
    [240, 'critical'],
  ])('%i of 120 minutes is at level "%s"', (minutes, level) => expect(clockLevel(minutes, 120)).toBe(level));

  it('have no level without a target', () => {
    expect([clockLevel(500, null), clockLevel(500, 0)]).toEqual(['', '']);
  });

  it('of a feed are told in seconds, then minutes', () => {
    expect([ageText(-3), ageText(59.9), ageText(60), ageText(26 * 60), ageText(7_260)]).toEqual([
      '0 s',
      '59 s',
      '1 min',
      '26 min',
      '2 h 01 m',
    ]);
  });
});

describe('local time', () => {
  const now = Date.parse('2026-07-14T13:42:06Z');

  it('is that of the facility, not of the browser', () => {
    expect(localTime('Europe/London').clock(now)).toBe('14:42');
    expect(localTime('Australia/Sydney').seconds(now)).toBe('23:42:06');
    expect(localTime('Europe/London').date(now)).toBe('Tue 14 Jul');
  });

  it('tells the two hours apart that have the same name when summer time ends', () => {
    const london = localTime('Europe/London');
    const now = Date.parse('2026-10-25T09:00:00.000Z');
    expect(london.near('2026-10-25T00:30:00.000Z', now)).toBe('01:30 BST');
    expect(london.near('2026-10-25T01:30:00.000Z', now)).toBe('01:30 GMT');
    expect(london.near('2026-10-25T02:00:00.000Z', now)).toBe('02:00');
    expect(london.near('2026-10-24T23:59:00.000Z', now)).toBe('00:59');
    expect(london.near('2026-03-29T00:30:00.000Z', now)).toBe('29 Mar 00:30');
  });

  it('leaves the day out today, names the weekday near, else the date', () => {
    const london = localTime('Europe/London');
    expect(london.near('2026-07-14T13:05:00.000Z', now)).toBe('14:05');
    expect(london.near('2026-07-13T22:30:00.000Z', now)).toBe('Mon 23:30');
    expect(london.near('2026-06-01T06:00:00.000Z', now)).toBe('1 Jun 07:00');
  });

  it('falls back to UTC for a zone the browser does not know', () => {
    expect(localTime('Mars/Olympus').clock(now)).toBe('13:42');
  });
});
