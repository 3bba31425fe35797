import { describe, expect, it } from '@jest/globals';
import type { Hold } from './bed-facts.js';
import { bedView, unknownPatient } from './bed-view.js';
import { type BedInput } from './derive-bed.js';
import { at, clock, conflicts, derive, fact, hold, setup, status, stay, story } from './testing/one-bed.spec.js';

describe('leaving a bed', () => {
  const left = [stay('a', '08:00', '10:00')];

  it('makes it dirty and opens a job, which cleaning brings to its end', () => {
    const facts = [
      fact('10:05', { kind: 'cleaning-claimed', claimedBy: 'crew B' }),
      fact('10:20', { kind: 'cleaning-started', claimedBy: null }),
      fact('10:45', { kind: 'cleaning-completed' }),
    ];
    expect(story({ stays: left, facts })).toEqual([
      ...['08:00 occupied a', '10:00 dirty', '10:20 cleaning', '10:45 available'],
    ]);
    const [job, ...more] = derive({ stays: left, facts }).jobs;
    expect(more).toEqual([]);
    expect(job).toMatchObject({ kind: 'standard', requestedAt: at('10:00'), claimedBy: 'crew B' });
    expect([job?.claimedAt, job?.startedAt, job?.completedAt]).toEqual([at('10:05'), at('10:20'), at('10:45')]);
  });

  it('opens one and the same job wherever the derivation begins, also after a change of class', () => {
    const stays = [stay('a', '01:00', '02:00', { endedBy: 'class-change' }), stay('a', '02:00', '22:00')];
    const facts = Array.from({ length: 17 }, (_, i) => status(`${String(3 + i).padStart(2, '0')}:00`, 'U'));
    const whole = derive({ stays, facts });
    const [checkpoint] = whole.checkpoints;
    // As the database gives it: only what reaches beyond the checkpoint.
    const rest = derive({ checkpoint: checkpoint!, stays: stays.slice(1), facts });
    expect(rest.fold.job).toEqual(whole.fold.job);
    expect(whole.fold.job?.requestedAt).toBe(at('22:00'));
  });

  it('of a swap, or into another class of the same bed, makes nothing dirty', () => {
    expect(story({ stays: [stay('a', '08:00', '10:00', { leavesDirty: false, endedBy: 'swap' })] })).toEqual([
      ...['08:00 occupied a', '10:00 available'],
    ]);
    const changed = [stay('a', '08:00', '10:00', { endedBy: 'class-change' }), stay('a', '10:00', '12:00')];
    expect(story({ stays: changed })).toEqual(['08:00 occupied a', '12:00 dirty']);
  });

  it('keeps its job when the time of leaving is corrected, and loses it when the leaving is', () => {
    const id = derive({ stays: left }).jobs[0]?.id;
    expect(derive({ stays: [stay('a', '08:00', '11:00')] }).jobs[0]?.id).toBe(id);
    expect(derive({ stays: [stay('a', '08:00')] }).jobs).toEqual([]);
  });

  it('ends in a cancelled job when the next patient comes first', () => {
    const stays = [...left, stay('b', '10:30')];
    expect(story({ stays })).toEqual(['08:00 occupied a', '10:00 dirty', '10:30 occupied b']);
    expect(derive({ stays }).jobs[0]).toMatchObject({ cancelledAt: at('10:30'), completedAt: null });
  });

  it('at the moment the next one comes is a change of patients without a dispute', () => {
    const stays = [...left, stay('b', '10:00')];
    expect(story({ stays })).toEqual(['08:00 occupied a', '10:00 occupied b']);
    expect(derive({ stays }).conflicts).toEqual([]);
    expect(derive({ stays }).jobs).toEqual([]);
  });

  it('that was recorded after cleaning had started shows a negative response, not a lost start', () => {
    const facts = [fact('09:50', { kind: 'cleaning-started', claimedBy: 'crew' })];
    expect(story({ stays: left, facts })).toEqual(['08:00 occupied a', '10:00 cleaning']);
    expect(derive({ stays: left, facts }).jobs[0]).toMatchObject({ requestedAt: at('10:00'), startedAt: at('09:50') });
    expect(conflicts({ stays: left, facts })).toEqual(['cleaning-contradicts-occupancy 09:50 10:00']);
  });

  it('is known of some stays without their beginning: they make dirty, whatever ended them', () => {
    for (const endedBy of ['discharge', 'transfer', 'merge'] as const) {
      expect(story({ stays: [stay('a', '08:00', '08:00', { endedBy })] })).toEqual(['08:00 dirty']);
      expect(story({ stays: [stay('a', '08:00', '07:00', { endedBy })] })).toEqual(['08:00 dirty']);
    }
    expect(story({ stays: [stay('a', '08:00', '08:00', { endedBy: 'transfer', leavesDirty: false })] })).toEqual([]);
  });
});

