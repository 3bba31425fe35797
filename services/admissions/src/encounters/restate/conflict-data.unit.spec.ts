import { describe, expect, it } from '@jest/globals';
import type { ConflictData } from '@wardstream/events';
import { BY_FACTS } from '../conflicts/conflict-decisions.js';
import { closed, conflictEvent, opened } from './conflict-data.js';

const [morning, noon, evening] = ['2026-03-02T08:00:00.000Z', '2026-03-02T12:00:00.000Z', '2026-03-02T18:00:00.000Z'];
const facts = [{ source: 'EHR', says: 'in 4A-1', at: morning, recordedAt: morning, receivedAt: morning }];
const found = {
  id: 'c',
  facility: 'NGH',
  kind: 'update-place-differs',
  severity: 'low' as const,
  unit: '4A',
  subject: { type: 'encounter' as const, id: 'e' },
  facts,
};
const open = opened(found, undefined, morning)!;
const byPerson: ConflictData = { ...open, version: 2, closedAt: noon, closedBy: 'u1', reason: 'asked the ward' };

describe('a conflict that the facts open and close', () => {
  it('is open from when it is found, and closed by them from when it is not', () => {
    expect(open).toEqual({ ...found, version: 1, openedAt: morning, closedAt: null, closedBy: null, reason: null });
    expect(closed(open, noon)).toEqual({ ...open, version: 2, closedAt: noon, closedBy: BY_FACTS });
  });

  it('is told at the time at which it was opened, or else closed', () => {
    expect(conflictEvent(open)).toMatchObject({ time: morning, recordedAt: morning, aggregateVersion: 1 });
    expect(conflictEvent(closed(open, noon))).toMatchObject({ time: noon, recordedAt: noon, aggregateVersion: 2 });
  });

  const others = [{ ...facts[0]!, says: 'in 4A-2' }];
  it.each<[string, ConflictData, typeof facts, Partial<ConflictData> | null]>([
    ['open as it is, says nothing new', open, facts, null],
    ['open, is the same one with other facts', open, others, { version: 2, openedAt: morning, closedAt: null }],
    ['that a person closed, stays closed while the facts are the same', byPerson, facts, null],
    ['that a person closed, is open anew by other facts', byPerson, others, { version: 3, openedAt: evening }],
    ['that the facts closed, is open anew by the same', closed(open, noon), facts, { version: 3, openedAt: evening }],
  ])('%s', (_, known, now, expected) => {
    const next = opened({ ...found, facts: now }, known, evening);
    if (expected === null) expect(next).toBeNull();
    else expect(next).toMatchObject({ ...expected, facts: now, closedAt: null, closedBy: null, reason: null });
  });
});
