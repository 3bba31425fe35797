import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalTime } from '@wardstream/demo-hospital';
import { FixedClock } from '@wardstream/kernel';
import { DataDirectory } from './data-directory.js';
import { demoBegin, DemoClock } from './demo-clock.js';
import { readOptions } from './options.js';

describe('the command line', () => {
  it('plays the demo ten times as fast as real time, unless told otherwise', () => {
    expect(readOptions([])).toMatchObject({ feed: true, speed: 10, at: undefined, backfillDays: 1, seed: 1 });
    expect(readOptions(['--speed', '60', '--at', '5:30'])).toMatchObject({ speed: 60, at: 5.5 });
    expect(readOptions(['--no-feed'])).toMatchObject({ feed: false, speed: 1 });
  });

  it.each([
    ['--at', '25:00'],
    ['--at', '14'],
    ['--at', '14:60'],
    ['--speed', '0'],
    ['--no-feed', '--at', '14:30'],
  ])('refuses %s %s in words', (...argv) => {
    expect(() => readOptions(argv)).toThrow(/--(at|speed)/);
  });
});

describe('the clock of the demo', () => {
  const local = new LocalTime('Europe/London');
  const noon = Date.parse('2026-06-30T11:00:00Z');
  const late = Date.parse('2026-06-30T20:00:00Z');

  it('begins at 14:30 of the hospital’s day, never in the past', () => {
    for (const earliest of [noon, late]) {
      const begin = demoBegin(undefined)(earliest);
      expect(local.hour(begin)).toBe(14.5);
      expect(begin - earliest).toBeGreaterThan(0);
      expect(begin - earliest).toBeLessThanOrEqual(24 * 3_600_000);
    }
  });

  it('runs in real time while the hospital is played until then, and as fast as it was told afterwards, without a jump', () => {
    const real = new FixedClock(noon);
    const clock = new DemoClock({ realMs: noon, hospitalMs: late, speed: 60 }, real);
    real.advanceMs(30_000);
    expect([clock.speed, clock.nowMs()]).toEqual([1, late + 30_000]);
    clock.run();
    expect([clock.speed, clock.nowMs()]).toEqual([60, late + 30_000]);
    real.advanceMs(1_000);
    expect(clock.nowMs()).toBe(late + 90_000);
  });

  it('goes on where it was when it ran before, or forward to another hour than it was told then', () => {
    expect(demoBegin(undefined)(noon, { hospitalMs: noon })).toBe(noon);
    expect(local.hour(demoBegin(23)(noon, { hospitalMs: noon }))).toBe(23);
    expect(local.hour(demoBegin(23)(noon, { hospitalMs: noon, at: 5 }))).toBe(23);
    expect(local.hour(demoBegin(5)(late))).toBe(5);
  });

  it('goes on where it was when the same command starts it again, as after a crash, and does not leap a day', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wardstream-clock-'));
    try {
      const data = new DataDirectory(folder);
      const begun = data.clockAnchor(1, demoBegin(17));
      expect(local.hour(begun.hospitalMs)).toBe(17);
      data.saveClock({ ...begun, hospitalMs: begun.hospitalMs + 90_000 }, 17);
      const again = data.clockAnchor(1, demoBegin(17));
      expect(again.hospitalMs).toBe(begun.hospitalMs + 90_000);
      // Told no hour in between, it is told one anew.
      data.saveClock(again);
      expect(data.clockAnchor(1, demoBegin(17)).hospitalMs).toBeGreaterThan(again.hospitalMs + 23 * 3_600_000);
      // Real time has passed it.
      data.saveClock({ ...again, hospitalMs: again.realMs - 60_000 }, 17);
      expect(local.hour(data.clockAnchor(1, demoBegin(17)).hospitalMs)).toBe(17);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
