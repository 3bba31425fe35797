import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lineKey, RepeatedLines } from './repeated-lines.js';

describe('lines of a log that repeat themselves', () => {
  it('are written once a pause; every other one is counted, and none twice', () => {
    const told = fc.record({ key: fc.constantFrom('a', 'b', 'c'), afterMs: fc.nat(40_000) });
    fc.assert(
      fc.property(fc.array(told, { maxLength: 60 }), (lines) => {
        const repeats = new RepeatedLines(30_000);
        const due: { key: string; at: number }[] = [];
        const [written, counted] = [new Map<string, number>(), new Map<string, number>()];
        const add = (to: Map<string, number>, key: string, n: number) => to.set(key, (to.get(key) ?? 0) + n);
        let now = 0;
        const askDue = (until: number) => {
          for (const each of due.splice(0))
            if (each.at <= until) add(counted, each.key, repeats.takeHeld(each.key, each.at));
            else due.push(each);
        };
        for (const { key, afterMs } of lines) {
          now += afterMs;
          askDue(now);
          const line = repeats.said(key, now);
          if (line.write) add(written, key, 1);
          if (line.firstHeld) due.push({ key, at: now + line.waitMs });
        }
        askDue(Infinity);
        for (const key of ['a', 'b', 'c'])
          expect((written.get(key) ?? 0) + (counted.get(key) ?? 0)).toBe(lines.filter((l) => l.key === key).length);
      }),
    );
  });

  it('are held for the pause and no longer', () => {
    const repeats = new RepeatedLines(30_000);
    expect(repeats.said('x', 0).write).toBe(true);
    expect(repeats.said('x', 29_999)).toEqual({ write: false, firstHeld: true, waitMs: 1 });
    expect(repeats.said('y', 29_999).write).toBe(true);
    expect(repeats.takeHeld('x', 30_000)).toBe(1);
    expect(repeats.said('x', 59_999).write).toBe(false);
    expect(repeats.takeHeld('x', 60_000)).toBe(1);
    expect(repeats.takeHeld('x', 90_000)).toBe(0);
    expect(repeats.said('x', 90_001).write).toBe(true);
  });

  it.each([
    ['another text', lineKey(50, {}, 'a'), lineKey(50, {}, 'b'), false],
    ['another level', lineKey(40, {}, 'a'), lineKey(50, {}, 'a'), false],
    ['of another thing', lineKey(50, { topic: 'x' }, 'a'), lineKey(50, { topic: 'y' }, 'a'), false],
    ['another error', lineKey(50, { err: new Error('p') }, 'a'), lineKey(50, { err: new Error('q') }, 'a'), false],
    [
      'the same error of another file',
      lineKey(50, { err: new Error('could not extend file "base/5/1": no space') }, 'a'),
      lineKey(50, { err: new Error('could not extend file "base/7/22": no space') }, 'a'),
      true,
    ],
    [
      'a thing that failed once more and is tried again at another time',
      lineKey(40, { group: 'g', partition: 4, failures: 3, againInMs: 390 }, 'a'),
      lineKey(40, { group: 'g', partition: 4, failures: 4, againInMs: 667 }, 'a'),
      true,
    ],
  ])('tells %s apart as it should', (_name, a, b, same) => {
    expect(a === b).toBe(same);
  });

  it('does not compare what goes in a circle', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(lineKey(50, circle, 'a')).toBeUndefined();
  });
});
