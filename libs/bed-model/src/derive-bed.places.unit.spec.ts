import { describe, expect, it } from '@jest/globals';
import { bedView, unknownPatient } from './bed-view.js';
import { deriveBed, type BedInput } from './derive-bed.js';
import { at, clock, conflicts, derive, fact, hold, setup, status, stay, story } from './testing/one-bed.spec.js';

describe('a patient on leave', () => {
  const away = (from: string, to?: string) => ({ leaves: [{ from: at(from), to: to === undefined ? null : at(to) }] });
  const view = (input: Partial<BedInput>) => {
    const definition = { ...setup, id: 'W-1', unit: 'W', room: 'A', bed: '1', attributes: [] };
    const targets = { startWithin: 30, takes: 30, turnWithin: 60 };
    const person = (encounterId: string) => {
      return { encounterId, visitNumber: encounterId, patient: unknownPatient, class: 'I', needs: [] };
    };
    return bedView({ ...definition, targets }, derive(input).fold, person, at('23:00'));
  };

  it('keeps the bed, which is occupied, and theirs alone', () => {
    const stays = [stay('a', '08:00', undefined, away('10:00'))];
    expect(story({ stays })).toEqual(['08:00 occupied a']);
    expect(view({ stays })).toMatchObject({ occupants: [{ encounterId: 'a' }], onLeave: [{ encounterId: 'a' }] });
    expect(conflicts({ stays, facts: [status('11:00', 'O')] })).toEqual([]);
    expect(view({ stays: [stay('a', '08:00', undefined, away('10:00', '12:00'))] }).onLeave).toBeUndefined();
  });

  it('disputes nothing with a guest, whose leaving makes the bed dirty, and theirs again once it is clean', () => {
    const stays = [stay('a', '08:00', undefined, away('10:00')), stay('g', '12:00', '15:00')];
    const facts = [fact('15:30', { kind: 'cleaning-completed' })];
    expect(story({ stays, facts })).toEqual([
      ...['08:00 occupied a', '12:00 occupied g', '15:00 dirty', '15:30 occupied a'],
    ]);
    expect(conflicts({ stays })).toEqual([]);
    const lent = view({ stays: [stays[0]!, stay('g', '12:00')] });
    expect([lent.occupants.map((o) => o.encounterId), lent.onLeave?.map((o) => o.encounterId)]).toEqual([['g'], ['a']]);
    expect(view({ stays })).toMatchObject({ state: 'dirty', occupants: [], onLeave: [{ encounterId: 'a' }] });
  });

  it('who comes back to a guest disputes the bed, also to the very minute; to a dirty one has it', () => {
    const back = stay('a', '08:00', undefined, away('10:00', '14:00'));
    expect(conflicts({ stays: [back, stay('g', '12:00')] })).toEqual(['bed-disputed 14:00']);
    expect(story({ stays: [back, stay('g', '12:00', '14:00')] })).toEqual([
      ...['08:00 occupied a', '12:00 occupied g', '14:00 occupied a'],
    ]);
    expect(story({ stays: [back, stay('g', '12:00', '13:00')] }).slice(2)).toEqual(['13:00 dirty', '14:00 occupied a']);
  });

  it('who was in it last of several leaves it dirty, kept for the others; who was in it before does not', () => {
    const owner = stay('a', '08:00', undefined, away('10:00'));
    const guest = stay('g', '11:00', '13:00', { ...away('12:00'), endedBy: 'transfer' });
    expect(story({ stays: [owner, guest] })).toEqual([
      ...['08:00 occupied a', '11:00 occupied g', '12:00 occupied a g', '13:00 dirty'],
    ]);
    expect(view({ stays: [owner, guest] })).toMatchObject({ onLeave: [{ encounterId: 'a' }] });
    const gone = [stay('a', '08:00', '13:00', away('10:00')), stay('g', '11:00', undefined, away('12:00'))];
    expect(story({ stays: gone }).at(-1)).toBe('13:00 occupied g');
  });

  it('who is discharged meanwhile leaves it dirty, or to the guest', () => {
    const gone = stay('a', '08:00', '16:00', away('10:00'));
    expect(story({ stays: [gone] })).toEqual(['08:00 occupied a', '16:00 dirty']);
    expect(story({ stays: [gone, stay('g', '12:00')] })).toEqual(['08:00 occupied a', '12:00 occupied g']);
  });

  it.each([
    ['outside the stay that tells it: none', away('17:00', '18:00'), away('11:00'), ['a away']],
    ['over before the stay that tells it: none', {}, away('07:00', '08:00'), ['a']],
    ['over two stays: one', away('09:00', '17:00'), away('09:00', '17:00'), ['a']],
    ['over two stays, and they are not back: one', away('09:00'), away('09:00'), ['a away']],
    ['until the next stay begins: they are back', away('09:00', '10:00'), {}, ['a']],
    ['into the next, which tells none: not back by then', away('09:00', '17:00'), {}, ['a away']],
    ['in each stay: two', away('08:30', '09:30'), away('11:00', '19:00'), ['a']],
  ])('is away by what each stay in the bed tells of its own time, wherever the derivation begins: %s', (...row) => {
    const [, first, second, expected] = row;
    const stays = [
      ...[stay('a', '08:00', '10:00', first), stay('a', '10:00', undefined, second)],
      ...[stay('g', '08:30', '12:00')],
    ];
    const whole = derive({ stays }).fold;
    const of = (where: string) => (o: { encounterId: string }) => `${o.encounterId}${where}`;
    expect([...whole.occupants.map(of('')), ...whole.onLeave.map(of(' away'))]).toEqual(expected);
    for (const then of ['08:00', '08:30', '09:00', '09:30', '10:00', '11:00', '12:00', '17:00', '18:00', '19:00']) {
      const input = { setup, checkpoint: null, stays, facts: [], holds: [] };
      const { fold: checkpoint } = deriveBed(input, { now: at(then), asOf: true });
      const reaching = stays.filter((s) => s.to === null || s.to > checkpoint.at);
      expect([then, derive({ checkpoint, stays: reaching }).fold]).toEqual([then, whole]);
    }
  });
});

