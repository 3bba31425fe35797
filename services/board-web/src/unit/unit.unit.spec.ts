import { describe, expect, it } from '@jest/globals';
import type { BedView } from '@wardstream/api-contract';
import type { ConflictData } from '@wardstream/events';
import { unitOccupancy } from '@wardstream/flow-model';
import {
  aBed,
  aBoard,
  aConflict,
  ago,
  anEncounter,
  aPlan,
  aRequest,
  facility,
  MINUTE,
  occupiedBed,
} from '../stream/board.fixture.spec.js';
import { facilityView } from '../stream/facility-view.js';
import { localTime } from '../time/local-time.js';
import { bandsOf, bandWords } from './bands.js';
import { comingIn, comingParts } from './coming.js';
import { byTimeOfEvent, movementWords, placeName } from './movements.js';
import { tileBeside, type TileBox } from './tile-grid.js';
import { stayOf } from './tile-body.js';
import { tileModel } from './tile-model.js';

const local = localTime('Europe/London');
const model = (bed: Parameters<typeof tileModel>[0], state = aBoard()) =>
  tileModel(bed, { state, minute: MINUTE, local });

describe('bands', () => {
  const bands = bandsOf(facility, '4A');

  it('are bays, and neighbouring single rooms together', () => {
    expect(bands.map((b) => [b.name, b.bedIds])).toEqual([
      ['Bay A', ['4A-01', '4A-02']],
      ['Bay B', ['4A-03', '4A-04']],
      ['Rooms 21 to 23', ['4A-21', '4A-22', '4A-23']],
    ]);
  });

  it('hold no more than four single rooms', () => {
    const rooms = Array.from({ length: 6 }, (_, i) => ({ ...facility.rooms[3]!, id: `${i}`, name: `Room ${i}` }));
    const beds = rooms.map((r) => ({ ...facility.beds[5]!, id: `4A-${r.id}`, room: r.id }));
    expect(bandsOf({ ...facility, rooms, beds }, '4A').map((b) => b.name)).toEqual(['Rooms 0 to 3', 'Rooms 4 to 5']);
  });

  it('say for whom they are, what is free or leaving, and a special room', () => {
    const words = (state = aBoard()) => bands.map((b) => [bandWords(b, state).kind, bandWords(b, state).remark]);
    expect(words()).toEqual([
      ['Women', ''],
      ['Men', ''],
      ['Single', '21 negative pressure'],
    ]);
    const busy = aBoard({
      beds: [aBed('4A-01'), occupiedBed('4A-03', 'e3'), aBed('4A-21', { state: 'blocked' })],
      plans: [aPlan('e3')],
    });
    expect(words(busy).map(([, remark]) => remark)).toEqual(['1 free', '1 leaving', '21 negative pressure']);
  });

  it('are a cohort when all patients of a shared room need the same isolation', () => {
    const droplet = (id: string) => occupiedBed(id, id, { needs: ['droplet', 'falls'] });
    const cohort = aBoard({ beds: [droplet('4A-01'), droplet('4A-02')] });
    expect(bandWords(bands[0]!, cohort)).toMatchObject({ cohort: 'droplet', kind: 'Women, droplet cohort' });
    const mixed = aBoard({ beds: [droplet('4A-01'), occupiedBed('4A-02', 'e2')] });
    expect(bandWords(bands[0]!, mixed).cohort).toBeNull();
  });
});

