import { describe, expect, it } from '@jest/globals';
import type { ConflictData } from '@wardstream/events';
import type { BedFact } from './bed-facts.js';
import { bedView, unknownPatient } from './bed-view.js';
import { decideClosing, decideReopening, type ClosingRequest } from './conflict-decisions.js';
import { type BedInput } from './derive-bed.js';
import { at, clock, derive, fact, setup, stay, story } from './testing/one-bed.spec.js';

const kept = (input: Partial<BedInput>): ConflictData => {
  const open = derive(input).fold.conflicts[0]!;
  return {
    ...{ id: open.id, facility: 'H1', version: 1, kind: open.kind, severity: open.severity, unit: 'W' },
    ...{ subject: { type: 'bed', id: 'W-1' }, facts: [], openedAt: '', closedAt: null, closedBy: null, reason: null },
  };
};
const request: ClosingRequest = { reason: 'asked the ward', version: 1, closedBy: 'u1' };
/** The fact that closing the first open conflict comes to, at a time. */
const closing = (when: string, input: Partial<BedInput>, more: Partial<ClosingRequest> = {}): BedFact => {
  const content = decideClosing(kept(input), derive(input).fold, setup, { ...request, ...more });
  if (content === 'closed') throw new Error('nothing to close');
  return fact(when, content);
};
const conflicts = (input: Partial<BedInput>) =>
  derive(input).conflicts.map((c) => [c.kind, clock(c.from), clock(c.to), c.decision?.closedBy ?? ''].join(' ').trim());

