import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  aBed,
  aBoard,
  aConflict,
  ago,
  anAlert,
  aRequest,
  aUnit,
  facility,
  MINUTE,
} from '../stream/board.fixture.spec.js';
import { availableParts, boarderTone, notCounted, oldestDirty, pendingInParts, totalsOf } from './headline.js';
import { REORDER_MS, settleOrder } from './row-order.js';
import { mostCells, sortedUnits, sortOf, tickAt, unitRows } from './unit-rows.js';
import { oldestWaits } from './waits.js';

describe('settleOrder', () => {
  const first = settleOrder(null, ['a', 'b', 'c'], 0, false);

  it('keeps rows still for half a minute, and says how many would move', () => {
    const early = settleOrder(first, ['c', 'a', 'b'], REORDER_MS - 1, false);
    expect([early.ids, early.moved]).toEqual([['a', 'b', 'c'], 3]);
    expect(settleOrder(early, ['c', 'a', 'b'], REORDER_MS, false).ids).toEqual(['c', 'a', 'b']);
  });

  it('never moves a row under the hand, unless asked', () => {
    const held = settleOrder(first, ['c', 'a', 'b'], REORDER_MS * 10, true);
    expect(held.ids).toEqual(['a', 'b', 'c']);
    expect(settleOrder(held, ['c', 'a', 'b'], REORDER_MS * 10, true, true).ids).toEqual(['c', 'a', 'b']);
  });

  it('lets rows that are gone go at once and adds new ones at the end', () => {
    expect(settleOrder(first, ['d', 'b'], 1, true).ids).toEqual(['b', 'd']);
  });

  it('changes nothing while nothing is to be changed', () => {
    expect(settleOrder(first, ['a', 'b', 'c'], REORDER_MS * 2, false)).toBe(first);
  });

  it('always shows exactly the wanted rows', () => {
    const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'));
    fc.assert(
      fc.property(fc.array(fc.tuple(ids, fc.boolean(), fc.nat(60_000))), (steps) => {
        let shown = first;
        let now = 0;
        for (const [wanted, held, later] of steps) {
          now += later;
          shown = settleOrder(shown, wanted, now, held);
          expect([...shown.ids].sort()).toEqual([...wanted].sort());
        }
      }),
    );
  });
});

describe('the headline', () => {
  const board = aBoard({
    beds: [
      aBed('4A-01', { state: 'dirty', since: ago(41), clocks: [{ name: 'dirty', since: ago(41), targetMinutes: 30 }] }),
      aBed('4A-02'),
    ],
    units: [
      aUnit('4A', { available: 5, occupied: 20, denominator: 25, pendingOut: 3 }),
      aUnit('MAT', { available: 2, occupied: 10, denominator: 12 }),
      aUnit('ED', { occupied: 39, denominator: 40 }),
    ],
    requests: [
      aRequest('r1', { decisionToAdmitAt: ago(494), requestedAt: ago(471) }),
      aRequest('r2', { source: 'Theatre', from: null }),
      aRequest('r3', { source: 'Hospital', from: null, toUnit: null }),
    ],
  });
  const totals = totalsOf(board, MINUTE);

  it('counts inpatient units only and says what it leaves out', () => {
    expect([totals.occupied, totals.denominator, totals.available]).toEqual([30, 37, 7]);
    expect(notCounted(facility.units)).toBe('ED bays');
  });

  it('tells parts that add up', () => {
    expect(availableParts(board)).toEqual(['5 adult', '2 maternity']);
    expect(pendingInParts(totals)).toEqual(['ED 1, theatre 1, moves 0,', 'planned 0, other 1']);
    expect(totals.pendingIn).toBe(3);
  });

  it('names the bed that waits longest for a crew', () => {
    expect(oldestDirty(board, totals, MINUTE)).toEqual({ bedId: '4A-01', minutes: 41, target: 30 });
  });

  it('marks boarding by the longest wait, counted from the decision to admit', () => {
    expect(totals.boarders).toMatchObject({ count: 1, overTarget: 1, longest: { since: ago(494) } });
    expect(boarderTone(totals, MINUTE)).toBe('is-critical');
    expect(boarderTone(totalsOf(aBoard(), MINUTE), MINUTE)).toBe('');
  });
});

