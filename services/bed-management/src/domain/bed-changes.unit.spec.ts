import { describe, expect, it } from '@jest/globals';
import { staysDifferFrom } from './bed-changes.js';
import type { StayInBed } from './bed-facts.js';

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