describe('who is in a disputed bed, said by a person', () => {
  const stays = [stay('a', '08:00'), stay('b', '09:00')];
  const choice = closing('10:00', { stays }, { encounterId: 'b' });
  const facts = [choice];

  it('is its one occupant; the other is set aside and the conflict is closed by that person', () => {
    expect(story({ stays, facts })).toEqual(['08:00 occupied a', '09:00 occupied a b', '10:00 occupied b']);
    expect(conflicts({ stays, facts })).toEqual(['bed-disputed 09:00 10:00 u1']);
    const { claims, fold } = derive({ stays, facts });
    const open = claims.filter((c) => c.to === null).map((c) => [c.encounterId, c.role]);
    expect(open).toEqual([['b', 'active']]);
    const person = (encounterId: string) => ({
      ...{ encounterId, visitNumber: `V-${encounterId}`, patient: unknownPatient, class: 'I', needs: [] },
    });
    const targets = { startWithin: 30, takes: 30, turnWithin: 60 };
    const definition = { ...setup, id: 'W-1', unit: 'W', room: 'R', bed: '1', attributes: [], targets };
    const view = bedView(definition, fold, person, at('23:00'));
    expect(view.conflicts).toEqual([]);
    expect(view.notInBed).toMatchObject([{ encounterId: 'a', visitNumber: 'V-a', saidAt: '2026-03-02T10:00:00.000Z' }]);
  });

  it('leaves it dirty, whatever the other one says', () => {
    const left = [stays[0]!, stay('b', '09:00', '12:00')];
    expect(story({ stays: left, facts }).at(-1)).toBe('12:00 dirty');
    expect(story({ stays: [stay('a', '08:00', '11:00'), ...left.slice(1)], facts }).slice(-2)).toEqual([
      ...['10:00 occupied b', '12:00 dirty'],
    ]);
  });

  it('stands when times are corrected, and when the other one moves on', () => {
    const corrected = [
      { ...stays[0]!, from: at('08:10') },
      { ...stays[1]!, from: at('09:20') },
    ];
    expect(story({ stays: corrected, facts }).at(-1)).toBe('10:00 occupied b');
    const moved = [stay('a', '08:00', '11:00', { endedBy: 'transfer' }), stays[1]!];
    expect(story({ stays: moved, facts }).at(-1)).toBe('10:00 occupied b');
    expect(derive({ stays: moved, facts }).fold.setAside).toEqual([]);
  });

  it('is outweighed by a later movement of the other one to the bed', () => {
    const again = [stay('a', '08:00', '11:00', { endedBy: 'transfer' }), stay('a', '13:00'), stays[1]!];
    expect(story({ stays: again, facts }).at(-1)).toBe('13:00 occupied b a');
    const restated = [stay('a', '08:00', '11:00'), stay('a', '11:00'), stays[1]!];
    expect(story({ stays: restated, facts }).at(-1)).toBe('11:00 occupied b a');
    expect(conflicts({ stays: restated, facts }).at(-1)).toBe('bed-disputed 11:00');
  });

  it('does not hold against a movement that was dated before it and heard after it', () => {
    const heardLate = [stay('a', '08:00', '09:30'), stay('a', '09:30'), stays[1]!];
    expect(story({ stays: heardLate, facts }).at(-1)).toBe('09:00 occupied a b');
  });

  it('does not hold where the chosen one turns out never to have been in it: the bed is not shown free', () => {
    expect(story({ stays: [stays[0]!], facts })).toEqual(['08:00 occupied a']);
    expect(story({ stays: [stays[0]!, stay('b', '09:00', '09:30')], facts }).at(-1)).toBe('09:30 occupied a');
  });

  it('of three leaves the other two', () => {
    const three = [...stays, stay('c', '09:10')];
    const first = closing('10:00', { stays: three }, { encounterId: 'b' });
    expect(story({ stays: three, facts: [first] }).at(-1)).toBe('10:00 occupied b c');
  });

  it('can be taken back while it is in force', () => {
    const decided = { ...kept({ stays }), version: 2, closedAt: 'x', closedBy: 'u1' };
    const { fold } = derive({ stays, facts });
    expect(decideReopening(decided, fold, 2)).toMatchObject({ factId: choice.id, at: choice.at });
    expect(decideReopening({ ...decided, closedAt: null, version: 3 }, fold, 2)).toBe('open');
    expect(() => decideReopening({ ...decided, closedAt: null }, fold, 2)).toThrow('is open');
    expect(() => decideReopening(decided, fold, 1)).toThrow('has changed');
    // Closed anew since: that is no repeat of taking it back.
    expect(() => decideReopening({ ...decided, version: 3 }, fold, 2)).toThrow('has changed');
    const gone = derive({ stays: [stay('a', '08:00', '11:00'), stays[1]!], facts }).fold;
    expect(() => decideReopening(decided, gone, 2)).toThrow('The facts have changed since');
  });

  it('must be one of the two, or both', () => {
    expect(() => closing('10:00', { stays })).toThrow('Say which of the two');
    expect(() => closing('10:00', { stays }, { encounterId: 'a', bothInBed: true })).toThrow('Say which of the two');
    expect(() => closing('10:00', { stays }, { encounterId: 'x' })).toThrow('not one of the two');
  });
});

