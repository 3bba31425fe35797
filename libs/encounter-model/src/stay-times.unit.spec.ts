import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clock, derive, fact, type FactInput, summary } from './testing/facts.builder.spec.js';
import { a01, a02, a04 } from './testing/derive-encounter.cases.spec.js';
import type { VisitFact } from './visit-fact.js';

/** An A08 that only says what it says, and one whose sender's profile lets it correct times. */
const says = (said: FactInput): VisitFact => fact('update', { class: null, ...said });
const corrects = (said: FactInput): VisitFact => says({ changes: ['admission', 'discharge'], ...said });
/** Recorded four hours late. */
const late = (more: Partial<FactInput> = {}): VisitFact =>
  fact('admit', { at: '12:00', in: '4A-1', class: 'I', began: '08:00', ...more });
const a03 = fact('discharge', { at: '14:00', in: '4A-1' });
const died = fact('discharge', { at: '14:00', in: '4A-1', how: '20' });

// a01: 10:00 to 4A-1; a02: 12:00 to 4B-1; a04: 08:00.
const cases: [
  string,
  VisitFact[],
  { at?: [string | null, string | null]; stays?: string[]; how?: string | null; conflicts?: string[] },
][] = [
  [
    'an admission over an hour off is a conflict',
    [late()],
    { at: ['12:00', null], conflicts: ['admission-time-differs'] },
  ],
  ['an admission of the same time is none', [late({ began: '12:00' })], { at: ['12:00', null] }],
  ['an admission within the hour is none', [late({ began: '11:00' })], { at: ['12:00', null] }],
  ['a day alone agrees with any time on it', [late({ began: 'day' })], { at: ['12:00', null] }],
  [
    'an A08 over an hour off',
    [a01, says({ at: '13:00', began: '07:30' })],
    { at: ['10:00', null], conflicts: ['admission-time-differs'] },
  ],
  [
    'what is said last counts: an A08 that agrees ends it',
    [late(), says({ at: '12:30', began: '12:00' })],
    { at: ['12:00', null] },
  ],
  [
    'of what the history does not know there is no conflict',
    [says({ at: '13:00', began: '07:30', ended: '12:00' })],
    { at: [null, null] },
  ],
  [
    'the registration may be meant',
    [a04, fact('admit', { at: '15:00', in: '4A-1', began: '09:00' })],
    { at: ['15:00', null] },
  ],
  [
    'an admission said again is nothing that its time agrees with',
    [fact('admit', { at: '08:00', in: '4A-1' }), fact('admit', { at: '10:30', in: '4A-1', began: '10:30' })],
    { at: ['08:00', null], conflicts: ['admission-time-differs'] },
  ],
  ['goes with an admission that is cancelled', [late(), fact('cancel-admit', { at: '12:30' })], { at: [null, null] }],
  [
    'goes with what is deleted',
    [
      a01,
      says({ at: '13:00', began: '07:30' }),
      fact('delete', { at: '13:30' }),
      fact('admit', { at: '14:00', in: '4A-1' }),
    ],
    { at: ['14:00', null] },
  ],

  [
    'is corrected where the profile lets it',
    [late(), corrects({ at: '12:30', began: '07:30' })],
    { at: ['07:30', null], stays: ['4A-1 07:30-*'] },
  ],
  [
    'also within the hour',
    [a01, corrects({ at: '12:30', began: '10:20' })],
    { at: ['10:20', null], stays: ['4A-1 10:20-*'] },
  ],
  [
    'not by the first word of the admission itself',
    [late({ changes: ['admission'] })],
    { at: ['12:00', null], conflicts: ['admission-time-differs'] },
  ],
  [
    'by an admission that is said again',
    [late(), late({ at: '12:20', began: '07:30', changes: ['admission'] })],
    { at: ['07:30', null], stays: ['4A-1 07:30-*'] },
  ],
  [
    'to what was said last, in whatever order it comes',
    [a01, corrects({ at: '12:30', began: '07:30' }), corrects({ at: '12:40', began: '09:00' })],
    { at: ['09:00', null] },
  ],
  [
    'not by what was said before it was timed',
    [corrects({ at: '11:00', began: '08:00' }), late({ began: undefined })],
    { at: ['12:00', null] },
  ],
  [
    'not past a transfer: nobody goes back to a bed that was left',
    [a01, a02, corrects({ at: '13:00', began: '12:30' })],
    {
      at: ['10:00', null],
      stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-*'],
      conflicts: ['admission-time-differs'],
    },
  ],
  [
    'not to the time of a transfer',
    [a01, a02, corrects({ at: '13:00', began: '12:00' })],
    { at: ['10:00', null], conflicts: ['admission-time-differs'] },
  ],
  [
    'before a transfer',
    [a01, a02, corrects({ at: '13:00', began: '11:30' })],
    { at: ['11:30', null], stays: ['4A-1 11:30-12:00 transfer*!', '4B-1 12:00-*'] },
  ],
  [
    'not past a place that an A08 moved the patient to',
    [a01, fact('update', { at: '10:30', in: '4B-2', changes: ['place'] }), corrects({ at: '13:00', began: '10:45' })],
    {
      at: ['10:00', null],
      stays: ['4A-1 10:00-10:30 transfer*!', '4B-2 10:30-*'],
      conflicts: ['admission-time-differs'],
    },
  ],
  [
    'not before an earlier stay was over',
    [a01, a03, fact('admit', { at: '17:00', in: '4A-2' }), corrects({ at: '17:30', began: '13:30' })],
    { at: ['17:00', null], conflicts: ['admission-time-differs', 'readmitted-after-discharge'] },
  ],

  [
    'a discharge over an hour off',
    [a01, a03, says({ at: '16:00', ended: '12:30' })],
    { at: ['10:00', '14:00'], conflicts: ['discharge-time-differs'] },
  ],
  [
    'a discharge within the hour is none',
    [a01, a03, says({ at: '16:00', ended: '14:55' })],
    { at: ['10:00', '14:00'] },
  ],
  ['a discharge on that day is none', [a01, a03, says({ at: '16:00', ended: 'day' })], { at: ['10:00', '14:00'] }],
  [
    'what was said before the discharge was recorded is no word on it',
    [a01, says({ at: '11:00', ended: '11:00' }), a03],
    { at: ['10:00', '14:00'] },
  ],
  [
    'a discharge nobody heard of empties no bed',
    [a01, says({ at: '16:00', ended: '15:30' })],
    { at: ['10:00', null], stays: ['4A-1 10:00-*'], conflicts: ['discharge-time-differs'] },
  ],
  [
    'nor by a profile that corrects',
    [a01, corrects({ at: '16:00', ended: '15:30' })],
    { at: ['10:00', null], stays: ['4A-1 10:00-*'], conflicts: ['discharge-time-differs'] },
  ],
  [
    'and is no word any more after a later movement',
    [a01, says({ at: '11:00', ended: '10:30' }), a02],
    { at: ['10:00', null] },
  ],
  [
    'nor after the discharge was taken back',
    [a01, a03, says({ at: '14:05', ended: '14:00' }), fact('cancel-discharge', { at: '14:30', in: '4A-1' })],
    { at: ['10:00', null] },
  ],
  [
    'is corrected where the profile lets it: later',
    [a01, a03, corrects({ at: '16:00', ended: '15:30' })],
    { at: ['10:00', '15:30'], stays: ['4A-1 10:00-15:30 discharge*!'] },
  ],
  [
    'earlier',
    [a01, a03, corrects({ at: '16:00', ended: '13:00' })],
    { at: ['10:00', '13:00'], stays: ['4A-1 10:00-13:00 discharge*!'] },
  ],
  [
    'not before the last transfer',
    [a01, a02, fact('discharge', { at: '14:00', in: '4B-1' }), corrects({ at: '16:00', ended: '11:00' })],
    { at: ['10:00', '14:00'], conflicts: ['discharge-time-differs'] },
  ],
  [
    'both at once, past each other',
    [
      fact('admit', { at: '10:00', in: '4A-1' }),
      fact('discharge', { at: '11:00', in: '4A-1' }),
      corrects({ at: '16:00', began: '12:00', ended: '13:00' }),
    ],
    { at: ['12:00', '13:00'], stays: ['4A-1 12:00-13:00 discharge*!'] },
  ],
  [
    'not where only admissions may be corrected',
    [a01, a03, says({ at: '16:00', ended: '12:30', changes: ['admission'] })],
    { at: ['10:00', '14:00'], conflicts: ['discharge-time-differs'] },
  ],

  ['a disposition is kept', [a01, died], { how: '20' }],
  [
    'another one is a conflict',
    [a01, died, says({ at: '15:00', how: '01' })],
    { how: '20', conflicts: ['disposition-differs'] },
  ],
  ['the same one is none', [a01, died, says({ at: '15:00', how: '20' })], { how: '20' }],
  ['the first word on it counts', [a01, a03, says({ at: '16:00', how: '01' })], { how: '01' }],
  ['is corrected where the profile lets it', [a01, died, corrects({ at: '15:00', how: '01' })], { how: '01' }],
  ['is none of a patient in the house', [a01, says({ at: '15:00', how: '01' })], { how: null }],
];

