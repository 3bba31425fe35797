import { describe, expect, it } from '@jest/globals';
import { foldEvents } from '../state/facility-events.js';
import { emptyFacility } from '../state/facility-state.js';
import { at, configuration, FACILITY, Hospital } from '../hospital-builder.js';
import { durationOf, levelOf, processClocks } from './process-clocks.js';

function clocks(hospital: Hospital, minute: number) {
  hospital.minute = minute;
  const state = foldEvents(emptyFacility(FACILITY), hospital.events, hospital.nowMs);
  return processClocks(state, hospital.nowMs);
}

function clock(hospital: Hospital, minute: number, name: string) {
  return clocks(hospital, minute).find((c) => c.name === name);
}

describe('levels of a clock', () => {
  it.each([
    [-0.1, 'invalid'],
    [0, 'within'],
    [22.4, 'within'],
    [22.5, 'near'],
    [29.9, 'near'],
    [30, 'over'],
    [59.9, 'over'],
    [60, 'twice'],
  ])('%d of 30 minutes is %s', (elapsed, level) => expect(levelOf(elapsed, 30)).toBe(level));

  it('a step that ends before it begins is invalid, one that has not ended has no length', () => {
    expect(durationOf(at(0), at(12.5))).toBe(12.5);
    expect(durationOf(at(10), at(9))).toBe('invalid');
    expect(durationOf(at(10), null)).toBeNull();
  });
});

describe('cleaning clocks', () => {
  it('run from dirty to start, from start to clean, and over the whole turn', () => {
    const hospital = new Hospital(configuration({ W1: 2 }));
    hospital.bed('W1-1', 'dirty');
    expect(clock(hospital, 25, 'evs-response')).toMatchObject({
      since: at(0),
      elapsedMinutes: 25,
      targetMinutes: 30,
      level: 'near',
    });
    expect(clock(hospital, 25, 'evs-turn')).toMatchObject({ elapsedMinutes: 25, targetMinutes: 60, level: 'within' });
    hospital.bed('W1-1', 'cleaning');
    expect(clock(hospital, 40, 'evs-clean')).toMatchObject({
      since: at(25),
      elapsedMinutes: 15,
      where: 'W1-1',
      unit: 'W1',
    });
    expect(clock(hospital, 40, 'evs-turn')).toMatchObject({ since: at(0), elapsedMinutes: 40 });
    expect(clock(hospital, 40, 'evs-response')).toBeUndefined();
    hospital.bed('W1-1', 'available');
    expect(clocks(hospital, 50)).toEqual([]);
  });
});

describe('placement clocks', () => {
  function requested() {
    const hospital = new Hospital(configuration({ ED: 2, W1: 2 }));
    hospital.bed('ED-1', 'occupied', ['P1']);
    hospital.minute = 10;
    hospital.request('R1', { encounterId: 'P1', toUnit: 'W1', decisionToAdmitAt: at(5) });
    return hospital;
  }

  it('run from the request to the assignment, from then on from when all is ready', () => {
    const hospital = requested();
    expect(clock(hospital, 30, 'request-to-assign')).toMatchObject({
      since: at(10),
      elapsedMinutes: 20,
      targetMinutes: 15,
      level: 'over',
    });
    hospital.bed('W1-1', 'cleaning');
    hospital.request('R1', { status: 'assigned', assignedBedId: 'W1-1', assignedAt: hospital.now });
    expect(clock(hospital, 35, 'request-to-assign')).toBeUndefined();
    expect(clock(hospital, 35, 'occupied')).toBeUndefined();
    hospital.bed('W1-1', 'reserved', [], 'P1');
    hospital.request('R1', { bedCleanAt: hospital.now, readyToMove: true, readyToMoveAt: at(32) });
    expect(clock(hospital, 50, 'occupied')).toMatchObject({
      since: at(35),
      elapsedMinutes: 15,
      targetMinutes: 30,
      where: 'ED bay 1',
    });
    expect(clock(hospital, 50, 'total')).toMatchObject({ since: at(10), elapsedMinutes: 40, targetMinutes: 240 });
    hospital.bed('W1-1', 'occupied', ['P1']);
    hospital.request('R1', { status: 'occupied', occupiedAt: hospital.now });
    expect(clocks(hospital, 51)).toEqual([]);
  });

  it('board from the earliest evidence of the decision', () => {
    const hospital = requested();
    expect(clock(hospital, 485, 'boarding')).toMatchObject({
      subject: { type: 'encounter', id: 'P1' },
      since: at(5),
      elapsedMinutes: 480,
      level: 'twice',
      unit: 'ED',
    });
  });

  it('are invalid, without a length, where they would be negative', () => {
    const hospital = requested();
    hospital.request('R1', { requestedAt: at(900), decisionToAdmitAt: null });
    expect(clock(hospital, 30, 'total')).toMatchObject({ level: 'invalid', elapsedMinutes: null });
  });

  it('do not run for an elective patient who is not here', () => {
    const hospital = new Hospital(configuration({ W1: 2 }));
    hospital.request('R1', { source: 'Elective', toUnit: 'W1' });
    expect(clocks(hospital, 500)).toEqual([]);
  });
});

describe('discharge clock', () => {
  it('runs from confirmed to left, the latest first', () => {
    const hospital = new Hospital(configuration({ W1: 3 }));
    hospital.bed('W1-1', 'occupied', ['P1']);
    hospital.bed('W1-2', 'occupied', ['P2']);
    hospital.plan('P1', { status: 'confirmed', confirmedAt: at(100) });
    hospital.plan('P2', { status: 'confirmed', confirmedAt: at(0), targetMinutes: 60 });
    hospital.plan('P3', { status: 'pending' });
    const all = clocks(hospital, 130);
    expect(all.map((c) => [c.where, c.elapsedMinutes, c.level])).toEqual([
      ['W1-2', 130, 'twice'],
      ['W1-1', 30, 'within'],
    ]);
  });
});
