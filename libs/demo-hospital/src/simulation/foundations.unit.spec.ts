import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drawsFor } from './draws.js';
import { TimeQueue } from './event-queue.js';
import { HOUR, LocalTime } from './local-time.js';

describe('TimeQueue', () => {
  it('gives back by time, and equal times in the order they came', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), (times) => {
        const queue = new TimeQueue<{ at: number; n: number }>();
        times.forEach((at, n) => queue.push(at, { at, n }));
        const out = times.map(() => queue.pop()!);
        expect(out).toEqual(times.map((at, n) => ({ at, n })).sort((a, b) => a.at - b.at || a.n - b.n));
        expect(queue.pop()).toBeUndefined();
        expect(queue.nextAt).toBe(Infinity);
      }),
    );
  });
});

describe('LocalTime', () => {
  const london = new LocalTime('Europe/London');

  it('writes HL7 times with the offset of the season', () => {
    expect(london.hl7(Date.parse('2026-01-13T14:42:05Z'))).toBe('20260113144205+0000');
    expect(london.hl7(Date.parse('2026-07-13T14:42:05Z'))).toBe('20260713154205+0100');
    expect(new LocalTime('America/St_Johns').hl7(Date.parse('2026-01-13T02:00:00Z'))).toBe('20260112223000-0330');
  });

  it('finds a wall-clock hour on both sides of a change of the clocks', () => {
    const eve = Date.parse('2026-03-28T12:00:00Z');
    expect(new Date(london.on(eve, 8)).toISOString()).toBe('2026-03-28T08:00:00.000Z');
    expect(new Date(london.on(eve, 8, 1)).toISOString()).toBe('2026-03-29T07:00:00.000Z');
    expect(new Date(london.next(eve, 12)).toISOString()).toBe('2026-03-29T11:00:00.000Z');
    expect(london.weekday(eve)).toBe(6);
    expect(london.hour(Date.parse('2026-03-29T11:30:00Z'))).toBe(12.5);
  });

  it('agrees with itself all year', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8760 }), fc.integer({ min: 3, max: 23 }), (h, hour) => {
        const at = Date.parse('2026-01-01T00:00:00Z') + h * HOUR;
        const then = london.next(at, hour);
        expect(then).toBeGreaterThan(at);
        expect(london.hour(then)).toBe(hour);
      }),
    );
  });

  it('refuses a zone that is none', () => {
    expect(() => new LocalTime('Europe/Nowhere')).toThrow('unknown time zone');
  });
});

describe('Draws', () => {
  it('keeps streams of different names apart and repeats each', () => {
    const take = (name: string) => Array.from({ length: 5 }, drawsOf(name));
    expect(take('a')).toEqual(take('a'));
    expect(take('a')).not.toEqual(take('b'));
  });

  it('has the means it is told', () => {
    const draws = drawsFor(1, 'means');
    const mean = (one: () => number) => Array.from({ length: 20_000 }, one).reduce((a, b) => a + b, 0) / 20_000;
    expect(mean(() => draws.lognormalWithMean(4, 0.7))).toBeCloseTo(4, 0);
    expect(mean(() => draws.exponential(3))).toBeCloseTo(3, 0);
    expect(mean(() => draws.normal(2, 1))).toBeCloseTo(2, 1);
    expect(
      mean(() =>
        draws.weighted([
          ['x', 3],
          ['y', 1],
        ]) === 'x'
          ? 1
          : 0,
      ),
    ).toBeCloseTo(0.75, 1);
  });
});

function drawsOf(name: string): () => number {
  const draws = drawsFor(9, name);
  return () => draws.uniform(0, 1);
}
