import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldEvents } from '../state/facility-events.js';
import { emptyFacility, isOpenEncounter, type CountedBed, type FacilityState } from '../state/facility-state.js';
import { houseTotals } from './house-totals.js';
import { housePatients, patientsByGroup } from './patients.js';
import { configuration, FACILITY, Hospital } from '../hospital-builder.js';
import { randomHospital } from '../simulated-hospital.js';
import { facilityOccupancy } from './unit-occupancy.js';
import { holdsBed } from '../state/whereabouts.js';

const stateOf = (hospital: Hospital): FacilityState =>
  foldEvents(emptyFacility(FACILITY), hospital.events, hospital.nowMs);
const place = (unit: string | null, more: object = {}) => ({ unit, room: null, bed: null, bedId: null, ...more });

describe('everybody of the house', () => {
  it('is counted once and somewhere: in a bed, in none that is known, in no unit that is known, or not here yet', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 0, max: 250 }),
        fc.integer({ min: 0, max: 6 }),
        (seed, steps, dropped) => {
          const hospital = randomHospital(seed, steps);
          // The configuration may drop beds and a unit that are in use.
          const { setup } = hospital;
          const gone = setup.beds.slice(0, dropped * 2).map((b) => b.id);
          const state: FacilityState = {
            ...stateOf(hospital),
            configuration: {
              ...setup,
              units: dropped > 4 ? setup.units.filter((u) => u.id !== 'W2') : setup.units,
              beds: setup.beds.filter((b) => !gone.includes(b.id) && !(dropped > 4 && b.unit === 'W2')),
            },
          };
          const open = [...state.encounters.values()].filter(isOpenEncounter);
          const units = facilityOccupancy(state, hospital.nowMs);
          const house = houseTotals(state, units, hospital.nowMs);
          const { patients } = house;
          const shown = new Set([...state.beds.values()].flatMap((b) => b.occupants.map((o) => o.encounterId)));
          // A class that holds no bed is not one of the house's patients, unless a bed shows the visit all the same.
          const here = open.filter((e) => shown.has(e.encounterId) || (e.status !== 'planned' && holdsBed(e)));
          expect(patients.inHouse).toBe(here.length);
          expect(patients.ahead).toBe(open.filter((e) => e.status === 'planned' && !shown.has(e.encounterId)).length);
          const { inBeds, inUnlistedBed, withoutBed, inUnknownUnit, noPlace } = patients;
          expect(inBeds + inUnlistedBed + withoutBed + inUnknownUnit + noPlace).toBe(patients.inHouse);
          expect(withoutBed).toBe(units.reduce((t, u) => t + u.withoutBed, 0));
          const groups = patientsByGroup(state);
          expect(new Set(groups.get('unknown-unit')).size).toBe(inUnknownUnit);
          expect(patients.onLeave).toBe(here.filter((e) => e.status === 'on-leave').length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ['a unit nobody knows', place('XRAYWARD', { bed: '1', asSent: 'XRAYWARD^^1' }), 'inUnknownUnit'],
    ['a bed named alone that nobody knows', place(null, { bed: '77', asSent: '^^77' }), 'inUnknownUnit'],
    ['no place at all', null, 'noPlace'],
    ['a null place', place(null), 'noPlace'],
    ['a known unit and no bed', place('W1'), 'withoutBed'],
    ['a known unit and a bed nobody knows', place('W1', { bed: '9', asSent: 'W1^^9' }), 'withoutBed'],
    ['a bed that will show them in a moment', place('W1', { bed: '1', bedId: 'W1-1' }), 'inBeds'],
  ] as const)('of %s is counted there', (_, location, where) => {
    const hospital = new Hospital(configuration({ W1: 2 }));
    hospital.encounter('P1', { location });
    expect(housePatients(stateOf(hospital))).toMatchObject({ inHouse: 1, [where]: 1 });
    hospital.encounter('P1', { status: 'discharged' });
    expect(housePatients(stateOf(hospital))).toMatchObject({ inHouse: 0, [where]: 0 });
  });

  it('of a bed or unit that is not listed any more is counted there until it is left', () => {
    const hospital = new Hospital(configuration({ W1: 1, W2: 1 }));
    hospital.encounter('P1', { location: place('W2', { bed: '1', bedId: 'W2-1' }) });
    hospital.bed('W2-1', 'occupied', ['P1']);
    const dropped = (): FacilityState => ({ ...stateOf(hospital), configuration: configuration({ W1: 1 }, 2) });
    expect(housePatients(dropped())).toMatchObject({ inHouse: 1, inBeds: 0, inUnlistedBed: 1, inUnknownUnit: 0 });
    hospital.bed('W2-1', 'available');
    hospital.encounter('P1', { location: place('W1', { bed: '1', bedId: 'W1-1' }) });
    hospital.bed('W1-1', 'occupied', ['P1']);
    expect(housePatients(dropped())).toMatchObject({ inHouse: 1, inBeds: 1, inUnlistedBed: 0 });
  });

  it('who is on leave, away or a guest is marked beside where they are; who is planned is ahead', () => {
    const hospital = new Hospital(configuration({ W1: 3 }));
    for (const [who, bed] of [
      ['P1', 'W1-1'],
      ['P2', 'W1-2'],
    ] as const) {
      hospital.encounter(who, { location: place('W1', { bedId: bed, bed }) });
      hospital.bed(bed, 'occupied', [who]);
    }
    hospital.encounter('P1', { inTransit: true });
    hospital.encounter('P3', { status: 'on-leave', location: place('W1', { bedId: 'W1-2', bed: 'W1-2' }) });
    hospital.encounter('P4', { status: 'planned' });
    const state = stateOf(hospital);
    const lent: CountedBed = { ...state.beds.get('W1-2')!, onLeave: [{ encounterId: 'P3' }] };
    const beds = new Map<string, CountedBed>(state.beds).set('W1-2', lent);
    expect(housePatients({ ...state, beds })).toMatchObject({
      inHouse: 3,
      inBeds: 3,
      onLeave: 1,
      inTransit: 1,
      guests: 1,
      ahead: 1,
    });
  });

  it('who is on leave from a bed that nobody else is in is no guest of it', () => {
    const hospital = new Hospital(configuration({ W1: 1 }));
    hospital.encounter('P1', { status: 'on-leave', location: place('W1', { bedId: 'W1-1', bed: 'W1-1' }) });
    hospital.bed('W1-1', 'occupied', ['P1']);
    const state = stateOf(hospital);
    const kept: CountedBed = { ...state.beds.get('W1-1')!, onLeave: [{ encounterId: 'P1' }] };
    const view = { ...state, beds: new Map<string, CountedBed>([['W1-1', kept]]) };
    expect(housePatients(view)).toMatchObject({ inHouse: 1, inBeds: 1, onLeave: 1, guests: 0 });
  });
});

