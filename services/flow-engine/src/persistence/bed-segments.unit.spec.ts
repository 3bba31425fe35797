import { describe, expect, it } from '@jest/globals';
import { joinPatches, type HistoryPatch } from './bed-segments.js';

const t = (minute: number) => new Date(Date.UTC(2026, 0, 13, 8, minute)).toISOString();
const segment = (from: number, to: number | null, state: 'occupied' | 'dirty' | 'available') => ({
  from: t(from),
  to: to === null ? null : t(to),
  state,
  encounterIds: [],
});
const patch = (from: number, ...segments: HistoryPatch['segments']): HistoryPatch => ({
  facility: 'NGH',
  bedId: '4A-01',
  from: t(from),
  segments,
});

describe('two patches of one bed', () => {
  it('have the effect of the one and then the other', () => {
    const first = patch(10, segment(10, 20, 'occupied'), segment(20, null, 'dirty'));
    const next = patch(30, segment(30, null, 'available'));
    expect(joinPatches(first, next)).toEqual(
      patch(10, segment(10, 20, 'occupied'), segment(20, 30, 'dirty'), segment(30, null, 'available')),
    );
  });

  it('begin where the earlier one begins, and the later one replaces what it tells anew', () => {
    const first = patch(20, segment(20, null, 'dirty'));
    const earlier = patch(10, segment(10, null, 'occupied'));
    expect(joinPatches(first, earlier)).toEqual(earlier);
  });
});