describe('a bed that two share, said by a person', () => {
  const stays = [stay('a', '08:00'), stay('b', '09:00')];
  const facts = [closing('10:00', { stays }, { bothInBed: true })];

  it('keeps both, occupied once, and its conflict is closed by that person', () => {
    expect(story({ stays, facts })).toEqual(['08:00 occupied a', '09:00 occupied a b']);
    expect(conflicts({ stays, facts })).toEqual(['bed-disputed 09:00 10:00 u1']);
    const { claims, fold } = derive({ stays, facts });
    expect(fold.conflicts).toEqual([]);
    const open = claims.filter((c) => c.to === null).map((c) => [c.encounterId, c.role]);
    expect(open).toEqual([
      ['a', 'active'],
      ['b', 'contesting'],
    ]);
  });

  it('is left by one without becoming free or dirty, and is dirty when the last has gone', () => {
    const left = [stay('a', '08:00', '11:00'), stay('b', '09:00', '12:00')];
    expect(story({ stays: left, facts })).toEqual([
      ...['08:00 occupied a', '09:00 occupied a b', '11:00 occupied b', '12:00 dirty'],
    ]);
    expect(conflicts({ stays: left, facts })).toEqual(['bed-disputed 09:00 10:00 u1']);
  });

  it('is disputed again by a third, and by one of the two who comes back', () => {
    expect(conflicts({ stays: [...stays, stay('c', '11:00')], facts }).at(-1)).toBe('bed-disputed 11:00');
    const back = [stays[0]!, stay('b', '09:00', '11:00', { endedBy: 'transfer' }), stay('b', '12:00')];
    expect(conflicts({ stays: back, facts }).at(-1)).toBe('bed-disputed 12:00');
  });

  it('does not hold where the facts about it are corrected, and can be taken back', () => {
    const corrected = [stays[0]!, { ...stays[1]!, from: at('09:20') }];
    expect(conflicts({ stays: corrected, facts })).toEqual(['bed-disputed 09:20']);
    const decided = { ...kept({ stays }), version: 2, closedAt: 'x', closedBy: 'u1' };
    expect(decideReopening(decided, derive({ stays, facts }).fold, 2)).toMatchObject({ factId: facts[0]!.id });
  });
});

describe('a bed that was reported occupied, found empty by a person', () => {
  const status = (when: string, code: 'U' | 'H' | 'O') => fact(when, { kind: 'status-reported', code });
  const said = { facts: [status('09:00', 'O')] };
  const empty = closing('10:00', said, { nobodyInBed: true });

  it('is dirty, with a cleaning job, and its conflict is closed by that person', () => {
    const facts = [...said.facts, empty];
    expect(story({ facts })).toEqual(['09:00 occupied', '10:00 dirty']);
    expect(conflicts({ facts })).toEqual(['occupied-without-encounter 09:00 10:00 u1']);
    expect(derive({ facts }).jobs.map((j) => clock(j.requestedAt))).toEqual(['10:00']);
  });

  it('is so too where a crew saw a patient after the discharge', () => {
    const stays = [stay('a', '07:00', '08:00')];
    const seen = [fact('08:30', { kind: 'cleaning-cancelled', reason: 'patient in bed', patientInBed: true })];
    const decision = closing('10:00', { stays, facts: seen }, { nobodyInBed: true });
    const facts = [...seen, decision];
    expect(story({ stays, facts })).toEqual(['07:00 occupied a', '08:00 dirty', '08:30 occupied a', '10:00 dirty']);
    expect(conflicts({ stays, facts })).toEqual(['patient-seen-after-leaving 08:30 10:00 u1']);
    expect(derive({ stays, facts }).claims.every((c) => c.to !== null)).toBe(true);
  });

  it('is occupied again by a later report, and by whoever comes', () => {
    const again = [...said.facts, empty, status('11:00', 'O')];
    expect(story({ facts: again }).at(-1)).toBe('11:00 occupied');
    expect(conflicts({ facts: again }).at(-1)).toBe('occupied-without-encounter 11:00');
    expect(story({ stays: [stay('a', '11:00')], facts: [...said.facts, empty] }).at(-1)).toBe('11:00 occupied a');
  });

  it('does not hold against a stay that was dated before it; older reports that come late change nothing', () => {
    const stays = [stay('a', '09:30')];
    expect(story({ stays, facts: [...said.facts, empty] }).at(-1)).toBe('09:30 occupied a');
    const late = { facts: [...said.facts, status('09:40', 'O'), empty] };
    expect(story(late)).toEqual(['09:00 occupied', '10:00 dirty']);
  });

  it('is one conflict however often it is reported, and stays closed with a reason alone', () => {
    const repeated = [status('09:00', 'O'), status('09:01', 'O'), status('09:02', 'O')];
    expect(conflicts({ facts: repeated })).toEqual(['occupied-without-encounter 09:00']);
    const settled = closing('10:00', said);
    expect(conflicts({ facts: [...repeated, settled, status('10:01', 'O')] })).toEqual([
      'occupied-without-encounter 09:00 10:00 u1',
    ]);
    expect(story({ facts: [...repeated, settled, status('10:01', 'O')] })).toEqual(['09:00 occupied']);
  });

  it('is ready once it is cleaned', () => {
    const cleaned = [...said.facts, empty, fact('10:30', { kind: 'cleaning-completed' })];
    expect(story({ facts: cleaned })).toEqual(['09:00 occupied', '10:00 dirty', '10:30 available']);
  });

  it('can be taken back until something else is said of the bed', () => {
    const decided = { ...kept(said), version: 2, closedAt: 'x', closedBy: 'u1' };
    const { fold } = derive({ facts: [...said.facts, empty] });
    expect(decideReopening(decided, fold, 2)).toMatchObject({ factId: empty.id, at: empty.at });
    const cleaned = derive({ facts: [...said.facts, empty, fact('10:30', { kind: 'cleaning-completed' })] }).fold;
    expect(() => decideReopening(decided, cleaned, 2)).toThrow('The facts have changed since');
  });

  it('is one of those alone of which that is in doubt', () => {
    const disputed = { stays: [stay('a', '08:00'), stay('b', '09:00')] };
    expect(() => closing('10:00', disputed, { nobodyInBed: true })).toThrow('not about whether somebody is in');
    const contradicted = { stays: [stay('a', '08:00')], facts: [status('09:00', 'U')] };
    expect(() => closing('10:00', contradicted, { nobodyInBed: true })).toThrow('not about whether somebody is in');
  });
});