describe('tileModel', () => {
  it('says a confirmed discharge with its clock over target, in one sentence for screen readers', () => {
    const bed = occupiedBed('4A-08', 'e8', { needs: ['oxygen'] });
    const state = aBoard({
      encounters: [anEncounter('e8', { startedAt: ago(9 * 1440), expectedDischargeAt: ago(2 * 1440) })],
      plans: [aPlan('e8', { status: 'confirmed', confirmedAt: ago(170), waitingFor: 'meds' })],
    });
    expect(model(bed, state)).toMatchObject({
      marker: 'Confirmed',
      clock: { minutes: 170, target: 120, note: 'meds' },
      stay: { words: '9 of 7 d', over: true },
      ariaLabel:
        'Bed 08, occupied, T.M. 60s male, oxygen, stay 9 of 7 d, longer than expected, confirmed discharge, meds 2 hours 50 minutes, over target',
    });
  });

  it('says when an admission lies ahead, and when a time that was sent cannot be', () => {
    const bed = occupiedBed('4A-08', 'e8');
    const ahead = aBoard({ encounters: [anEncounter('e8', { startedAt: ago(-120) })] });
    expect(model(bed, ahead).remark).toBe('Admission lies ahead');
    const facts = [
      { source: 'ADT', says: 'happened', at: null, recordedAt: null, receivedAt: null, encounterId: 'e8' },
    ];
    const subject = { type: 'encounter' as const, id: 'e8' };
    const of = (kind: string): ConflictData => ({ ...aConflict('c1', { facts, severity: 'medium' }), kind, subject });
    const begun = [anEncounter('e8', { startedAt: ago(120) })];
    const doubted = model(bed, aBoard({ encounters: begun, conflicts: [of('time-not-credible')] }));
    expect([doubted.remark, doubted.conflict]).toEqual(['Time not credible', null]);
    expect(doubted.ariaLabel).toContain('time not credible');
    expect(model(bed, aBoard({ encounters: begun, conflicts: [of('place-differs')] })).remark).toBeNull();
  });

  it('keeps the marker with the patient: a withdrawn plan shows none', () => {
    expect(model(occupiedBed('4A-08', 'e8')).marker).toBeNull();
    const away = aBoard({ encounters: [anEncounter('e8', { inTransit: true })] });
    expect(model(occupiedBed('4A-08', 'e8'), away).marker).toBe('Away');
  });

  it('shows whom a bed is held for, from where and until when', () => {
    const hold = {
      encounterId: 'e1',
      visitNumber: 'V',
      patient: { initials: 'S.L.', ageBand: '70s', sex: 'female' as const },
      kind: 'reservation' as const,
      since: ago(12),
      until: ago(-28),
      bedRequestId: 'r1',
    };
    const bed = aBed('4A-12', {
      state: 'reserved',
      reservedFor: hold,
      clocks: [{ name: 'reserved', since: ago(12), targetMinutes: 40 }],
    });
    expect(model(bed, aBoard({ requests: [aRequest('r1', { encounterId: 'other' })] }))).toMatchObject({
      patient: { initials: 'S.L.' },
      lead: { first: 'ED bay 12', second: 'until 15:10' },
      clock: { minutes: 12, target: 40 },
    });
    expect(model(aBed('4A-12', { state: 'dirty', reservedFor: hold })).lead?.second).toBe('for S.L.');
    const planned = (expectedAt: string | null) =>
      model(
        aBed('4A-12', {
          state: 'reserved',
          reservedFor: { ...hold, bedRequestId: null, plan: 'transfer', expectedAt },
        }),
      ).lead;
    expect(planned(null)).toEqual({ first: 'Move planned', second: 'until 15:10' });
    expect(planned(ago(-8))?.second).toBe('due 14:50');
    expect(planned(ago(2))?.second).toBe('was due 14:40');
  });

  it('runs a cleaning against its target and says when it is ready', () => {
    const bed = aBed('4A-21', { state: 'cleaning', clocks: [{ name: 'cleaning', since: ago(37), targetMinutes: 60 }] });
    expect(model(bed)).toMatchObject({ progress: 37 / 60, lead: { second: 'ready 15:05' }, clock: { note: 'of 60' } });
  });

  it('says why a bed cannot be used, and until when', () => {
    const blocked = { reason: 'maintenance', note: 'Shower leak', since: ago(155), until: '2026-01-13T16:30:00.000Z' };
    expect(model(aBed('4A-25', { state: 'blocked', blocked })).lead).toEqual({
      first: 'Shower leak',
      second: 'until 16:30',
    });
    const closed = { reason: 'No staff', since: ago(155), until: '2026-01-14T07:00:00.000Z' };
    expect(model(aBed('4A-19', { state: 'closed', closed })).lead).toEqual({
      first: 'No staff',
      second: 'until Wed 07:00',
    });
  });

  it('shows a conflict of the visit in it where that is of high severity, on each of the beds', () => {
    const side = (encounterId: string, says: string) => ({
      ...{ source: 'history', says, at: ago(60), recordedAt: null, receivedAt: null, encounterId },
    });
    const facts = [side('e1', 'in 4A-01'), side('e2', 'in 4A-02')];
    const of = (severity: 'high' | 'low') => ({
      ...aConflict('c1', { facts, severity }),
      ...{ kind: 'patient-in-two-beds', subject: { type: 'encounter' as const, id: 'e1' } },
    });
    for (const bed of [occupiedBed('4A-01', 'e1'), occupiedBed('4A-02', 'e2')]) {
      const { conflict, others } = model(bed, aBoard({ conflicts: [of('high')] }));
      expect(conflict?.facts.map((f) => f.says)).toEqual([
        expect.stringMatching(/^in 4A-01/),
        expect.stringMatching(/^in 4A-02/),
      ]);
      expect(others).toEqual([]);
      expect(model(bed, aBoard({ conflicts: [of('low')] })).conflict).toBeNull();
    }
    expect(model(occupiedBed('4A-03', 'e3'), aBoard({ conflicts: [of('high')] })).conflict).toBeNull();
  });

  it('carries a name alert with the number of the visit where two of the unit look alike', () => {
    const [one, two] = [occupiedBed('4A-01', 'e1'), occupiedBed('4A-02', 'e2')];
    const elsewhere = occupiedBed('4B-01', 'e3');
    const alert = (bed: typeof one, ...beds: (typeof one)[]) => model(bed, aBoard({ beds: [bed, ...beds] }));
    expect(alert(one, two).nameAlert).toBe('V-e1');
    expect(alert(two, one).ariaLabel).toMatch(/name alert, visit V-e2/);
    expect(alert(one, elsewhere).nameAlert).toBeNull();
  });

  it('shows both facts of a conflict with their times', () => {
    const facts = [
      { source: 'Admissions', says: 'Patient left', at: ago(37), recordedAt: null, receivedAt: null },
      { source: 'Cleaning', says: 'Patient in bed', at: ago(16), recordedAt: null, receivedAt: null },
    ];
    const bed = occupiedBed('4A-14', 'e', {
      conflicts: [{ id: 'c1', kind: 'x', severity: 'medium', openedAt: ago(16) }],
    });
    expect(model(bed, aBoard({ conflicts: [aConflict('c1', { facts })] })).conflict?.facts).toEqual([
      { source: 'Admissions', says: 'left 14:05' },
      { source: 'Cleaning', says: 'in bed 14:26' },
    ]);
  });

  describe('of two patients in one bed', () => {
    const [first] = occupiedBed('4A-14', 'e1').occupants;
    const also = (encounterId: string, initials: string) => ({
      ...{ ...first!, encounterId, role: 'contesting' as const },
      patient: { ...first!.patient, initials, ageBand: '30s' },
    });
    const inBed = (encounterId: string, minutes: number) => ({
      ...{ source: 'admissions', says: 'Patient in bed', at: ago(minutes), recordedAt: null, receivedAt: null },
      encounterId,
    });
    const pair = (id: string, encounterId: string, minutes: number) =>
      aConflict(id, { facts: [inBed('e1', 300), inBed(encounterId, minutes)] });
    const told = (c: ConflictData) => ({ id: c.id, kind: c.kind, severity: c.severity, openedAt: c.openedAt });

    it('names both while they are in dispute, and counts a third', () => {
      const [one, two] = [pair('c1', 'e2', 16), pair('c2', 'e3', 5)];
      const occupants = [first!, also('e2', 'WA')];
      const bed = occupiedBed('4A-14', 'e1', { occupants, conflicts: [told(one)] });
      const shown = model(bed, aBoard({ conflicts: [one] }));
      expect(shown.conflict).toEqual({
        facts: [
          { source: '', says: 'in bed 09:42' },
          { source: 'W.A. 30s', says: 'in bed 14:26' },
        ],
        more: 0,
      });
      expect(shown.ariaLabel).toMatch(/in bed 09:42, W\.A\. 30s in bed 14:26/);
      const third = { ...bed, occupants: [...occupants, also('e3', 'JP')], conflicts: [told(one), told(two)] };
      expect(model(third, aBoard({ conflicts: [one, two] })).conflict?.more).toBe(1);
    });

    it('says with whom the bed is shared once a person said so', () => {
      const shared = model(occupiedBed('4A-14', 'e1', { occupants: [first!, also('e2', 'WA')] }));
      expect(shared.conflict).toBeNull();
      expect(shared.others.map((o) => o.initials)).toEqual(['WA']);
      expect(shared.ariaLabel).toMatch(/, with W\.A\. 30s,/);
    });
  });

  it('flashes when the state, the patient or the marker changes, not when a clock runs on', () => {
    const bed = occupiedBed('4A-08', 'e8');
    const later = tileModel(bed, { state: aBoard(), minute: MINUTE + 5, local });
    expect(later.signature).toBe(model(bed).signature);
    expect(model(aBed('4A-08', { state: 'dirty' })).signature).not.toBe(later.signature);
  });
});

