import { describe, expect, it } from '@jest/globals';
import { usualGapSeconds, withGaps } from './feed-gaps.js';

describe('the usual gap of a feed', () => {
  it('is not known until enough was heard', () => {
    expect(usualGapSeconds(Array(29).fill(100))).toBeNull();
    expect(usualGapSeconds(Array(30).fill(100))).toBe(100);
  });

  it('is what 99 of 100 gaps stay under, a minute at least', () => {
    const gaps = Array.from({ length: 100 }, (_, i) => (i + 1) * 10);
    expect(usualGapSeconds(gaps)).toBe(990);
    expect(usualGapSeconds(Array(100).fill(0.2))).toBe(60);
  });

  it('remembers the latest gaps only', () => {
    const gaps = withGaps(Array(290).fill(1), Array(20).fill(2));
    expect([gaps.length, gaps.filter((g) => g === 2).length]).toEqual([300, 20]);
  });
});