describe('a conflict closed with a reason', () => {
  const stays = [stay('a', '08:00')];
  const status = (when: string, code: 'U' | 'H' | 'O') => fact(when, { kind: 'status-reported', code });
  const said = { stays, facts: [status('09:00', 'U')] };
  const closed = closing('10:00', said);

  it('stays closed while the same is said again, and the bed is as it was', () => {
    const facts = [...said.facts, closed, status('11:00', 'U')];
    expect(conflicts({ stays, facts })).toEqual(['status-contradicts-occupancy 09:00 10:00 u1']);
    expect(story({ stays, facts })).toEqual(['08:00 occupied a']);
  });

  it('opens again when something else is said, or the facts behind it change', () => {
    const other = [...said.facts, closed, status('11:00', 'H')];
    expect(conflicts({ stays, facts: other })).toEqual([
      ...['status-contradicts-occupancy 09:00 10:00 u1', 'status-contradicts-occupancy 11:00'],
    ]);
    const corrected = [stay('a', '08:30', undefined, { movementId: 'a@08:00' })];
    expect(conflicts({ stays: corrected, facts: [...said.facts, closed] })).toEqual([
      'status-contradicts-occupancy 09:00',
    ]);
  });

  it('is refused twice, from an old version, and with a choice it does not have; a repeat answers as before', () => {
    const fold = derive({ stays, facts: [...said.facts, closed] }).fold;
    const done = { ...kept(said), version: 2, closedAt: 'x', closedBy: 'u1', reason: request.reason };
    expect(decideClosing(done, fold, setup, request)).toBe('closed');
    expect(() => decideClosing(done, fold, setup, { ...request, closedBy: 'u2' })).toThrow('closed already');
    expect(() => closing('10:00', said, { version: 7 })).toThrow('has changed since');
    expect(() => closing('10:00', said, { encounterId: 'a' })).toThrow('Nobody can be chosen');
    expect(() => closing('10:00', said, { bothInBed: true })).toThrow('Nobody can be chosen');
    // The facts ended it, and that was not kept yet.
    expect(() => decideClosing(kept(said), derive({ stays }).fold, setup, request)).toThrow('has changed since');
  });
});