describe('unit rows', () => {
  it('carry the worst alert, conflicts and open surge beds of the unit', () => {
    const rows = unitRows(
      aBoard({
        beds: [aBed('4A-01', { surge: true, state: 'occupied' }), aBed('4A-02', { surge: true, state: 'surge' })],
        units: [aUnit('4A')],
        alerts: [
          anAlert('a1'),
          anAlert('a2', { severity: 'critical' }),
          anAlert('a3', { severity: 'critical', state: 'resolved', resolvedAt: ago(1) }),
        ],
        conflicts: [aConflict('c1')],
      }),
    );
    expect(rows.find((r) => r.unit.id === '4A')).toMatchObject({
      alerts: { worst: 'critical', count: 2 },
      conflicts: 1,
      surge: { open: 1, total: 2 },
    });
    expect(rows.find((r) => r.unit.id === 'ED')).toMatchObject({
      counts: null,
      alerts: null,
      conflicts: 0,
      surge: null,
    });
  });

  it('are as long as the largest unit has beds, in whatever state', () => {
    const [small, large] = [
      aUnit('MAT', { occupied: 3, closed: 1 }),
      aUnit('4A', { occupied: 50, surge: 4, blocked: 6 }),
    ];
    expect(mostCells(unitRows(aBoard({ units: [small, large] })))).toBe(60);
    expect(mostCells([])).toBe(1);
  });

  it('sort by what was asked, unknown last, ties as configured', () => {
    const rows = unitRows(
      aBoard({
        units: [
          aUnit('MAT', { pressure: 1.1, occupancyRate: 0.8 }),
          aUnit('4A', {
            pressure: 0.9,
            occupancyRate: 0.95,
            oldestWait: { bedRequestId: 'r', from: 'ED', since: ago(300), targetMinutes: 240 },
          }),
        ],
      }),
    );
    expect(sortedUnits(rows, 'pressure', MINUTE)).toEqual(['MAT', '4A', 'ED']);
    expect(sortedUnits(rows, 'occupied', MINUTE)).toEqual(['4A', 'MAT', 'ED']);
    expect(sortedUnits(rows, 'wait', MINUTE)).toEqual(['4A', 'ED', 'MAT']);
    expect(sortedUnits(rows, 'unit', MINUTE)).toEqual(['4A', 'ED', 'MAT']);
    expect([sortOf('wait'), sortOf('nonsense'), sortOf(null)]).toEqual(['wait', 'pressure', 'pressure']);
  });

  it("put the tick at the unit's own rate", () => {
    expect(tickAt(aUnit('4A', { actAt: 0.9, denominator: 20 }))).toBe(18);
    expect(tickAt(aUnit('4A', { actAt: null }))).toBeNull();
  });
});

describe('oldestWaits', () => {
  it('puts the wait furthest over its target first and says what stands in the way', () => {
    const board = aBoard({
      beds: [aBed('4A-02', { state: 'cleaning' })],
      units: [aUnit('4A', { cleaning: 1 })],
      requests: [
        aRequest('long', { requestedAt: ago(240), targetMinutes: 480 }),
        aRequest('over', {
          requestedAt: ago(130),
          targetMinutes: 120,
          needs: { ...aRequest('x').needs, isolation: 'airborne', equipment: ['negative'] },
        }),
        aRequest('placed', { requestedAt: ago(10), status: 'assigned', assignedBedId: '4A-02' }),
        aRequest('later', { source: 'Elective', from: null, requestedAt: ago(900) }),
      ],
    });
    const waits = oldestWaits(board, MINUTE, 6);
    expect(waits.map((w) => w.request.id)).toEqual(['over', 'long', 'placed']);
    expect(waits.map((w) => w.why)).toEqual(['none free on 4A', 'none free on 4A', '4A-02 assigned, cleaning']);
    expect(waits[0]?.where).toBe('ED bay 12');
  });

  it('counts what is free for this patient, and names the need that no free bed meets', () => {
    const why = (more: Parameters<typeof aRequest>[1], ...ids: string[]) =>
      oldestWaits(
        aBoard({ beds: ids.map((id) => aBed(id)), units: [aUnit('4A')], requests: [aRequest('r', more)] }),
        MINUTE,
        1,
      )[0]?.why;
    const ward = ['4A-01', '4A-02', '4A-03', '4A-22'];
    // A man: bay A is for women.
    expect(why({}, ...ward)).toBe('2 free on 4A for this patient');
    expect(why({}, '4A-01', '4A-02')).toBe('2 free on 4A, none fits: a place for men');
    const { needs } = aRequest('x');
    expect(why({ needs: { ...needs, equipment: ['bariatric'] } }, '4A-03')).toBe(
      '1 free on 4A, none fits: needs bariatric',
    );
    expect(why({ needs: { ...needs, levelOfCare: 'icu' }, toUnit: null }, '4A-03')).toBe(
      '1 free in the house, none fits: needs intensive care',
    );
    expect(why({}, ...[])).toBe('none free on 4A');
    const next = aBoard({ beds: [aBed('4A-01'), aBed('4A-03', { state: 'cleaning' })], requests: [aRequest('r')] });
    expect(oldestWaits(next, MINUTE, 1)[0]?.why).toBe(
      '1 free on 4A, none fits: a place for men; 1 in cleaning would fit',
    );
  });
});
