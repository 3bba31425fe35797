import { describe, expect, it } from '@jest/globals';
import type { BedView } from '@wardstream/api-contract';
import type { ConflictData, PatientBrief } from '@wardstream/events';
import { aBed, ago, occupiedBed } from '../stream/board.fixture.spec.js';
import { choicesOf, conflictPath, whoIs } from './conflict-choice.js';

const fact = (encounterId: string) => ({
  ...{ source: 'admissions', says: 'Patient in bed', at: ago(5), recordedAt: null, receivedAt: null, encounterId },
});
const conflict = (more: Partial<ConflictData> = {}): ConflictData => ({
  ...{ id: 'c1', facility: 'NGH', version: 1, kind: 'bed-disputed', severity: 'high', unit: '4A', openedAt: ago(5) },
  ...{
    subject: { type: 'bed', id: '4A-01' },
    facts: [fact('e1'), fact('e2')],
    closedAt: null,
    closedBy: null,
    reason: null,
  },
  ...more,
});

type BedOccupant = BedView['occupants'][number];

describe('what a person can do about a conflict', () => {
  it('of a disputed bed is to say who is in it, with what becomes of the other', () => {
    const choices = choicesOf(conflict(), occupiedBed('4A-01', 'e1'));
    expect(choices.map((c) => [c.encounterId, c.body])).toEqual([
      ['e1', { encounterId: 'e1' }],
      ['e2', { encounterId: 'e2' }],
      [null, { bothInBed: true }],
    ]);
    expect(choices[0]!.effect).toMatch(/^4A-01 has .+ alone\. The patient of fact 2 is shown in 4A without a bed/);
    expect(conflictPath(conflict())).toBe('/api/v1/bed-conflicts/c1');
  });

  it('names two patients so that nobody takes one for the other', () => {
    const bed = (second: Partial<PatientBrief>, more: readonly BedOccupant[] = []) => {
      const [first] = occupiedBed('4A-01', 'e1').occupants;
      const other = { ...first!, encounterId: 'e2', visitNumber: 'V-e2', role: 'contesting' as const };
      return aBed('4A-01', {
        ...{ state: 'occupied', needs: [] },
        occupants: [first!, { ...other, patient: { ...first!.patient, ...second } }, ...more],
      });
    };
    const labels = (view: BedView) => choicesOf(conflict(), view).map((c) => c.label);
    const { initials } = occupiedBed('4A-01', 'e1').occupants[0]!.patient;
    const [twins, nameless] = [bed({}), bed({ initials: '' })];
    expect(labels(twins)[0]).toMatch(/, visit \S+, is here$/);
    expect(new Set(labels(twins)).size).toBe(3);
    expect(labels(nameless)[1]).toBe('Visit V-e2 is here');
    expect(whoIs(bed({ initials: '', ageBand: null, sex: 'unknown' }), 'e2')).toBe(
      'no name, sex not known, visit V-e2',
    );
    expect(initials).not.toBe('');
    const third = { ...twins.occupants[1]!, encounterId: 'e3', visitNumber: 'V-e3' };
    expect(choicesOf(conflict(), bed({}, [third]))[0]!.effect).toMatch(/whoever else is recorded there stays/);
  });

  it('of a bed that was reported occupied without a visit is to say that nobody is in it, or to leave it so', () => {
    const reported = conflict({ kind: 'occupied-without-encounter', facts: [] });
    const choices = choicesOf(reported, aBed('4A-01', { state: 'occupied' }));
    expect(choices.map((c) => [c.label, c.body])).toEqual([
      ['Nobody is here', { nobodyInBed: true }],
      ['Close with a reason', {}],
    ]);
    expect(choices[0]!.effect).toMatch(/^4A-01 is dirty/);
  });

  it('of any other kind is to close it, which changes nothing else', () => {
    const other = conflict({ kind: 'status-contradicts-occupancy' });
    expect(choicesOf(other, aBed('4A-01', { state: 'occupied' }))).toMatchObject([
      { body: {}, effect: 'The bed goes on counting as occupied. It opens again when one of the facts changes.' },
    ]);
    const encounter = conflict({ kind: 'update-place-differs', subject: { type: 'encounter', id: 'e1' } });
    expect(choicesOf(encounter, undefined).map((c) => c.effect)).toEqual([
      expect.stringMatching(/^The encounter stays/),
    ]);
    expect(conflictPath(encounter)).toBe('/api/v1/encounter-conflicts/c1');
  });

  it('of one patient in two beds is to say which visit is over, the likely one first', () => {
    const side = (encounterId: string, says: string) => ({ ...fact(encounterId), source: 'history', says });
    const twice = conflict({
      ...{ kind: 'patient-in-two-beds', subject: { type: 'encounter', id: 'e1' }, likelyIn: 'e2' },
      facts: [side('e1', 'in 4A-01'), side('e2', 'in ED-03'), side('e2', 'came from 4A-01, where the other visit is')],
    });
    const choices = choicesOf(twice, occupiedBed('4A-01', 'e1'));
    expect(choices.map((c) => [c.label, c.body])).toEqual([
      ['Moved to ED-03: the visit in 4A-01 is over', { endVisit: 'e1' }],
      ['Moved to 4A-01: the visit in ED-03 is over', { endVisit: 'e2' }],
      ['Close with a reason', {}],
    ]);
    expect(choicesOf({ ...twice, likelyIn: 'e1' }, undefined)[0]!.body).toEqual({ endVisit: 'e2' });
    expect(choices[2]!.effect).toMatch(/^All visits stay/);
  });

  it('of a visit under two numbers is to join them', () => {
    const two = conflict({ kind: 'visit-under-two-numbers', subject: { type: 'encounter', id: 'e1' } });
    expect(choicesOf(two, undefined).map((c) => [c.label, c.body])).toEqual([
      ['They are one visit', { joinVisits: true }],
      ['Close with a reason', {}],
    ]);
  });

  it('of a mother and a newborn in one bed is to link them, as their ages and sex let it be', () => {
    const [one] = occupiedBed('4A-01', 'e1').occupants;
    const bed = (mother: Partial<PatientBrief>, child: Partial<PatientBrief>) =>
      aBed('4A-01', {
        state: 'occupied',
        occupants: [
          { ...one!, patient: { ...one!.patient, sex: 'female', initials: 'P.T.', ...mother } },
          { ...one!, encounterId: 'e2', patient: { initials: 'B.T.', sex: 'male', ageBand: '0s', ...child } },
        ],
      });
    const links = (view: BedView) => choicesOf(conflict(), view).filter((c) => c.elsewhere !== undefined);
    expect(links(bed({}, {}))).toMatchObject([
      {
        label: 'B.T. is the newborn of P.T.',
        body: { mother: 'e1' },
        elsewhere: { path: '/api/v1/encounters/e2/mother', undo: '/api/v1/encounters/e2/mother/withdraw' },
      },
    ]);
    expect(links(bed({ sex: 'male' }, {}))).toEqual([]);
    expect(links(bed({}, { ageBand: '40s' }))).toEqual([]);
  });
});