describe('the times of a visit that an A08 or A01 says (rule 24)', () => {
  it.each(cases)('%s', (_, facts, { at, stays, how, conflicts = [] }) => {
    const made = derive(...facts);
    const time = (text: string | null): string | null => (text === null ? null : clock(text));
    if (at !== undefined) expect([made.admittedAt, made.dischargedAt]).toEqual(at.map(time));
    if (stays !== undefined) expect(summary(made).stays).toEqual(stays);
    if (how !== undefined) expect(made.disposition ?? null).toBe(how);
    expect(summary(made).conflicts.filter((kind) => kind !== 'deleted-while-in-bed')).toEqual(conflicts);
    expect(derive(...[...facts].reverse())).toEqual(made);
  });

  it('names both times, and where they were said', () => {
    const [conflict] = derive(late()).conflicts;
    expect(conflict).toMatchObject({
      severity: 'medium',
      sides: [
        { says: 'admitted at 2026-03-01T12:00:00.000Z' },
        { says: 'admitted at 2026-03-01T08:00:00.000Z (PV1-44)' },
      ],
    });
  });

  it('shows the movement at the time that counts', () => {
    const { movements } = derive(late(), corrects({ at: '12:30', began: '07:30' }));
    expect(movements).toMatchObject([{ kind: 'admit', at: clock('07:30') }]);
  });

  it('leaves every patient in the bed that the movements say, whatever is corrected', () => {
    const times = ['09:00', '10:00', '11:00', '12:00', '13:00', '14:00', '15:00'];
    const time = fc.constantFrom(...times);
    const moves = fc.uniqueArray(fc.record({ at: time, in: fc.constantFrom('4A-2', '4B-1', '4B-2') }), {
      selector: (m) => m.at,
      maxLength: 3,
    });
    const word = fc.record({ began: fc.option(time, { nil: undefined }), ended: fc.option(time, { nil: undefined }) });
    fc.assert(
      fc.property(
        moves,
        fc.option(time, { nil: null }),
        fc.array(word, { minLength: 1, maxLength: 3 }),
        (moved, left, words) => {
          const history = [
            fact('admit', { at: '08:00', in: '4A-1' }),
            ...moved.map((m) => fact('transfer', m)),
            ...(left === null ? [] : [fact('discharge', { at: left })]),
          ];
          const told = words.map((w, i) => corrects({ at: `18:0${i}`, ...w }));
          const [plain, made] = [derive(...history), derive(...history, ...told)];
          expect([made.status, made.location]).toEqual([plain.status, plain.location]);
          const way = (of: typeof made): unknown[] =>
            of.stays.map((s) => [s.place.bedId, s.to === null, s.leavesDirty]);
          expect(way(made)).toEqual(way(plain));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
