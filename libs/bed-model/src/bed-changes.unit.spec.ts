import { describe, expect, it } from '@jest/globals';
import { holdDiffersFrom, staysDifferFrom } from './bed-changes.js';
import type { Hold, StayInBed } from './bed-facts.js';

const stay = (from: number, to: number | null, more: Partial<StayInBed> = {}): StayInBed => ({
  ...{ encounterId: 'e', movementId: 'm', from, to, leavesDirty: true, endedBy: null, ...more },
});

describe('from when on two lists of stays differ', () => {
  it.each<[string, StayInBed[], StayInBed[], number | null]>([
    ['nowhere', [stay(10, 20), stay(30, null)], [stay(30, null), stay(10, 20)], null],
    ['from an end that moved', [stay(10, 20)], [stay(10, 25)], 20],
    ['from the beginning of one that is gone', [stay(10, 20), stay(30, null)], [stay(10, 20)], 30],
    [
      'from a stay of no length that is gone, where another begins alike',
      [stay(10, 10), stay(10, null)],
      [stay(10, null)],
      10,
    ],
    ['or came', [stay(10, null)], [stay(10, 10), stay(10, null)], 10],
  ])('%s', (_, before, after, expected) => {
    expect(staysDifferFrom(before, after)).toBe(expected);
  });
});

describe('from when on a bed differs because a hold of it changed', () => {
  const hold: Hold = {
    id: 'h',
    encounterId: 'e',
    kind: 'reservation',
    bedRequestId: null,
    plan: null,
    expectedAt: null,
    begins: 'when-told',
    since: 10,
    until: 30,
    releasedAt: null,
    endedAt: null,
  };

  it.each<[string, Hold | undefined, Hold, number | null]>([
    ['nowhere, where it is as it was', hold, { ...hold }, null],
    ['from its beginning, where it is new', undefined, hold, 10],
    ['from its beginning, where it is prolonged: it is shown until when', hold, { ...hold, until: 40 }, 10],
    ['or shortened', hold, { ...hold, until: 20 }, 10],
    ['or has no end any more', hold, { ...hold, until: null }, 10],
    ['from its end, where it was released', hold, { ...hold, releasedAt: 20 }, 20],
    ['or ended otherwise', hold, { ...hold, endedAt: 25 }, 25],
    ['nowhere, where it is released after it was over', hold, { ...hold, releasedAt: 35 }, null],
    ['from the earlier beginning', hold, { ...hold, since: 5 }, 5],
    ['from its beginning, where it is for somebody else', hold, { ...hold, encounterId: 'other' }, 10],
    ['where it is of another kind', hold, { ...hold, kind: 'assignment' }, 10],
    ['where it is of a plan now', hold, { ...hold, plan: 'admit' }, 10],
    ['where the patient is expected at another time', hold, { ...hold, expectedAt: 15 }, 10],
    ['where it begins by itself', hold, { ...hold, begins: 'by-time' }, 10],
  ])('%s', (_, before, after, expected) => {
    expect(holdDiffersFrom(before, after)).toBe(expected);
  });
});
