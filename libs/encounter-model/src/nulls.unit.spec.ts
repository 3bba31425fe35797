import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clock, derive, fact, type FactInput, summary } from './testing/facts.builder.spec.js';
import type { VisitFact } from './visit-fact.js';

const a01 = fact('admit', { at: '10:00', in: '4A-1', specialty: 'MED' });
const noBed = (kind: 'transfer' | 'update' | 'admit' | 'return', more: Partial<FactInput> = {}): VisitFact =>
  fact(kind, { at: '12:00', in: '4A', deletes: ['bed'], ...more });
const nowhere = (kind: 'transfer' | 'update' | 'to-outpatient' | 'return', more: Partial<FactInput> = {}): VisitFact =>
  fact(kind, { at: '12:00', deletes: ['place'], ...more });

describe('the explicit null (rule 23)', () => {
  it.each<[string, VisitFact[], Partial<ReturnType<typeof summary>>]>([
    [
      'of the bed in an A02: in the unit and in no bed',
      [a01, noBed('transfer')],
      { is: 'in-progress 4A', stays: ['4A-1 10:00-12:00 transfer*!', '4A 12:00-'], conflicts: [] },
    ],
    ['which an A02 without it is not', [a01, fact('transfer', { at: '12:00', in: '4A' })], { is: 'in-progress 4A-1' }],
    [
      'of the bed of another unit',
      [a01, noBed('transfer', { in: '4B' })],
      { is: 'in-progress 4B', stays: ['4A-1 10:00-12:00 transfer*!', '4B 12:00-'] },
    ],
    ['of the bed of an admission', [noBed('admit')], { is: 'in-progress 4A', stays: ['4A 12:00-'] }],
    [
      'of the place in an A02: in no place',
      [a01, nowhere('transfer')],
      { is: 'in-progress nowhere', stays: ['4A-1 10:00-12:00 transfer*!'], conflicts: [] },
    ],
    [
      'of the place in an A07',
      [a01, nowhere('to-outpatient', { class: 'O' })],
      { is: 'in-progress nowhere', stays: ['4A-1 10:00-12:00 transfer*!'] },
    ],
    [
      'of the place in an A22 between two transfers that say the same: a cancel of the second leaves the first (rule 4)',
      [
        a01,
        fact('transfer', { at: '11:00', in: '4B-1', from: '4A-1' }),
        fact('leave', { at: '11:30' }),
        nowhere('return'),
        fact('transfer', { at: '13:00', in: '4B-1', from: '4A-1' }),
        fact('cancel-transfer', { at: '13:00', rec: '14:00', evn6: true }),
      ],
      { is: 'in-progress nowhere', stays: ['4A-1 10:00-11:00 transfer*!', '4B-1 11:00-12:00 transfer*!'] },
    ],
    [
      'of the place in two A02 with an A22 into the bed between: a cancel of the second leaves the first (rule 4)',
      [
        a01,
        nowhere('transfer', { at: '11:00', from: '4A-1' }),
        fact('leave', { at: '11:30' }),
        fact('return', { at: '12:00', in: '4A-1' }),
        nowhere('transfer', { at: '13:00', from: '4A-1' }),
        fact('cancel-transfer', { at: '13:00', rec: '14:00', evn6: true, in: '4A-1' }),
      ],
      { is: 'in-progress 4A-1', stays: ['4A-1 10:00-11:00 transfer*!', '4A-1 12:00-*'] },
    ],
    [
      'of the bed in two A02 with an A08 into the bed between, where its profile lets it move: likewise',
      [
        a01,
        noBed('transfer', { at: '11:00', from: '4A-1' }),
        fact('update', { at: '12:00', in: '4A-1', changes: ['place'] }),
        noBed('transfer', { at: '13:00', from: '4A-1' }),
        fact('cancel-transfer', { at: '13:00', rec: '14:00', evn6: true, in: '4A-1' }),
      ],
      { is: 'in-progress 4A-1', stays: ['4A-1 10:00-11:00 transfer*!', '4A 11:00-12:00 transfer', '4A-1 12:00-*'] },
    ],
    [
      'of the bed in an A02: an A13 that says the bed is believed (rule 5)',
      [
        a01,
        noBed('transfer', { at: '11:00', from: '4A-1' }),
        fact('discharge', { at: '12:00', in: '4A', deletes: ['bed'] }),
        fact('cancel-discharge', { at: '13:00', in: '4A-1' }),
      ],
      {
        is: 'in-progress 4A-1',
        stays: ['4A-1 10:00-11:00 transfer*!', '4A 11:00-12:00 transfer', '4A-1 13:00-*'],
        conflicts: [],
      },
    ],
    [
      'of the bed in an A13 is believed (rule 5)',
      [
        a01,
        fact('discharge', { at: '12:00', in: '4A-1' }),
        fact('cancel-discharge', { at: '13:00', in: '4A', deletes: ['bed'] }),
      ],
      { is: 'in-progress 4A', stays: ['4A-1 10:00-12:00 transfer*!', '4A 13:00-'], conflicts: [] },
    ],
    [
      'of the bed in an A22: an A12 of a transfer that was lost is believed where it says the bed (rule 16)',
      [a01, fact('leave', { at: '11:00' }), noBed('return'), fact('cancel-transfer', { at: '13:00', in: '4A-1' })],
      {
        is: 'in-progress 4A-1',
        stays: ['4A-1 10:00-12:00 transfer*!', '4A 12:00-13:00 transfer', '4A-1 13:00-*'],
        conflicts: ['cancel-of-unknown', 'returned-to-another-bed'],
      },
    ],
    [
      'of the place in an A02: an A13 that says the bed is believed (rule 5)',
      [
        a01,
        nowhere('transfer', { at: '11:00', from: '4A-1' }),
        fact('discharge', { at: '12:00' }),
        fact('cancel-discharge', { at: '13:00', in: '4A-1' }),
      ],
      { is: 'in-progress 4A-1', stays: ['4A-1 10:00-11:00 transfer*!', '4A-1 13:00-*'], conflicts: [] },
    ],
    [
      'and into a bed again',
      [a01, nowhere('transfer'), fact('transfer', { at: '13:00', in: '4B-1' })],
      { is: 'in-progress 4B-1', conflicts: [] },
    ],
    [
      'of the bed that a patient comes back to from leave',
      [a01, fact('leave', { at: '11:00', in: '4A-1' }), noBed('return')],
      { is: 'in-progress 4A', conflicts: ['returned-to-another-bed'] },
    ],
    [
      'of the bed in an A08 moves nobody',
      [a01, noBed('update')],
      { is: 'in-progress 4A-1', conflicts: ['update-place-differs'] },
    ],
    [
      'of the place in an A08 likewise',
      [a01, nowhere('update')],
      { is: 'in-progress 4A-1', conflicts: ['update-place-differs'] },
    ],
    [
      'in an A08 says nothing new of a patient who is in no place',
      [a01, nowhere('transfer'), nowhere('update', { at: '13:00' })],
      { is: 'in-progress nowhere', conflicts: [] },
    ],
    [
      'of the bed in an A08 moves where the profile lets it',
      [a01, noBed('update', { changes: ['place'] })],
      { is: 'in-progress 4A', stays: ['4A-1 10:00-12:00 transfer*!', '4A 12:00-'], conflicts: [] },
    ],
    [
      'of the place in an A08 likewise',
      [a01, nowhere('update', { changes: ['place'] })],
      { is: 'in-progress nowhere', conflicts: [] },
    ],
    [
      'in a correction takes back what the movement said',
      [
        fact('admit', { at: '10:00', in: '4A-1', zbe: '7' }),
        fact('correct', { at: '10:00', rec: '11:00', in: '4A', deletes: ['bed'], zbe: '7', action: 'update' }),
      ],
      { is: 'in-progress 4A', stays: ['4A 10:00-'] },
    ],
    [
      'in a correction is outweighed by a bed that is said after it',
      [
        fact('admit', { at: '10:00', in: '4A', deletes: ['bed'], zbe: '7' }),
        fact('correct', { at: '10:00', rec: '11:00', in: '4A-1', zbe: '7', action: 'update' }),
      ],
      { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
    ],
    [
      'of an expected time',
      [
        fact('pending-discharge', { at: '11:00', expected: '15:00', zbe: '8' }),
        a01,
        fact('correct', { at: '11:00', rec: '12:00', deletes: ['expectedAt'], zbe: '8', action: 'update' }),
      ],
      { plans: ['discharge nowhere'] },
    ],
  ])('%s', (_, facts, expected) => {
    expect(summary(derive(...facts))).toMatchObject(expected);
    expect(summary(derive(...[...facts].reverse()))).toMatchObject(expected);
  });

  it('of class and specialty takes back what the visit said of them', () => {
    const later = fact('transfer', { at: '12:00', in: '4B-1', class: null, deletes: ['class', 'specialty'] });
    expect(derive(a01, later)).toMatchObject({ class: null, specialty: null, stays: [{}, { holdsBed: true }] });
    expect(derive(a01, fact('transfer', { at: '12:00', in: '4B-1', class: null }))).toMatchObject({
      ...{ class: 'I', specialty: 'MED' },
    });
  });

  it('of a name, a date of birth or a sex counts until it is said again; what is absent changes nothing', () => {
    const said = fc.constantFrom('one', 'two', 'absent', 'null');
    const telling = fc.record({ name: said, birthDate: said, sex: said, person: fc.boolean() });
    fc.assert(
      fc.property(fc.array(telling, { minLength: 1, maxLength: 6 }), (tellings) => {
        const known = { family: null as string | null, birthDate: null as string | null, sex: 'unknown' };
        const facts = tellings.map(({ name, birthDate, sex, person }, i) => {
          if (name !== 'absent') known.family = name === 'null' ? null : name;
          if (birthDate !== 'absent') known.birthDate = birthDate === 'null' ? null : dates[birthDate]!;
          if (sex !== 'absent') known.sex = sex === 'null' ? 'unknown' : sexes[sex]!;
          const kind = i === 0 ? 'admit' : person ? 'person' : 'update';
          const made = fact(kind, { at: `10:0${i}`, in: '4A-1', visit: kind === 'person' ? null : 'V1' });
          const patient = {
            ...{ ...made.fact.patient, given: null, family: name in dates ? name : null },
            ...{ birthDate: dates[birthDate] ?? null, sex: sexes[sex] ?? ('unknown' as const) },
          };
          const deletes = [
            ...(name === 'null' ? (['name'] as const) : []),
            ...(birthDate === 'null' ? (['birthDate'] as const) : []),
            ...(sex === 'null' ? (['sex'] as const) : []),
          ];
          return { ...made, id: `${i}`, fact: { ...made.fact, patient, deletes } };
        });
        expect(derive(...facts).patient).toMatchObject(known);
        expect(derive(...[...facts].reverse()).patient).toMatchObject(known);
      }),
    );
  });

  it('leaves the time of the deletion with the stay', () => {
    expect(derive(a01, nowhere('transfer')).stays[0]).toMatchObject({ to: clock('12:00'), endedBy: 'transfer' });
  });
});

const dates: Readonly<Record<string, string>> = { one: '1956-07-04', two: '1960-01-01' };
const sexes: Readonly<Record<string, 'female' | 'male'>> = { one: 'female', two: 'male' };
