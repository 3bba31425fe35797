import { describe, expect, it } from '@jest/globals';
import { clock, derive, fact, summary } from './testing/facts.builder.spec.js';
import { a01, a02, a03, a04, type Case, cases } from './testing/derive-encounter.cases.spec.js';

function check(cases: readonly Case[]): void {
  it.each(cases)('%s', (_, facts, expected) => {
    expect(summary(derive(...facts))).toMatchObject({ conflicts: [], ...expected });
    expect(derive(...[...facts].reverse())).toEqual(derive(...facts));
  });
}

describe('each trigger', () => {
  check(cases['each trigger']!);

  it('tells the times, the class and the specialty', () => {
    const all = derive(
      a04,
      fact('admit', { at: '10:00', in: '4A-1', specialty: 'MED' }),
      fact('update', { at: '11:00', specialty: 'CAR', class: 'I' }),
      a03,
    );
    expect(all).toMatchObject({
      class: 'I',
      specialty: 'CAR',
      registeredAt: '2026-03-01T08:00:00.000Z',
      admittedAt: '2026-03-01T10:00:00.000Z',
      dischargedAt: '2026-03-01T15:00:00.000Z',
      brief: { initials: 'AW', ageBand: '60s', sex: 'female' },
    });
    expect(derive(fact('preadmit', { at: '08:00', class: 'P' })).class).toBe('P');
    expect(derive(a01, fact('transfer', { at: '11:00', in: '4A-2', class: null })).class).toBe('I');
  });

  it('tells when an open stay is expected to end: what was said last of it, which announces no discharge', () => {
    const said = (at: string, endsBy: string | null) => fact('update', { at, endsBy });
    const admitted = fact('admit', { at: '10:00', in: '4A-1', endsBy: '4 12:00' });
    const end = (...facts: Parameters<typeof derive>) => derive(...facts).expectedDischargeAt;
    expect(derive(admitted)).toMatchObject({ expectedDischargeAt: clock('4 12:00'), pendings: [] });
    expect(end(said('12:00', '6 12:00'), admitted, fact('update', { at: '13:00' }))).toBe(clock('6 12:00'));
    expect(end(admitted, fact('transfer', { at: '11:00', in: '4A-2', endsBy: '5 09:00' }))).toBe(clock('5 09:00'));
    expect(end(admitted, said('12:00', null))).toBeUndefined();
    expect(end(admitted, a03)).toBeUndefined();
    expect(end(a01)).toBeUndefined();
  });

  it('lists movements by event time with the places they led from and to', () => {
    const movements = derive(a03, a02, a01, a04).movements.map((m) => [
      m.kind,
      m.from?.bedId,
      m.to?.bedId,
      m.cancelled,
    ]);
    expect(movements).toEqual([
      ['register', undefined, 'ED-1', false],
      ['admit', 'ED-1', '4A-1', false],
      ['transfer', '4A-1', '4B-1', false],
      ['discharge', '4B-1', undefined, false],
    ]);
  });
});

describe('which class holds a bed (rule 7)', () => {
  it.each([
    ['I', true],
    ['B', true],
    ['LOCAL', true],
    ['E', true],
    ['O', true],
    ['U', true],
    ['P', false],
    ['R', false],
    ['C', false],
    ['N', false],
    [null, true],
  ])('%s', (patientClass, holds) => {
    expect(derive(fact('admit', { at: '10:00', in: '4A-1', class: patientClass })).stays[0]?.holdsBed).toBe(holds);
  });

  it.each(['I', 'O', 'E'])('%s holds none where the sender says that its patients lie in no bed', (patientClass) => {
    const admitted = fact('admit', { at: '10:00', in: '4A-1', class: patientClass, inNoBed: true });
    const moved = fact('transfer', { at: '11:00', in: '4B-1', class: null });
    expect(derive(admitted, moved)).toMatchObject({
      inNoBed: true,
      stays: [{ holdsBed: false }, { holdsBed: false }],
    });
    // Of one who is in a bed it is a contradiction.
    const inBed = fact('admit', { at: '09:00', in: '4A-1' });
    expect(derive(inBed, { ...moved, fact: { ...moved.fact, class: 'O', inNoBed: true } })).toMatchObject({
      ...{ inNoBed: false, stays: [{ holdsBed: true }, { holdsBed: true }] },
      conflicts: [{ kind: 'class-contradicts-trigger' }],
    });
  });

  it('nobody holds what is no bed, and a registration without class holds the one it names', () => {
    expect(derive(fact('admit', { at: '10:00', in: '4A^R1^' })).stays[0]?.holdsBed).toBe(false);
    expect(derive(fact('register', { at: '10:00', in: '4A-1', class: null })).stays[0]?.holdsBed).toBe(true);
  });
});

