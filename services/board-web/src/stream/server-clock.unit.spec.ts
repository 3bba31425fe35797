import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readClock, syncClock, untilNextMinute } from './server-clock.js';

const at = (iso: string) => Date.parse(iso);

describe("the facility's clock in the browser", () => {
  it('runs from the anchor at the given speed', () => {
    const anchor = syncClock(null, at('2026-01-13T14:42:00Z'), 60, 1_000);
    expect(new Date(readClock(anchor, 2_000)).toISOString()).toBe('2026-01-13T14:43:00.000Z');
  });

  it('takes a reading over that is ahead, and one that was set back far', () => {
    const anchor = syncClock(null, 100_000, 1, 0);
    expect(readClock(syncClock(anchor, 101_500, 1, 1_000), 1_000)).toBe(101_500);
    expect(readClock(syncClock(anchor, 50_000, 1, 1_000), 1_000)).toBe(50_000);
  });

  it('ignores a reading that only came late, so that time does not step back', () => {
    const anchor = syncClock(null, 100_000, 1, 0);
    expect(syncClock(anchor, 100_400, 1, 1_000)).toBe(anchor);
  });

  it('begins anew when the speed changes', () => {
    const anchor = syncClock(null, 100_000, 1, 0);
    expect(syncClock(anchor, 100_400, 60, 1_000).speed).toBe(60);
  });

  it('never goes back over readings whose delay varies by less than two seconds', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_900 }), { minLength: 1, maxLength: 40 }), (delays) => {
        let anchor = syncClock(null, 0, 1, delays[0] ?? 0);
        let last = Number.NEGATIVE_INFINITY;
        delays.forEach((delay, i) => {
          const sent = (i + 1) * 5_000;
          anchor = syncClock(anchor, sent, 1, sent + delay);
          const shown = readClock(anchor, sent + 2_000);
          expect(shown).toBeGreaterThanOrEqual(last);
          last = shown;
        });
      }),
    );
  });

  it('knows how long the minute lasts in real time, at the speed it runs', () => {
    const anchor = syncClock(null, at('2026-01-13T14:42:30Z'), 1, 0);
    expect(untilNextMinute(anchor, 0, 500)).toBe(30_000);
    expect(untilNextMinute({ ...anchor, speed: 60 }, 0, 250)).toBe(500);
    expect(untilNextMinute({ ...anchor, speed: 600 }, 0, 250)).toBe(250);
  });
});
