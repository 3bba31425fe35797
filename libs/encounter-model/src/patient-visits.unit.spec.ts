import { describe, expect, it } from '@jest/globals';
import type { Place } from '@wardstream/events';
import fc from 'fast-check';
import { clock, directory, fact, sent } from './testing/facts.builder.spec.js';
import type { Visit } from './one-visit.js';
import { joinVisits, standingFacts, withdrawDecision } from './decisions.js';
import {
  type HeldBed,
  inSeveralBeds,
  type OnePatient,
  patientConflictIds,
  underSeveralNumbers,
} from './patient-visits.js';

const patient: OnePatient = { id: 'id-P1', facility: 'NGH', number: 'P1', domain: null, isMerged: false };
const resolve = (place: ReturnType<typeof sent>): Place | null => (place === null ? null : directory.resolve(place));

/** A visit in a bed since a time, that says it came from another one. */
function held(number: string, bed: string, at: string, from?: string): HeldBed {
  const place = directory.resolve(sent(bed)!);
  const visit = { encounterId: `e${number}`, facility: 'NGH', number, domain: null };
  const stay = {
    movementId: number,
    place,
    from: clock(at),
    to: null,
    holdsBed: true,
    leavesDirty: true,
    endedBy: null,
  };
  return { visit, stay, facts: [fact('admit', { at, in: bed, ...(from === undefined ? {} : { from }) })] };
}

describe('one patient in several beds', () => {
  it('is a conflict from two beds on, whichever visit is known first', () => {
    const beds = fc.uniqueArray(
      fc.record({
        number: fc.constantFrom('1', '2', '3', '4'),
        bed: fc.constantFrom('ED-1', '4A-1', '4A-2', '4B-1'),
        at: fc.constantFrom('08:00', '09:00', '10:00'),
        from: fc.constantFrom(undefined, 'ED-1', '4A-1', '4B-4'),
      }),
      { selector: (b) => b.number, minLength: 0, maxLength: 4 },
    );
    fc.assert(
      fc.property(beds, fc.array(fc.nat(3)), (drawn, swaps) => {
        const all = drawn.map((b) => held(b.number, b.bed, b.at, b.from));
        const shuffled = [...all];
        for (const at of swaps) if (at < shuffled.length) shuffled.push(...shuffled.splice(at, 1));
        const found = inSeveralBeds(patient, all, resolve);
        expect(inSeveralBeds(patient, shuffled, resolve)).toEqual(found);
        expect(found !== null).toBe(new Set(drawn.map((b) => b.bed)).size > 1);
        if (found === null) return;
        expect(patientConflictIds(patient.id, [])).toContain(found.id);
        expect(new Set(found.facts.map((f) => f.encounterId))).toEqual(new Set(drawn.map((b) => `e${b.number}`)));
      }),
    );
  });

  it.each([
    ['the later one came from the bed of the other', '4A-1', '12:00', 'ED-1', 'e2'],
    ['it came from elsewhere', '4A-1', '12:00', '4B-1', undefined],
    ['it says nothing', '4A-1', '12:00', undefined, undefined],
    ['it began before the other', '4A-1', '07:00', 'ED-1', undefined],
  ])('is likely where %s', (_, bed, at, from, likely) => {
    const found = inSeveralBeds(patient, [held('1', 'ED-1', '08:00'), held('2', bed, at, from)], resolve);
    expect(found?.likelyIn).toBe(likely);
  });

  it('says so of identifiers that were merged', () => {
    const merged = { ...patient, isMerged: true };
    const found = inSeveralBeds(merged, [held('1', 'ED-1', '08:00'), held('2', '4A-1', '09:00')], resolve);
    expect(found?.kind).toBe('merged-patients-both-in-beds');
    expect(patientConflictIds(merged.id, [])).toContain(found!.id);
  });
});

describe('a number of one patient under several authorities', () => {
  const visit = (number: string, domain: string | null): Visit => ({
    ...{ encounterId: `e-${number}-${domain ?? ''}`, facility: 'NGH', number, domain },
  });

  it('is one conflict for each number, that names all its visits', () => {
    const visits = [visit('7', 'A'), visit('8', 'A'), visit('7', null), visit('7', 'B'), visit('9', null)];
    const [found, ...more] = underSeveralNumbers(patient, visits);
    expect(more).toEqual([]);
    expect(found!.facts.map((f) => f.says)).toEqual(['visit 7 of A', 'visit 7 of B', 'visit 7 without authority']);
    expect(underSeveralNumbers(patient, [...visits].reverse())).toEqual([found]);
    expect(patientConflictIds(patient.id, ['7'])).toContain(found!.id);
  });

  it('is joined under a number with an authority, and apart again when that is taken back', () => {
    const began = (v: Visit, beganAt: string | null) => ({ ...v, beganAt });
    const now = clock('12:00');
    const visits = [began(visit('7', null), clock('08:00')), began(visit('7', 'B'), clock('10:00'))];
    const joined = joinVisits([...visits, began(visit('7', 'A'), clock('09:00'))], { now });
    expect(joined.map((f) => [f.kind, f.visit?.domain, f.retires?.domain])).toEqual([
      ['merge-visit', 'A', 'B'],
      ['merge-visit', 'A', null],
    ]);
    expect(() => joinVisits(visits.slice(1), { now })).toThrow();
    const kept = (messageId: string, facts: typeof joined) =>
      facts.map((f, i) => ({ ...fact('update', { at: '12:00' }), id: `${messageId}-${i}`, messageId, fact: f }));
    const ids = kept('m1', joined).map((f, i) => ({ ...f, id: i === 0 ? 'm1' : f.id }));
    const back = kept('m2', withdrawDecision('m1', joined.slice(0, 1), { now: clock('13:00') }));
    const other = fact('admit', { at: '08:00', in: '4A-1' });
    for (const facts of [
      [other, ids[0]!, ...back],
      [...back, ids[0]!, other],
    ])
      expect(standingFacts(facts)).toEqual([other]);
    expect(standingFacts([other, ids[0]!])).toEqual([other, ids[0]!]);
  });
});