describe('stayOf', () => {
  it.each([
    [5, null, '5 h', false],
    [3 * 24 + 4, null, '3 d', false],
    [3 * 24 + 4, 5, '3 of 5 d', false],
    [6 * 24 + 4, 6, '6 of 6 d', false],
    [7 * 24 + 4, 6, '7 of 6 d', true],
  ])('%i hours of %s days is "%s"', (hours, expected, words, over) => {
    const due = expected === null ? null : ago(hours * 60 - expected * 1440);
    expect(stayOf(ago(hours * 60), due, MINUTE)).toMatchObject({ words, over });
  });
});

describe('tileBeside', () => {
  const boxes: TileBox[] = [
    ['a', 0, 0],
    ['b', 100, 0],
    ['c', 300, 0],
    ['d', 0, 200],
    ['e', 100, 200],
  ].map(([id, x, y]) => ({ id: id as string, x: x as number, y: y as number, width: 90, height: 130 }));

  it('follows reading order sideways and stops at the ends', () => {
    expect([tileBeside(boxes, 'c', 'ArrowRight'), tileBeside(boxes, 'a', 'ArrowLeft')]).toEqual(['d', 'a']);
  });

  it('takes the nearest tile of the next row up and down', () => {
    expect([
      tileBeside(boxes, 'b', 'ArrowDown'),
      tileBeside(boxes, 'e', 'ArrowUp'),
      tileBeside(boxes, 'c', 'ArrowDown'),
    ]).toEqual(['e', 'b', 'e']);
    expect(tileBeside(boxes, 'a', 'ArrowUp')).toBe('a');
  });
});

