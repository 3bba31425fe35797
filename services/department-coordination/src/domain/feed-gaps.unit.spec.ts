import { describe, expect, it } from '@jest/globals';
import { usualGapSeconds, withGap } from './feed-gaps.js';

describe('the usual gap of a feed', () => {
  it('is not told before enough was heard', () => {
    expect(usualGapSeconds(Array(19).fill(90))).toBeNull();
    expect(usualGapSeconds(Array(20).fill(90))).toBe(90);
  });

  it('is what 99 of 100 gaps stay under, and at least a minute', () => {
    const gaps = Array.from({ length: 100 }, (_, i) => i + 1);
    expect(usualGapSeconds(gaps)).toBe(99);
    expect(usualGapSeconds(Array(50).fill(2))).toBe(60);
  });

  it('forgets what was long ago, and knows no negative gap', () => {
    const gaps = withGap(Array(100).fill(500), -3);
    expect([gaps.length, gaps.at(-1)]).toEqual([100, 0]);
  });
});
