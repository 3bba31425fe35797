import { describe, expect, it } from '@jest/globals';
import type { ConflictData } from '@wardstream/events';
import { BY_FACTS, closedByPerson, reopenedByPerson } from './conflict-decisions.js';

const conflict: ConflictData = {
  ...{ id: 'c', facility: 'NGH', version: 3, kind: 'update-place-differs', severity: 'low', unit: '4A' },
  ...{ subject: { type: 'encounter', id: 'e' }, facts: [], openedAt: '2026-03-02T10:00:00.000Z' },
  ...{ closedAt: null, closedBy: null, reason: null },
};
const wish = { reason: 'asked the ward', version: 3, closedBy: 'u1', now: '2026-03-02T11:00:00.000Z' };
const closed = closedByPerson(conflict, wish);

describe('a conflict closed by a person', () => {
  it('says who, when and why, in its next version', () => {
    expect(closed).toEqual({
      ...conflict,
      ...{ version: 4, closedAt: wish.now, closedBy: 'u1', reason: 'asked the ward' },
    });
  });

  it('is the same when that is repeated, and refused to whoever comes second or saw another version', () => {
    expect(closedByPerson(closed, { ...wish, now: '2026-03-02T12:00:00.000Z' })).toBe(closed);
    expect(() => closedByPerson(closed, { ...wish, closedBy: 'u2' })).toThrow('closed already');
    expect(() => closedByPerson(conflict, { ...wish, version: 2 })).toThrow('has changed since');
  });

  it('is open as before when that is taken back while the facts disagree', () => {
    const open = reopenedByPerson(closed, 4, true);
    expect(open).toEqual({ ...conflict, version: 5 });
    expect(reopenedByPerson(open, 4, true)).toBe(open);
    expect(() => reopenedByPerson(closed, 3, true)).toThrow('has changed since');
    expect(() => reopenedByPerson(closed, 4, false)).toThrow('The facts have changed');
    expect(() => reopenedByPerson({ ...closed, closedBy: BY_FACTS }, 4, true)).toThrow('No person');
  });
});
