import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deterministicId, FixedClock, newId, ScaledClock, seededRandom } from './index.js';

describe('ids', () => {
  it('makes version 7 ids that sort by time and never repeat', () => {
    const ids = Array.from({ length: 2_000 }, newId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const millis = ids.map((id) => parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
    expect(millis).toEqual([...millis].sort((a, b) => a - b));
    expect(Math.abs(millis[0]! - Date.now())).toBeLessThan(60_000);
  });

  it('makes the same id for the same parts, and another when a boundary moves', () => {
    expect(deterministicId('a', 'bc')).toBe(deterministicId('a', 'bc'));
    expect(deterministicId('a', 'bc')).not.toBe(deterministicId('ab', 'c'));
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), fc.array(fc.string(), { minLength: 1 }), (a, b) => {
        const same = a.length === b.length && a.every((part, i) => part === b[i]);
        expect(deterministicId(...a) === deterministicId(...b)).toBe(same);
      }),
    );
  });

  it('repeats a seeded stream and stays within [0, 1)', () => {
    const [a, b] = [seededRandom(7), seededRandom(7)];
    const values = Array.from({ length: 1_000 }, a);
    expect(Array.from({ length: 1_000 }, b)).toEqual(values);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    const mean = values.reduce((t, v) => t + v, 0) / values.length;
    expect(mean).toBeGreaterThan(0.45);
    expect(mean).toBeLessThan(0.55);
  });
});

describe('clocks', () => {
  it('runs at its speed from its anchor', () => {
    const real = new FixedClock('2026-01-13T08:00:00Z');
    const clock = new ScaledClock(
      { realMs: real.nowMs(), hospitalMs: Date.parse('2026-01-13T10:00:00Z'), speed: 60 },
      real,
    );
    expect(clock.nowMs()).toBe(Date.parse('2026-01-13T10:00:00Z'));
    real.advanceMs(30_000);
    expect(new Date(clock.nowMs()).toISOString()).toBe('2026-01-13T10:30:00.000Z');
  });
});