describe('a bed that the configuration drops', () => {
  const listed = (when: string, is: boolean) =>
    fact(when, { kind: 'configured', staffed: true, surge: false, listed: is });

  it('stays with its patient until it is left, and says so', () => {
    const stays = [stay('a', '08:00', '15:00')];
    expect(story({ stays, facts: [listed('10:00', false)] })).toEqual(['08:00 occupied a', '15:00 closed']);
    expect(conflicts({ stays, facts: [listed('10:00', false)] })).toEqual(['patient-in-unlisted-bed 10:00 15:00']);
    expect(derive({ stays, facts: [listed('10:00', false)] }).jobs).toEqual([]);
  });

  it('comes back as it was left: dirty, blocked, or with the patient', () => {
    const facts = [listed('10:00', false), listed('18:00', true)];
    expect(story({ stays: [stay('a', '08:00', '15:00')], facts })).toEqual([
      ...['08:00 occupied a', '15:00 closed', '18:00 dirty'],
    ]);
    expect(conflicts({ stays: [stay('a', '08:00')], facts })).toEqual(['patient-in-unlisted-bed 10:00 18:00']);
    const block = fact('09:00', { kind: 'blocked', reason: 'tap', note: null, until: null });
    expect(story({ facts: [block, ...facts] })).toEqual(['09:00 blocked', '10:00 closed', '18:00 blocked']);
  });

  it('is kept for nobody, and cleaned by nobody, until it is listed again', () => {
    const facts = [listed('10:00', false), listed('18:00', true)];
    const input = { facts, holds: [hold('b', '09:30'), hold('c', '11:00')], stays: [stay('a', '08:00', '09:00')] };
    expect(story(input)).toEqual(['08:00 occupied a', '09:00 dirty', '10:00 closed', '18:00 dirty']);
    expect([...derive(input).endedHolds].map(([id, when]) => `${id} ${clock(when)}`)).toEqual([
      ...['b@09:30 10:00', 'c@11:00 11:00'],
    ]);
    expect(derive(input).jobs.map((j) => j.cancelReason)).toEqual(['the bed is not listed any more', null]);
  });

  it('takes a patient whose movement comes after it was dropped as one who was there before', () => {
    expect(story({ stays: [stay('a', '12:00', '15:00')], facts: [listed('10:00', false)] })).toEqual([
      ...['10:00 closed', '12:00 occupied a', '15:00 closed'],
    ]);
  });
});