describe('a reported status (A20)', () => {
  it('and a departure: among empty beds the later one wins', () => {
    const left = [stay('a', '08:00', '10:00')];
    expect(story({ stays: left, facts: [status('10:10', 'U')] })).toEqual([
      ...['08:00 occupied a', '10:00 dirty', '10:10 available'],
    ]);
    expect(story({ stays: left, facts: [status('07:00', 'C'), status('10:10', 'H')] })).toEqual([
      ...['07:00 closed', '08:00 occupied a', '10:00 dirty'],
    ]);
    expect(story({ stays: left, facts: [status('10:00', 'U')] })).toEqual(['08:00 occupied a', '10:00 available']);
    expect(derive({ stays: left, facts: [status('10:00', 'U')] }).jobs).toEqual([]);
  });

  it('against a patient is a conflict, once, until it agrees or the patient leaves', () => {
    const stays = [stay('a', '08:00', '12:00')];
    const facts = [status('09:00', 'U'), status('09:05', 'H'), status('11:00', 'O')];
    expect(story({ stays, facts })[0]).toBe('08:00 occupied a');
    expect(conflicts({ stays, facts })).toEqual(['status-contradicts-occupancy 09:00 11:00']);
    expect(conflicts({ stays, facts: [status('09:00', 'U')] })).toEqual(['status-contradicts-occupancy 09:00 12:00']);
    expect(conflicts({ stays, facts: [status('08:00', 'U')] })).toEqual([]);
  });

  it('of an occupied bed that nobody is recorded in keeps it from use until the patient is found or it is denied', () => {
    const facts = [status('09:00', 'O')];
    expect(story({ facts })).toEqual(['09:00 occupied']);
    expect(conflicts({ facts })).toEqual(['occupied-without-encounter 09:00']);
    expect(conflicts({ facts, stays: [stay('a', '09:10')] })).toEqual(['occupied-without-encounter 09:00 09:10']);
    expect(conflicts({ facts, stays: [stay('a', '08:50')] })).toEqual([]);
    expect(story({ facts: [...facts, status('09:30', 'U')] })).toEqual(['09:00 occupied', '09:30 available']);
  });

  it('of contamination asks for a terminal clean, of isolation blocks, of closure closes', () => {
    expect(derive({ facts: [status('09:00', 'K')] }).jobs[0]).toMatchObject({ kind: 'terminal' });
    const stays = [stay('a', '08:00', '10:00')];
    expect(derive({ stays, facts: [status('09:00', 'K')] }).jobs[0]).toMatchObject({ kind: 'terminal' });
    expect(story({ facts: [status('09:00', 'I'), status('10:00', 'C'), status('11:00', 'U')] })).toEqual([
      ...['09:00 blocked', '10:00 closed', '11:00 available'],
    ]);
  });
});

describe('two patients in one bed', () => {
  const stays = [stay('a', '08:00', '12:00'), stay('b', '10:00', '14:00')];

  it('dispute it: the one before stays active, the bed is occupied once, the other takes over', () => {
    expect(story({ stays })).toEqual(['08:00 occupied a', '10:00 occupied a b', '12:00 occupied b', '14:00 dirty']);
    expect(conflicts({ stays })).toEqual(['bed-disputed 10:00 12:00']);
    const claims = derive({ stays }).claims.map((c) => [c.encounterId, c.role, clock(c.from), clock(c.to)].join(' '));
    expect(claims.sort()).toEqual(['a active 08:00 12:00', 'b active 12:00 14:00', 'b contesting 10:00 12:00']);
  });

  it('have one conflict, with the same id whoever is heard first', () => {
    const ids = [stays, [...stays].reverse()].map((s) => derive({ stays: s }).conflicts.map((c) => c.id));
    expect(ids[0]).toEqual(ids[1]);
    expect(derive({ stays: [stays[0]!] }).conflicts).toEqual([]);
  });
});

