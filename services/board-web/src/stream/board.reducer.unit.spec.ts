import { describe, expect, it } from '@jest/globals';
import type { BoardSnapshot } from '@wardstream/api-contract';
import { entityOf, listedKinds } from '@wardstream/api-contract/board-entities';
import fc from 'fast-check';
import {
  aBed,
  aConflict,
  aFeed,
  ago,
  anAlert,
  anEncounter,
  aPlan,
  aRequest,
  aUnit,
  facility,
} from './board.fixture.spec.js';
import { reduceBoard } from './board.reducer.js';
import { emptyBoard, type BoardMessage } from './board-state.js';

const none = Object.fromEntries(listedKinds.map((kind) => [entityOf(kind).list, []])) as unknown as BoardSnapshot;
const snapshot: BoardSnapshot = {
  ...none,
  lastEventId: 'e-1',
  now: ago(0),
  speed: 1,
  facility,
  beds: [aBed('4A-01', { version: 4 }), aBed('4A-02')],
  units: [aUnit('4A')],
  alerts: [anAlert('a1')],
  conflicts: [aConflict('c1')],
  feeds: [aFeed('ADT')],
  requests: [aRequest('r1')],
  plans: [aPlan('p1')],
  encounters: [anEncounter('e1')],
  certainties: [],
};
const start = reduceBoard(emptyBoard, [{ type: 'snapshot', data: snapshot }]);

describe('reduceBoard', () => {
  it('takes a snapshot as the whole truth', () => {
    expect(start.ready).toBe(true);
    expect([...start.beds.keys()]).toEqual(['4A-01', '4A-02']);
    const again = reduceBoard(start, [{ type: 'snapshot', data: { ...snapshot, beds: [], conflicts: [] } }]);
    expect([again.beds.size, again.conflicts.size]).toEqual([0, 0]);
  });

  it('keeps a line over the board for each service until it is settled', () => {
    const line = (owner: string, notCertainSince: string | null) =>
      ({ type: 'certainty', data: { facility: 'NGH', owner, notCertainSince } }) as const;
    const told = reduceBoard(start, [line('board', ago(3)), line('bed-management', ago(2))]);
    expect([...told.certainties.keys()]).toEqual(['board', 'bed-management']);
    expect([...reduceBoard(told, [line('board', null)]).certainties.keys()]).toEqual(['bed-management']);
  });

  it('takes a newer bed and ignores an older one', () => {
    const newer = reduceBoard(start, [{ type: 'bed', data: aBed('4A-01', { version: 5, state: 'dirty' }) }]);
    expect(newer.beds.get('4A-01')?.state).toBe('dirty');
    const older = reduceBoard(newer, [{ type: 'bed', data: aBed('4A-01', { version: 4, state: 'blocked' }) }]);
    expect(older.beds.get('4A-01')?.state).toBe('dirty');
  });

  it('keeps the identity of what nothing touched, and of everything when nothing changed', () => {
    const next = reduceBoard(start, [{ type: 'bed', data: aBed('4A-02', { version: 2 }) }]);
    expect(next.beds).not.toBe(start.beds);
    expect(next.beds.get('4A-01')).toBe(start.beds.get('4A-01'));
    expect(next.units).toBe(start.units);
    expect(reduceBoard(start, [{ type: 'bed', data: aBed('4A-01', { version: 3 }) }])).toBe(start);
  });

  it('lets go of what has ended', () => {
    const ended: BoardMessage[] = [
      { type: 'request', data: aRequest('r1', { version: 2, status: 'occupied' }) },
      { type: 'plan', data: aPlan('p1', { version: 2, status: 'departed' }) },
      { type: 'conflict', data: aConflict('c1', { version: 2, closedAt: ago(0) }) },
      { type: 'encounter', data: anEncounter('e1', { status: 'discharged' }) },
    ];
    const after = reduceBoard(start, ended);
    expect([after.requests.size, after.plans.size, after.conflicts.size, after.encounters.size]).toEqual([0, 0, 0, 0]);
  });

  it('keeps a cleared alert for an hour of the facility, then lets it go', () => {
    const cleared = reduceBoard(start, [
      { type: 'alert', data: anAlert('a1', { version: 2, state: 'resolved', resolvedAt: ago(61) }) },
    ]);
    expect(cleared.alerts.size).toBe(1);
    const later = reduceBoard(cleared, [
      { type: 'alert', data: anAlert('a2', { version: 1, state: 'resolved', resolvedAt: ago(0) }) },
    ]);
    expect([...later.alerts.keys()]).toEqual(['a2']);
  });

  it('keeps one entry for each service that hears a feed, and never an older word', () => {
    const heard = reduceBoard(start, [
      { type: 'feed', data: aFeed('ADT', { owner: 'bed-management' }) },
      { type: 'feed', data: aFeed('ADT', { lastReceivedAt: ago(9) }) },
    ]);
    expect(heard.feeds.size).toBe(2);
    expect(heard.feeds.get('admissions/ADT')?.lastReceivedAt).toBe(ago(0));
  });

  it('ends the same whatever older states are repeated between', () => {
    const states = ['available', 'occupied', 'dirty', 'cleaning'] as const;
    const versions = [2, 3, 4, 5].map((version, i) => aBed('4A-02', { version, state: states[i]! }));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 30 }), (repeats) => {
        const order = [...repeats.map((i) => versions[i]!), versions[3]!, ...repeats.map((i) => versions[i]!)];
        const end = reduceBoard(
          start,
          order.map((data) => ({ type: 'bed' as const, data })),
        );
        expect(end.beds.get('4A-02')).toEqual(versions[3]);
      }),
    );
  });
});
