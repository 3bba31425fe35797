import { describe, expect, it } from '@jest/globals';
import { historyPatchOf, joinPatches, type HistoryPatch } from './history-patch.js';

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

describe('what an event tells of its bed', () => {
  const told = (from: number, ...segments: HistoryPatch['segments']) =>
    historyPatchOf({ facility: 'NGH', id: '4A-01', history: { from: t(from), segments: [...segments] } });

  it('begins where it says, and holds no moment twice', () => {
    const segments = [segment(5, 15, 'occupied'), segment(15, 15, 'dirty'), segment(15, null, 'available')];
    expect(told(10, ...segments)).toEqual(patch(10, segment(10, 15, 'occupied'), segment(15, null, 'available')));
  });

  it.each([
    ['the same again', [segment(10, null, 'occupied'), segment(10, null, 'occupied')]],
    ['two that go on', [segment(10, null, 'occupied'), segment(20, null, 'dirty')]],
    ['two that overlap', [segment(10, 25, 'occupied'), segment(20, null, 'dirty')]],
    ['the later one first', [segment(20, null, 'dirty'), segment(10, 20, 'occupied')]],
  ] as const)('is refused with %s', (_, segments) => {
    expect(() => told(10, ...segments)).toThrow('two states at one time');
  });
});