describe('one movement however often it is stated (rule 1)', () => {
  check(cases['one movement however often it is stated (rule 1)']!);

  it('is listed once, first recorded and first received', () => {
    const { movements } = derive(
      fact('admit', { at: '10:00', rec: '10:30', recv: '12:00', in: '4A-1' }),
      fact('admit', { at: '10:00', rec: '11:00', recv: '11:00', in: '4A-1' }),
    );
    expect(movements).toMatchObject([
      { recordedAt: '2026-03-01T10:30:00.000Z', receivedAt: '2026-03-01T11:00:00.000Z' },
    ]);
  });
});

describe('which movement a cancel names (rule 4)', () => {
  check(cases['which movement a cancel names (rule 4)']!);

  it('marks the movement as cancelled and keeps its course', () => {
    expect(derive(a01, a02, fact('cancel-transfer', { at: '13:00', in: '4A-1' })).movements).toMatchObject([
      { kind: 'admit', cancelled: false },
      { kind: 'transfer', cancelled: true, from: { bedId: '4A-1' }, to: { bedId: '4B-1' } },
    ]);
  });
});

describe('the place in a cancel (rule 5)', () => {
  check(cases['the place in a cancel (rule 5)']!);
});

describe('a visit that was not admitted (rule 8)', () => {
  check(cases['a visit that was not admitted (rule 8)']!);
});

describe('a cancelled admission (rule 9)', () => {
  check(cases['a cancelled admission (rule 9)']!);
});

describe('after and around a discharge (rule 10)', () => {
  check(cases['after and around a discharge (rule 10)']!);

  it('keeps the time that was said, so that the clock is seen to be invalid', () => {
    const { admittedAt, dischargedAt } = derive(a01, fact('discharge', { at: '09:00', rec: '15:00' }));
    expect([admittedAt, dischargedAt]).toEqual(['2026-03-01T10:00:00.000Z', '2026-03-01T09:00:00.000Z']!);
  });
});

describe('what an update says otherwise (rule 11)', () => {
  check(cases['what an update says otherwise (rule 11)']!);
});

describe('a cancelled movement whose bed was used (rule 13)', () => {
  check(cases['a cancelled movement whose bed was used (rule 13)']!);
});

describe('places (rule 14, 15)', () => {
  check(cases['places (rule 14, 15)']!);
});

describe('what no cancel undoes (rule 16)', () => {
  check(cases['what no cancel undoes (rule 16)']!);
});

describe('an A13 after what came after the discharge (rule 17)', () => {
  check(cases['an A13 after what came after the discharge (rule 17)']!);
});

describe('a transfer dated before its admission (rule 18)', () => {
  check(cases['a transfer dated before its admission (rule 18)']!);
});

describe('two movements of one instant', () => {
  check(cases['two movements of one instant']!);
});

describe('leaving and coming at one instant (rule 20)', () => {
  check(cases['leaving and coming at one instant (rule 20)']!);
});

describe('other disagreements', () => {
  check(cases['other disagreements']!);
});

describe('a bed that somebody was in by an admission that was cancelled', () => {
  it('was left by what came last of one instant, whichever was received last', () => {
    const left = (transfer: string, discharge: string) =>
      derive(
        a01,
        fact('transfer', { at: '12:00', in: '4B-1', from: '4A-1', recv: transfer }),
        fact('discharge', { at: '12:00', in: '4A-1', recv: discharge }),
        fact('cancel-admit', { at: '12:30' }),
      );
    expect(left('12:01', '12:02').stays).toEqual(left('12:02', '12:01').stays);
    expect(left('12:01', '12:02').stays).toMatchObject([{ endedBy: 'discharge', leavesDirty: true }]);
  });
});

describe('what one message says of two visits that are one', () => {
  it('has one order, whatever the number of the message', () => {
    // An A17 of two visits that an A42 made one, sent again under another MSH-10: other ids, the same statements.
    const said = (id: string, visit: string, patient: string) => ({
      ...fact('swap', { at: '15:00', in: '4A-2', visit, patient }),
      id,
    });
    const one = derive(a01, said('1', 'V1', 'P1'), said('2', 'V2', 'P2'));
    const other = derive(a01, said('2', 'V1', 'P1'), said('1', 'V2', 'P2'));
    expect(other.patient).toEqual(one.patient);
  });
});