describe('cleaning that starts while patients are recorded in the bed', () => {
  const started = fact('10:30', { kind: 'cleaning-started', claimedBy: null });
  const disputed = [stay('a', '08:00', '12:00'), stay('b', '10:00', '20:00')];
  const told = (input: Partial<BedInput>) => conflicts(input).filter((c) => c.startsWith('cleaning'));

  it('is of whoever leaves then, not of the one who stays', () => {
    expect(told({ stays: disputed, facts: [started] })).toEqual(['cleaning-contradicts-occupancy 10:30 12:00']);
    const first = [stay('a', '08:00', '20:00'), stay('b', '10:00', '12:00')];
    expect(told({ stays: first, facts: [started] })).toEqual(['cleaning-contradicts-occupancy 10:30 12:00']);
  });

  it('was of the one who was there alone, whoever came and went since', () => {
    const stays = [stay('a', '08:00', '20:00'), stay('b', '11:00', '12:00')];
    expect(told({ stays, facts: [started] })).toEqual(['cleaning-contradicts-occupancy 10:30 20:00']);
  });

  it('is no contradiction any more once the crew takes it back', () => {
    const facts = [started, fact('10:40', { kind: 'cleaning-cancelled', reason: 'x', patientInBed: true })];
    expect(told({ stays: [stay('a', '08:00')], facts })).toEqual(['cleaning-contradicts-occupancy 10:30 10:40']);
  });
});

describe('a hold', () => {
  it('keeps the bed until the patient comes', () => {
    const input = { holds: [hold('a', '09:00')], stays: [stay('a', '10:00')] };
    expect(story(input)).toEqual(['09:00 reserved a', '10:00 occupied a']);
    expect(derive(input).conflicts).toEqual([]);
    expect(derive(input).endedHolds.get('a@09:00')).toBe(at('10:00'));
  });

  it('ends when its time is up, it is given up, or what it was for is over', () => {
    const until = hold('a', '09:00', { kind: 'reservation', until: at('10:00') });
    expect(story({ holds: [until] })).toEqual(['09:00 reserved a', '10:00 available']);
    expect(derive({ holds: [until] }, '09:30')).toMatchObject({ nextBoundary: at('10:00') });
    expect(story({ holds: [until] }, '09:30')).toEqual(['09:00 reserved a']);
    expect(story({ holds: [hold('a', '09:00', { releasedAt: at('09:10') })] })[1]).toBe('09:10 available');
    expect(story({ holds: [hold('a', '09:00', { endedAt: at('09:20') })] })[1]).toBe('09:20 available');
  });

  it('on a dirty bed waits for the cleaning', () => {
    const input = { stays: [stay('a', '08:00', '09:00')], holds: [hold('b', '09:10')] };
    expect(story(input)).toEqual(['08:00 occupied a', '09:00 dirty']);
    expect(story({ ...input, facts: [fact('09:40', { kind: 'cleaning-completed' })] }).at(-1)).toBe('09:40 reserved b');
  });

  it('and another patient in the bed: the patient counts, the hold contests, both show', () => {
    const input = { holds: [hold('a', '09:00')], stays: [stay('b', '10:00')] };
    expect(story(input)).toEqual(['09:00 reserved a', '10:00 occupied b']);
    expect(conflicts(input)).toEqual(['bed-held-for-another 10:00']);
    expect(derive(input).fold.claims.map((c) => [c.encounterId, c.role])).toEqual([
      ['b', 'active'],
      ['a', 'contesting'],
    ]);
  });
});

describe('a bed that a plan keeps', () => {
  const planned = (encounterId: string, since: string, more: Partial<Hold> = {}) =>
    hold(encounterId, since, { id: `plan of ${encounterId}`, kind: 'reservation', plan: 'transfer', ...more });
  const roles = (input: Partial<BedInput>) => derive(input).fold.claims.map((c) => [c.kind, c.encounterId, c.role]);

  it('is reserved until the plan is over, and again where it comes back', () => {
    expect(story({ holds: [planned('a', '09:00')] })).toEqual(['09:00 reserved a']);
    expect(story({ holds: [planned('a', '09:00', { endedAt: at('10:00') })] })[1]).toBe('10:00 available');
    expect(story({ holds: [planned('a', '09:00', { endedAt: at('09:00') })] })).toEqual([]);
  });

  it('is reserved only from its time on where it is planned for later', () => {
    const later = { holds: [planned('a', '11:00', { begins: 'by-time', until: at('15:00') })] };
    expect(story(later, '10:00')).toEqual([]);
    expect(derive(later, '10:00').nextBoundary).toBe(at('11:00'));
    expect(story(later, '12:00')).toEqual(['11:00 reserved a']);
    expect(story(later)).toEqual(['11:00 reserved a', '15:00 available']);
  });

  it('and that somebody is in, is no contradiction; that somebody comes into it is', () => {
    const taken = { stays: [stay('b', '08:00')], holds: [planned('a', '09:00')] };
    expect([story(taken), conflicts(taken)]).toEqual([['08:00 occupied b'], []]);
    expect(roles(taken)).toEqual([
      ['occupancy', 'b', 'active'],
      ['reservation', 'a', 'contesting'],
    ]);
    expect(conflicts({ ...taken, stays: [stay('b', '10:00')] })).toEqual(['bed-held-for-another 10:00']);
    const freed = { stays: [stay('b', '08:00', '10:00')], holds: [planned('a', '09:00')] };
    expect(story({ ...freed, facts: [fact('10:30', { kind: 'cleaning-completed' })] }).at(-1)).toBe('10:30 reserved a');
  });

  it('and that is kept for another is so with a conflict; kept for the same patient it is kept once', () => {
    expect(conflicts({ holds: [hold('b', '08:30'), planned('a', '09:00')] })).toEqual(['bed-held-for-two 09:00']);
    const both = { holds: [planned('a', '08:30'), hold('a', '09:00')] };
    expect([conflicts(both), roles(both)]).toEqual([[], [['assignment', 'a', 'active']]]);
  });
});

