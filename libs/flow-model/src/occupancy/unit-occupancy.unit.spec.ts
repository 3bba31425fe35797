import { describe, expect, it } from '@jest/globals';
import { unitOccupancyData } from '@wardstream/events';
import fc from 'fast-check';
import { foldEvents } from '../state/facility-events.js';
import { emptyFacility, type FacilityState } from '../state/facility-state.js';
import { at, FACILITY, Hospital, configuration } from '../hospital-builder.js';
import { randomHospital } from '../simulated-hospital.js';
import { houseTotals } from './house-totals.js';
import { facilityOccupancy, unitOccupancy } from './unit-occupancy.js';

function stateOf(hospital: Hospital): FacilityState {
  return foldEvents(emptyFacility(FACILITY), hospital.events, hospital.nowMs);
}

function figures(hospital: Hospital, unit: string) {
  return unitOccupancy(stateOf(hospital), unit, hospital.nowMs)!;
}

describe('the figures of a unit', () => {
  it('always add up', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 0, max: 200 }), (seed, steps) => {
        const hospital = randomHospital(seed, steps);
        const state = stateOf(hospital);
        const units = facilityOccupancy(state, hospital.nowMs);
        for (const u of units) {
          expect(() => unitOccupancyData.parse({ ...u, version: 1 })).not.toThrow();
          expect(u.occupied + u.reserved + u.available + u.dirty + u.cleaning).toBe(u.denominator);
          expect(u.staffed).toBe(u.denominator + u.blocked);
          const beds = state.configuration!.beds.filter((b) => b.unit === u.unit).length;
          expect(u.staffed + u.closed + u.surge).toBe(beds);
          const { female, male, any } = u.availableBySex;
          expect(female + male + any).toBe(u.available);
          expect(u.disputed).toBeLessThanOrEqual(u.occupied);
          expect(u.confirmedOut).toBeLessThanOrEqual(u.pendingOut);
          expect(u.pendingOut).toBeLessThanOrEqual(u.occupied);
          expect(u.trend).toHaveLength(24);
          expect(u.trend.at(-1)).toBe(u.occupancyRate);
          if (u.denominator === 0) expect([u.occupancyRate, u.pressure, u.actAt]).toEqual([null, null, null]);
          else {
            expect(u.occupancyRate).toBeCloseTo(u.occupied / u.denominator, 4);
            expect(u.pressure).toBeCloseTo((u.occupied + u.pendingIn - u.pendingOut) / u.denominator, 4);
          }
        }
        const house = houseTotals(state, units, hospital.nowMs);
        const wards = units.filter((u) => u.unit !== 'ED');
        expect(house.occupied).toBe(wards.reduce((t, u) => t + u.occupied, 0));
        expect(house.staffed).toBe(house.denominator + house.blocked);
        const { confirmed, pending, move } = house.pendingOutBy;
        expect(confirmed + pending + move).toBe(house.pendingOut);
        expect(confirmed).toBe(house.confirmedOut);
        const anyUnit = house.pendingIn - wards.reduce((t, u) => t + u.pendingIn, 0);
        expect(anyUnit).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 200 },
    );
  });

  it('count a disputed bed once, as occupied', () => {
    const hospital = new Hospital(configuration({ W1: 3 }));
    hospital.bed('W1-1', 'occupied', ['P1', 'P2']);
    expect(figures(hospital, 'W1')).toMatchObject({ occupied: 1, disputed: 1, available: 2, denominator: 3 });
  });

  it('count a bed that two share, as a person said, once and not as disputed', () => {
    const hospital = new Hospital(configuration({ W1: 3 }));
    hospital.bed('W1-1', 'occupied', ['P1', 'P2']);
    const state = stateOf(hospital);
    const beds = new Map(state.beds).set('W1-1', { ...state.beds.get('W1-1')!, conflicts: [] });
    const settled = unitOccupancy({ ...state, beds }, 'W1', hospital.nowMs);
    expect(settled).toMatchObject({ occupied: 1, disputed: 0, withoutBed: 0, available: 2 });
  });

  it('leave closed and surge beds outside and blocked ones out of the base', () => {
    const hospital = new Hospital(configuration({ W1: 6 }));
    hospital.bed('W1-1', 'occupied', ['P1']);
    hospital.bed('W1-2', 'blocked');
    hospital.bed('W1-3', 'closed');
    hospital.bed('W1-4', 'surge');
    const f = figures(hospital, 'W1');
    expect(f).toMatchObject({ staffed: 4, denominator: 3, blocked: 1, closed: 1, surge: 1, occupancyRate: 0.3333 });
  });

  it('do not count a bed of which nothing was heard', () => {
    const hospital = new Hospital(configuration({ W1: 3 }), false);
    hospital.openBed('W1-2');
    expect(figures(hospital, 'W1')).toMatchObject({ available: 1, denominator: 1 });
  });

  it('count each patient who comes once, and none who is already there', () => {
    const hospital = new Hospital(configuration({ W1: 4, W2: 2 }));
    hospital.bed('W2-1', 'occupied', ['P1']);
    hospital.bed('W1-1', 'occupied', ['P2']);
    hospital.request('R1', { encounterId: 'P1', source: 'Move', toUnit: 'W1' });
    hospital.bed('W1-2', 'reserved', [], 'P1');
    hospital.bed('W1-3', 'reserved', [], 'P3');
    hospital.request('R2', { encounterId: 'P2', source: 'Move', toUnit: 'W1' });
    expect(figures(hospital, 'W1')).toMatchObject({ pendingIn: 2, pendingOut: 0, reserved: 2 });
    expect(figures(hospital, 'W2')).toMatchObject({ pendingIn: 0, pendingOut: 1, confirmedOut: 0 });
    hospital.plan('P1', { status: 'confirmed', confirmedAt: hospital.now });
    expect(figures(hospital, 'W2')).toMatchObject({ pendingOut: 1, confirmedOut: 1 });
  });

  it('count who has a bed kept elsewhere as leaving, who has one in the same unit as staying', () => {
    const hospital = new Hospital(configuration({ W1: 4, W2: 2 }));
    hospital.bed('W1-1', 'occupied', ['P1']);
    hospital.bed('W1-2', 'occupied', ['P2']);
    hospital.bed('W2-1', 'reserved', [], 'P1');
    hospital.bed('W1-3', 'reserved', [], 'P2');
    expect(figures(hospital, 'W1')).toMatchObject({ pendingIn: 0, pendingOut: 1 });
    expect(figures(hospital, 'W2')).toMatchObject({ pendingIn: 1, pendingOut: 0 });
    hospital.bed('W2-1', 'available');
    expect(figures(hospital, 'W1').pendingOut).toBe(0);
    expect(figures(hospital, 'W2').pendingIn).toBe(0);
  });

  it('count a request for the unit of the bed it was given', () => {
    const hospital = new Hospital(configuration({ W1: 2, W2: 2 }));
    hospital.request('R1', { toUnit: 'W1', status: 'assigned', assignedBedId: 'W2-1', assignedAt: hospital.now });
    expect(figures(hospital, 'W1').pendingIn).toBe(0);
    expect(figures(hospital, 'W2').pendingIn).toBe(1);
  });

  it('name patients without a known bed apart, unless their class never holds one', () => {
    const hospital = new Hospital(configuration({ ED: 2 }));
    const location = { unit: 'ED', room: null, bed: null, bedId: null };
    hospital.encounter('P1', { class: 'E', location });
    hospital.encounter('P2', { class: 'R', location });
    hospital.encounter('P3', { class: 'E', location, status: 'planned' });
    hospital.encounter('P4', { class: 'O', location, inNoBed: true });
    expect(figures(hospital, 'ED')).toMatchObject({ withoutBed: 1, occupied: 0 });
    // Under observation: to be put into a bed like any other.
    hospital.encounter('P5', { class: 'O', location });
    expect(figures(hospital, 'ED')).toMatchObject({ withoutBed: 2 });
  });

  it('name a patient without a bed who was seen in a bed of another unit before', () => {
    const hospital = new Hospital(configuration({ W1: 2, W2: 2 }));
    hospital.encounter('P1', { class: 'I', location: { unit: 'W1', room: null, bed: '77', bedId: null } });
    hospital.bed('W2-1', 'occupied', ['P1']);
    expect(figures(hospital, 'W1')).toMatchObject({ withoutBed: 1, occupied: 0 });
  });

  it('name a patient without a bed of whom a person said that they are not in the one their sender tells', () => {
    const hospital = new Hospital(configuration({ W1: 2 }));
    const location = { unit: 'W1', room: null, bed: '1', bedId: 'W1-1' };
    hospital.encounter('P1', { class: 'I', location });
    hospital.encounter('P2', { class: 'I', location });
    hospital.bed('W1-1', 'occupied', ['P2']);
    expect(figures(hospital, 'W1')).toMatchObject({ withoutBed: 0, occupied: 1 });
    const state = stateOf(hospital);
    const bed = {
      ...state.beds.get('W1-1')!,
      notInBed: [{ ...state.beds.get('W1-1')!.occupants[0]!, encounterId: 'P1' }],
    };
    const beds = new Map(state.beds).set('W1-1', {
      ...bed,
      notInBed: bed.notInBed.map(({ role: _, ...o }) => ({ ...o, saidAt: hospital.now, conflictId: 'c' })),
    });
    expect(unitOccupancy({ ...state, beds }, 'W1', hospital.nowMs)).toMatchObject({ withoutBed: 1, occupied: 1 });
  });

  it('show the oldest wait into a ward, and out of the ED', () => {
    const hospital = new Hospital(configuration({ ED: 3, W1: 2 }));
    hospital.bed('ED-2', 'occupied', ['P1']);
    hospital.bed('ED-3', 'occupied', ['P2']);
    hospital.minute = 60;
    hospital.request('R1', { encounterId: 'P1', toUnit: 'W1', decisionToAdmitAt: at(20) });
    hospital.request('R2', { encounterId: 'P2', toUnit: 'W1' });
    hospital.request('R3', { encounterId: 'P3', toUnit: 'W1', source: 'Elective', requestedAt: at(-3000) });
    const wait = { bedRequestId: 'R1', from: 'ED bay 2', since: at(20), targetMinutes: 240 };
    expect(figures(hospital, 'W1').oldestWait).toEqual(wait);
    expect(figures(hospital, 'ED').oldestWait).toEqual(wait);
    hospital.request('R1', { status: 'occupied', occupiedAt: hospital.now });
    expect(figures(hospital, 'ED').oldestWait).toMatchObject({ bedRequestId: 'R2', from: 'ED bay 3' });
  });
});

