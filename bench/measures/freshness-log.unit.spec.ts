import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FreshnessLog } from './freshness-log.js';

describe('what a board said of being behind', () => {
  it('is nothing until it says so', () => {
    expect(new FreshnessLog().longestUnsaid(10, 50)).toBe(40);
  });

  it('is counted from when it is said to when it says that it is live', () => {
    const said = new FreshnessLog();
    said.note(20, true);
    said.note(25, true);
    said.note(60, false);
    expect(said.longestUnsaid(10, 50)).toBe(10);
    expect(said.longestUnsaid(30, 50)).toBe(0);
    expect(said.longestUnsaid(10, 100)).toBe(40);
    expect(said.longestUnsaid(0, 65)).toBe(20);
    expect(said.behindNow).toBe(false);
  });

  it('is the longest run of live moments, as counting them one by one tells', () => {
    const change = fc.record({ wait: fc.integer({ min: 1, max: 9 }), behind: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change), fc.nat(60), fc.nat(60), (changes, from, length) => {
        const said = new FreshnessLog();
        const isBehind: boolean[] = [];
        let at = 0;
        for (const { wait, behind } of changes) {
          while (isBehind.length < at + wait) isBehind.push(said.behindNow);
          at += wait;
          said.note(at, behind);
        }
        let longest = 0;
        let run = 0;
        for (let t = from; t < from + length; t += 1) {
          run = (isBehind[t] ?? said.behindNow) ? 0 : run + 1;
          longest = Math.max(longest, run);
        }
        expect(said.longestUnsaid(from, from + length)).toBe(longest);
      }),
    );
  });
});