describe('a bed out of use', () => {
  it('is blocked with a reason until it is unblocked or the time is up', () => {
    const block = fact('09:00', { kind: 'blocked', reason: 'Shower leak', note: null, until: at('16:30') });
    expect(story({ facts: [block] })).toEqual(['09:00 blocked', '16:30 available']);
    expect(story({ facts: [block] }, '12:00')).toEqual(['09:00 blocked']);
    expect(story({ facts: [block, fact('11:00', { kind: 'unblocked' })] })).toEqual([
      '09:00 blocked',
      '11:00 available',
    ]);
  });

  it('with a patient in it stays occupied, with a conflict', () => {
    const stays = [stay('a', '10:00', '12:00')];
    const block = fact('09:00', { kind: 'blocked', reason: 'x', note: null, until: null });
    expect(story({ stays, facts: [block] })).toEqual(['09:00 blocked', '10:00 occupied a', '12:00 blocked']);
    expect(conflicts({ stays, facts: [block] })).toEqual(['patient-in-blocked-bed 10:00 12:00']);
    const closed = fact('09:00', { kind: 'closed', reason: 'x', until: null });
    expect(conflicts({ stays, facts: [closed] })).toEqual(['patient-in-closed-bed 10:00 12:00']);
  });

  it('for want of staff is closed until opened; a surge bed is surge until opened', () => {
    const opened = fact('09:00', { kind: 'opened' });
    const there = fact('08:00', { kind: 'configured', staffed: false, surge: false });
    const noStaff = { setup: { ...setup, staffed: false } };
    expect(story({ ...noStaff, facts: [there] })).toEqual(['08:00 closed']);
    expect(story({ ...noStaff, facts: [there, opened] })).toEqual(['08:00 closed', '09:00 available']);
    const surge = {
      setup: { ...setup, surge: true },
      facts: [
        fact('08:00', { kind: 'configured', staffed: true, surge: true }),
        fact('09:00', { kind: 'surge-opened' }),
        fact('10:00', { kind: 'surge-closed' }),
      ],
    };
    expect(story(surge)).toEqual(['08:00 surge', '09:00 available', '10:00 surge']);
  });
});

describe('a patient whom a crew finds in the bed', () => {
  const found = {
    stays: [stay('a', '08:00', '14:05')],
    facts: [fact('14:26', { kind: 'cleaning-cancelled', reason: 'patient in bed', patientInBed: true })],
  };

  it('counts as in it, and both facts show, until cleaning goes on or somebody else comes', () => {
    expect(story(found)).toEqual(['08:00 occupied a', '14:05 dirty', '14:26 occupied a']);
    const [conflict] = derive(found).conflicts;
    expect(conflict).toMatchObject({ kind: 'patient-seen-after-leaving', from: at('14:26'), to: null });
    expect(conflict?.facts.map((f) => [f.says, clock(f.at)])).toEqual([
      ['Patient left', '14:05'],
      ['Patient in bed', '14:26'],
    ]);
    const started = fact('15:00', { kind: 'cleaning-started', claimedBy: 'crew B' });
    expect(story({ ...found, facts: [...found.facts, started] }).at(-1)).toBe('15:00 cleaning');
  });

  it.each([
    ['that nobody is in the bed', status('14:20', 'U')],
    ['that it was cleaned', fact('14:20', { kind: 'cleaning-completed' })],
    ['that it needs no cleaning', fact('14:20', { kind: 'cleaning-cancelled', reason: 'clean', patientInBed: false })],
  ])('is not who left last once somebody said after that %s', (_, ready) => {
    const { stays } = found;
    expect(story({ stays, facts: [ready, status('15:00', 'O')] }).at(-1)).toBe('15:00 occupied');
    expect(conflicts({ stays, facts: [ready, status('15:00', 'O')] })).toEqual(['occupied-without-encounter 15:00']);
  });

  it('is nobody in particular once the bed was made ready', () => {
    const facts = [fact('14:30', { kind: 'cleaning-completed' }), status('15:00', 'O')];
    expect(story({ ...found, facts }).slice(-2)).toEqual(['14:30 available', '15:00 occupied']);
  });
});