describe('the trend of a unit', () => {
  it('is the rate at each of the last whole hours, counted from the beds and not from what was published', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const hospital = randomHospital(seed, 250, 25);
        const trend = figures(hospital, 'W1').trend;
        const lastHour = Math.floor((hospital.nowMs - 1) / 3_600_000) * 3_600_000;
        const expected = Array.from({ length: 23 }, (_, i) => {
          const mark = new Date(lastHour - (22 - i) * 3_600_000).toISOString();
          const states = [...hospital.beds.values()]
            .filter((b) => b.data.unit === 'W1')
            .flatMap((b) =>
              b.segments.filter((s) => s.from <= mark && (s.to === null || s.to > mark)).map((s) => s.state),
            )
            .filter((s) => !['blocked', 'closed', 'surge'].includes(s));
          const occupied = states.filter((s) => s === 'occupied').length;
          return states.length === 0 ? null : Math.round((occupied / states.length) * 10_000) / 10_000;
        });
        expect(trend.slice(0, 23)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('keeps no more of a bed than it can ask for', () => {
    const hospital = randomHospital(5, 3000, 3);
    for (const bed of stateOf(hospital).beds.values()) expect(bed.history.length).toBeLessThanOrEqual(25);
  });
});

describe('the totals of the house', () => {
  it('take inpatient units only and tell who boards in the ED', () => {
    const hospital = new Hospital(configuration({ ED: 4, W1: 4, W2: 2 }));
    hospital.bed('ED-1', 'occupied', ['P1']);
    hospital.bed('ED-2', 'occupied', ['P2']);
    hospital.bed('W1-1', 'occupied', ['P3']);
    hospital.bed('W2-1', 'dirty');
    hospital.request('R1', { encounterId: 'P1', toUnit: 'W1' });
    hospital.request('R2', { encounterId: 'P4', source: 'Direct', toUnit: null });
    hospital.minute = 300;
    const state = stateOf(hospital);
    const house = houseTotals(state, facilityOccupancy(state, hospital.nowMs), hospital.nowMs);
    expect(house).toMatchObject({
      units: ['W1', 'W2'],
      occupied: 1,
      denominator: 6,
      pendingIn: 2,
      pendingInBy: { ED: 1, Direct: 1 },
      pendingOut: 0,
      oldestDirty: { bedId: 'W2-1' },
      boarders: { count: 1, of: 2, overTarget: 1, longest: { from: 'ED bay 1', targetMinutes: 240 } },
    });
    expect(house.occupancyRate).toBeCloseTo(1 / 6, 4);
  });

  it('count a visit that any unit may take once, where a bed is kept for it', () => {
    const hospital = new Hospital(configuration({ W1: 2, W2: 2 }));
    hospital.bed('W1-1', 'reserved', [], 'P1');
    hospital.bed('W2-1', 'reserved', [], 'P2');
    hospital.request('R1', { encounterId: 'P1', source: 'Direct', toUnit: null });
    const state = stateOf(hospital);
    const bed = state.beds.get('W2-1')!;
    const reservedFor = { ...bed.reservedFor!, plan: 'transfer' as const };
    const planned = { ...state, beds: new Map(state.beds).set(bed.id, { ...bed, reservedFor }) };
    const units = facilityOccupancy(planned, hospital.nowMs);
    expect(units.map((u) => u.pendingIn)).toEqual([1, 1]);
    expect(houseTotals(planned, units, hospital.nowMs)).toMatchObject({
      pendingIn: 2,
      pendingInBy: { Direct: 1, Plan: 1 },
    });
  });
});