describe('where nothing was ever told', () => {
  it('there is no rate, whatever the beds look like; the first word makes one', () => {
    const hospital = new Hospital(configuration({ W1: 4, W2: 2 }));
    const silent = (ids: readonly string[]): FacilityState => {
      const state = stateOf(hospital);
      const beds = [...state.beds].map(([id, b]) => [id, ids.includes(id) ? { ...b, nothingHeard: true } : b] as const);
      return { ...state, beds: new Map(beds) };
    };
    const all = [...hospital.beds.keys()];
    const none = silent(all);
    const units = facilityOccupancy(none, hospital.nowMs);
    expect(units[0]).toMatchObject({ available: 4, unheard: 4, denominator: 4, occupancyRate: null, pressure: null });
    const house = houseTotals(none, units, hospital.nowMs);
    expect(house).toMatchObject({ occupancyRate: null, pressure: null, available: 0, unheard: 6 });
    hospital.bed('W1-1', 'occupied', ['P1']);
    const some = silent(all.slice(1));
    const then = facilityOccupancy(some, hospital.nowMs);
    expect(then.map((u) => u.occupancyRate)).toEqual([0.25, null]);
    expect(houseTotals(some, then, hospital.nowMs)).toMatchObject({ occupancyRate: 0.25, denominator: 4, unheard: 2 });
  });
});