describe('movements', () => {
  const movement = { id: '1', at: ago(10), recordedAt: ago(10), receivedAt: ago(10), cancelled: false };

  it('are told by their places', () => {
    const place = (bedId: string | null, more = {}) => ({ unit: 'ED', room: null, bed: '11', bedId, ...more });
    expect(movementWords({ ...movement, kind: 'transfer', from: place('ED-11'), to: place('4A-14') })).toBe(
      'ED-11 to 4A-14',
    );
    expect(movementWords({ ...movement, kind: 'admit', from: null, to: place('4A-14') })).toBe('Admitted to 4A-14');
    expect(movementWords({ ...movement, kind: 'discharge', from: place('4A-14'), to: null })).toBe('Left 4A-14');
    expect(movementWords({ ...movement, kind: 'pending-discharge', from: null, to: null })).toBe('Discharge pending');
    expect(placeName({ unit: null, room: null, bed: null, bedId: null, asSent: 'ZZ^1^1' })).toBe('ZZ^1^1');
  });

  it('are sorted by the time of the event', () => {
    const list = [30, 10, 20].map((m) => ({
      ...movement,
      id: String(m),
      at: ago(m),
      kind: 'admit',
      from: null,
      to: null,
    }));
    expect(byTimeOfEvent(list).map((m) => m.id)).toEqual(['10', '20', '30']);
  });
});

describe('who comes in', () => {
  const hold = (encounterId: string, more: Partial<NonNullable<BedView['reservedFor']>> = {}) => ({
    ...{ encounterId, visitNumber: `V-${encounterId}`, patient: aRequest('p').patient, kind: 'reservation' as const },
    ...{ since: ago(30), until: ago(-200), bedRequestId: null, ...more },
  });
  const planned = (encounterId: string, expectedAt: string | null) =>
    hold(encounterId, { plan: 'transfer', expectedAt });

  it('is listed once each, as many as are counted: late plans, waits, then plans by when they are due', () => {
    const board = aBoard({
      beds: [
        aBed('4A-01', { state: 'reserved', reservedFor: planned('later', ago(-90)) }),
        aBed('4A-02', { state: 'reserved', reservedFor: planned('late', ago(5)) }),
        occupiedBed('4A-03', 'here', { reservedFor: planned('soon', ago(-20)) }),
        aBed('4A-04', { state: 'reserved', reservedFor: planned('both', null) }),
        aBed('4A-21', { state: 'reserved', reservedFor: hold('assigned', { kind: 'assignment', bedRequestId: 'r2' }) }),
        aBed('4A-22', { state: 'reserved', reservedFor: planned('here', ago(-10)) }),
        aBed('4A-23', { state: 'reserved', reservedFor: hold('kept') }),
      ],
      requests: [
        aRequest('r1', { encounterId: 'both', requestedAt: ago(50) }),
        aRequest('r2', { encounterId: 'assigned', assignedBedId: '4A-21', toUnit: 'MAT', requestedAt: ago(70) }),
        aRequest('r3', { encounterId: 'elsewhere', toUnit: 'MAT' }),
      ],
    });
    const { coming, within } = comingIn(board, '4A', MINUTE);
    expect(coming.map((c) => [c.encounterId, c.what, c.bedIds.join()])).toEqual([
      ['late', 'Move planned', '4A-02'],
      ['assigned', 'ED bay 12', '4A-21'],
      ['both', 'ED bay 12', '4A-04'],
      ['soon', 'Move planned', '4A-03'],
      ['later', 'Move planned', '4A-01'],
      ['kept', 'Held', '4A-23'],
    ]);
    expect(within.map((c) => c.encounterId)).toEqual(['here']);
    expect(comingParts(coming)).toBe('2 requests, 3 planned, 1 held');
    expect(unitOccupancy(facilityView(board), '4A', MINUTE * 60_000)?.pendingIn).toBe(coming.length);
  });
});
