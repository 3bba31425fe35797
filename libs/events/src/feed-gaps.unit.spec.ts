import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gapsHeardAgain, usualGapSeconds, withGaps } from './feed-gaps.js';

/** The gaps of a feed that was heard at these seconds. */
function heardAt(seconds: readonly number[]): number[] {
  let gaps: number[] = [];
  for (let i = 1; i < seconds.length; i += 1) gaps = gapsHeardAgain(gaps, seconds[i - 1]! * 1000, seconds[i]! * 1000);
  return gaps;
}
const everySeconds = (step: number, count: number) => Array.from({ length: count }, (_, i) => i * step);

describe('the usual gap of a feed', () => {
  it('is not told before it was heard in thirty minutes', () => {
    expect(usualGapSeconds(Array<number>(29).fill(90))).toBeNull();
    expect(usualGapSeconds(Array<number>(30).fill(90))).toBe(90);
  });

  it('is what 99 of 100 gaps stay under, and at least a minute', () => {
    expect(usualGapSeconds(Array.from({ length: 100 }, (_, i) => i + 1))).toBe(99);
    expect(usualGapSeconds(Array<number>(50).fill(2))).toBe(60);
  });

  it('forgets what was long ago, and knows no negative gap', () => {
    expect(withGaps(Array<number>(300).fill(500), [7])).toHaveLength(300);
    expect(gapsHeardAgain([], 5_000, 2_000)).toEqual([0]);
  });

  it('is not drowned by bursts: a sender that sends a hundred messages every twenty minutes is silent for twenty minutes', () => {
    const bursts = everySeconds(1200, 60).flatMap((at) => Array.from({ length: 100 }, (_, i) => at + i / 100));
    expect(usualGapSeconds(heardAt(bursts))).toBeGreaterThan(1190);
  });

  it('is not known from a backlog that is read in within a few minutes', () => {
    expect(usualGapSeconds(heardAt(everySeconds(0.01, 50_000)))).toBeNull();
  });

  it('is known of a feed that never pauses', () => {
    expect(usualGapSeconds(heardAt(everySeconds(0.5, 6_000)))).toBe(60);
  });

  it('remembers one gap for each minute the feed was heard in, the longest that ended in it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4_000 }), { minLength: 2, maxLength: 200 }), (steps) => {
        const times: number[] = [];
        for (const step of steps) times.push((times.at(-1) ?? 0) + step);
        const gaps = heardAt(times);
        const minutes = new Set(times.map((t) => Math.floor(t / 60)));
        expect(gaps.length).toBeLessThanOrEqual(Math.min(300, minutes.size));
        expect(Math.max(...gaps)).toBe(Math.max(...times.slice(1).map((t, i) => t - times[i]!)));
      }),
    );
  });
});