describe('what a bed shows', () => {
  const definition = {
    ...{ id: 'W-1', facility: 'H1', unit: 'W', room: 'A', bed: '1', staffed: true, surge: false },
    ...{ attributes: ['oxygen' as const], targets: { startWithin: 30, takes: 40, turnWithin: 60 } },
  };
  const person = (encounterId: string) => ({
    ...{ encounterId, visitNumber: `V-${encounterId}`, patient: unknownPatient, class: 'I' },
    needs: encounterId === 'b' ? (['falls'] as const) : [],
  });
  const view = (input: Partial<BedInput>) => bedView(definition, derive(input).fold, person, at('23:00'));

  it('has two occupants while it is disputed, one of them active', () => {
    const { occupants, conflicts: open, state } = view({ stays: [stay('b', '08:00'), stay('a', '09:00')] });
    expect(occupants.map((o) => [o.visitNumber, o.role])).toEqual([
      ['V-b', 'active'],
      ['V-a', 'contesting'],
    ]);
    expect([state, open.map((c) => c.kind)]).toEqual(['occupied', ['bed-disputed']]);
  });

  it('has the needs of the occupant, else of the patient it is held for', () => {
    expect(view({ stays: [stay('b', '08:00')], holds: [hold('a', '09:00')] }).needs).toEqual(['falls']);
    expect(view({ holds: [hold('b', '09:00')] })).toMatchObject({
      needs: ['falls'],
      reservedFor: { visitNumber: 'V-b' },
    });
  });

  it('has the clocks of its state with the targets of its unit', () => {
    const clocks = (input: Partial<BedInput>) =>
      view(input).clocks.map((c) => `${c.name} ${clock(Date.parse(c.since))} ${c.targetMinutes}`);
    const stays = [stay('a', '08:00', '10:00')];
    const started = fact('10:20', { kind: 'cleaning-started', claimedBy: null });
    expect(clocks({ stays })).toEqual(['dirty 10:00 30', 'turn 10:00 60']);
    expect(clocks({ stays, facts: [started] })).toEqual(['cleaning 10:20 40', 'turn 10:00 60']);
    expect(clocks({ stays, facts: [started, status('11:00', 'U')] })).toEqual(['idle 11:00 null']);
    expect(clocks({ stays: [stay('a', '08:00')] })).toEqual(['occupied 08:00 null']);
  });

  it('has been idle since it was last made ready, whatever it was held for and released from meanwhile', () => {
    const idle = (input: Partial<BedInput>) =>
      view(input).clocks.flatMap((c) => (c.name === 'idle' ? clock(Date.parse(c.since)) : []));
    const ready = { stays: [stay('a', '07:00', '08:00')], facts: [status('08:30', 'U')] };
    const held = hold('b', '09:00', { releasedAt: at('09:10') });
    const again = hold('c', '09:20', { id: 'again', kind: 'reservation', until: at('09:50') });
    expect([idle(ready), idle({ ...ready, holds: [held] }), idle({ ...ready, holds: [held, again] })]).toEqual([
      ['08:30'],
      ['08:30'],
      ['08:30'],
    ]);
    const blocked = fact('09:00', { kind: 'blocked', reason: 'leak', note: null, until: at('10:00') });
    expect(idle({ ...ready, facts: [...ready.facts, blocked] })).toEqual(['10:00']);
  });

  it('says that nothing was heard of it until somebody tells of its use; a configuration or an opening does not', () => {
    const unheard = (input: Partial<BedInput>) => view(input).nothingHeard;
    const opened = fact('08:00', { kind: 'opened' });
    expect([unheard({}), unheard({ facts: [opened] })]).toEqual([true, true]);
    const told = [
      { stays: [stay('a', '08:00')] },
      { facts: [status('08:00', 'U')] },
      { stays: [stay('a', '08:00', '09:00')] },
    ];
    expect(told.map(unheard)).toEqual([undefined, undefined, undefined]);
  });
});
