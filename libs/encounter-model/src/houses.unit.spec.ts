import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clock, directory, fact, type FactInput, sent, smallHouse, summary } from './testing/facts.builder.spec.js';
import { deriveEncounter, type DerivedEncounter } from './derive-encounter.js';
import { FacilityDirectory } from './directory.js';
import { PersonHistory } from './patient.js';
import { isPersonal, type MovementKind, type VisitFact } from './visit-fact.js';

/** Another house with units of other names; its messages call this one NORTHGATE. */
const south = new FacilityDirectory({
  ...smallHouse,
  ...{ id: 'SOUTH', aliases: [] },
  units: smallHouse.units.map((u) => ({ ...u, id: `S${u.id}` })),
  rooms: smallHouse.rooms.map((r) => ({ ...r, id: `S${r.id}`, unit: `S${r.unit}` })),
  beds: smallHouse.beds.map((b) => ({ ...b, id: `S${b.id}`, unit: `S${b.unit}`, room: `S${b.room}` })),
});
const names = new Map([['NORTHGATE', 'NGH']]);

/** What was said there; `from` is a place of this house. */
function there(kind: VisitFact['fact']['kind'], { from, ...said }: FactInput, house = 'NORTHGATE'): VisitFact {
  const stated = fact(kind, { source: 'ADT2', ...said });
  const prior = sent(from);
  const priorLocation = prior === null ? null : { ...prior, facility: house };
  return { ...stated, id: `${stated.id} ${from ?? ''} ${house} there`, fact: { ...stated.fact, priorLocation } };
}

interface BothHouses {
  readonly here: DerivedEncounter;
  readonly there: DerivedEncounter;
}

function both(ofHere: VisitFact[], ofThere: VisitFact[]): BothHouses {
  const personsOf = (facts: VisitFact[]): PersonHistory => new PersonHistory(facts.filter((f) => isPersonal(f.fact)));
  const elsewhere = [{ facility: 'SOUTH', directory: south, facts: ofThere, persons: personsOf(ofThere), names }];
  const backNames = new Map([['SOUTH', 'SOUTH']]);
  const back = [{ facility: 'NGH', directory, facts: ofHere, persons: personsOf(ofHere), names: backNames }];
  const known = {
    here: { own: 'NGH', names: back[0]!.names, elsewhere },
    there: { own: 'SOUTH', names, elsewhere: back },
  };
  return {
    here: deriveEncounter('e1', ofHere, directory, undefined, known.here),
    there: deriveEncounter('e2', ofThere, south, undefined, known.there),
  };
}

const a01 = fact('admit', { at: '10:00', in: '4A-1' });
const went = there('transfer', { at: '12:00', in: 'S4A-1', from: '4A-1' });
const own = (kind: VisitFact['fact']['kind'], said: FactInput): VisitFact => fact(kind, said);

type Expected = { here: string; stays?: string[]; there: string; conflicts?: [string[], string[]] };
const moved: [string[], string[]] = [['moved-to-another-house'], ['came-from-another-house']];
const cases: [string, VisitFact[], VisitFact[], Expected][] = [
  [
    'the visit is over here and goes on there',
    [a01],
    [went],
    {
      here: 'discharged nowhere',
      stays: ['4A-1 10:00-12:00 discharge*!'],
      there: 'in-progress S4A-1',
      conflicts: moved,
    },
  ],
  [
    'an admission there says so, too',
    [a01],
    [there('admit', { at: '12:00', in: 'S4A-1', from: '4A-1' })],
    { here: 'discharged nowhere', there: 'in-progress S4A-1', conflicts: moved },
  ],
  [
    'the same number alone is another visit',
    [a01],
    [there('transfer', { at: '12:00', in: 'S4A-1' })],
    { here: 'in-progress 4A-1', there: 'in-progress S4A-1', conflicts: [[], ['admission-missing']] },
  ],
  [
    'another house that nobody knows is none',
    [a01],
    [there('transfer', { at: '12:00', in: 'S4A-1', from: '4A-1' }, 'TOWER')],
    { here: 'in-progress 4A-1', there: 'in-progress S4A-1' },
  ],
  [
    'another patient is another visit',
    [a01],
    [there('transfer', { at: '12:00', in: 'S4A-1', from: '4A-1', patient: 'P2' })],
    { here: 'in-progress 4A-1', there: 'in-progress S4A-1', conflicts: [[], ['came-from-another-house']] },
  ],
  [
    'of who is in another bed it is a conflict alone',
    [a01],
    [there('transfer', { at: '12:00', in: 'S4A-1', from: '4A-2' })],
    { here: 'in-progress 4A-1', there: 'in-progress S4A-1', conflicts: moved },
  ],
  [
    'a unit is no bed that was left',
    [a01],
    [there('transfer', { at: '12:00', in: 'S4A-1', from: '4A' })],
    { here: 'in-progress 4A-1', there: 'in-progress S4A-1', conflicts: moved },
  ],
  [
    'the transfer is cancelled',
    [a01],
    [went, there('cancel-transfer', { at: '13:00', in: '4A^^1' })],
    { here: 'in-progress 4A-1', stays: ['4A-1 10:00-*'], there: 'cancelled nowhere', conflicts: [[], []] },
  ],
  [
    'the transfer is deleted',
    [a01],
    [went, there('delete', { at: '13:00' })],
    { here: 'in-progress 4A-1', there: 'cancelled nowhere' },
  ],
  [
    'a later transfer here brings the patient back',
    [a01, own('transfer', { at: '13:00', in: '4B-1' })],
    [went],
    {
      here: 'in-progress 4B-1',
      stays: ['4A-1 10:00-12:00 discharge*!', '4B-1 13:00-*'],
      there: 'in-progress S4A-1',
      conflicts: moved,
    },
  ],
  [
    'a transfer back that says the same as the one before, and is cancelled, takes that one with it not (rule 4)',
    [
      a01,
      own('transfer', { at: '11:00', in: '4B-1', from: '4A-1' }),
      own('transfer', { at: '14:00', in: '4B-1', from: '4A-1' }),
      own('cancel-transfer', { at: '14:00', rec: '15:00', evn6: true }),
    ],
    [there('transfer', { at: '12:00', in: 'S4A-1', from: '4B-1' })],
    {
      here: 'discharged nowhere',
      stays: ['4A-1 10:00-11:00 transfer*!', '4B-1 11:00-12:00 discharge*!'],
      there: 'in-progress S4A-1',
      conflicts: moved,
    },
  ],
  [
    'a later transfer to a place that nobody knows here does not',
    [a01, own('transfer', { at: '13:00', in: 'S4A^^1', from: '4A-1' })],
    [went],
    { here: 'discharged nowhere', there: 'in-progress S4A-1', conflicts: moved },
  ],
  [
    'an earlier transfer to a place that nobody knows here',
    [a01, own('transfer', { at: '11:00', in: 'S4A^^1', from: '4A-1' })],
    [went],
    {
      here: 'discharged nowhere',
      stays: ['4A-1 10:00-11:00 transfer*!', 'S4A^^1 11:00-12:00 discharge*!'],
      there: 'in-progress S4A-1',
      conflicts: moved,
    },
  ],
  [
    'a later A13 here, too',
    [a01, own('discharge', { at: '12:30', in: '4A-1' }), own('cancel-discharge', { at: '13:00', in: '4A-1' })],
    [went],
    { here: 'in-progress 4A-1', there: 'in-progress S4A-1' },
  ],
  [
    'a later A12 of nothing known here, too',
    [a01, own('cancel-transfer', { at: '13:00', in: '4A-1' })],
    [went],
    { here: 'in-progress 4A-1', there: 'in-progress S4A-1' },
  ],
  [
    'an admission here, too',
    [a01, own('admit', { at: '13:00', in: '4A-2' })],
    [went],
    { here: 'in-progress 4A-2', there: 'in-progress S4A-1', conflicts: moved },
  ],
  [
    'a later discharge here says nothing else',
    [a01, own('discharge', { at: '12:30', in: '4A-1' })],
    [went],
    {
      here: 'discharged nowhere',
      stays: ['4A-1 10:00-12:00 discharge*!'],
      there: 'in-progress S4A-1',
      conflicts: moved,
    },
  ],
  [
    'who was discharged before did not leave again',
    [a01, own('discharge', { at: '11:30', in: '4A-1' })],
    [went],
    {
      here: 'discharged nowhere',
      stays: ['4A-1 10:00-11:30 discharge*!'],
      there: 'in-progress S4A-1',
      conflicts: [[], ['came-from-another-house']],
    },
  ],
  [
    'an update here does not',
    [a01, own('update', { at: '13:00', in: '4A-1', changes: ['place'] })],
    [went],
    { here: 'discharged nowhere', there: 'in-progress S4A-1', conflicts: moved },
  ],
  [
    'an admission here that comes late is before it',
    [own('admit', { at: '10:00', rec: '14:00', in: '4A-1' })],
    [went],
    { here: 'discharged nowhere', there: 'in-progress S4A-1', conflicts: moved },
  ],
];

describe('a transfer between two houses', () => {
  it.each(cases)('%s', (_, ofHere, ofThere, expected) => {
    const made = both(ofHere, ofThere);
    expect([summary(made.here).is, summary(made.there).is]).toEqual([expected.here, expected.there]);
    if (expected.stays !== undefined) expect(summary(made.here).stays).toEqual(expected.stays);
    if (expected.conflicts !== undefined)
      expect([summary(made.here).conflicts, summary(made.there).conflicts]).toEqual(expected.conflicts);
    expect(both([...ofHere].reverse(), [...ofThere].reverse())).toEqual(made);
  });

  it('names the other house on both sides', () => {
    const { here, there: other } = both([a01], [went]);
    expect(JSON.stringify(here.conflicts)).toContain('left 4A-1 for S4A-1 in SOUTH');
    expect(JSON.stringify(other.conflicts)).toContain('the visit was in 4A 1 of NGH');
    expect(here).toMatchObject({ wentTo: { facility: 'SOUTH', at: clock('12:00') }, dischargedAt: clock('12:00') });
  });

  /** Every way in which what brought a patient there is taken back there, whatever kind of movement it was. */
  const comings: readonly MovementKind[] = ['admit', 'register', 'to-inpatient', 'transfer', 'swap'];
  const cancelOf = (kind: MovementKind): VisitFact['fact']['kind'] =>
    kind === 'transfer' || kind === 'swap' ? 'cancel-transfer' : 'cancel-admit';
  const takenBack: readonly (readonly [how: string, (kind: MovementKind) => VisitFact[] | null])[] = [
    [
      'by its cancel',
      (kind) => (kind === 'to-inpatient' ? null : [there(cancelOf(kind), { at: '13:00', in: '4A^^1' })]),
    ],
    [
      'by the cancel of its ZBE-1',
      (kind) => [there(kind, { at: '12:00', rec: '13:00', in: 'S4A-1', from: '4A-1', zbe: 'Z1', action: 'cancel' })],
    ],
    ['with the visit (A23)', () => [there('delete', { at: '13:00' })]],
    ['with the patient (A29)', () => [there('delete-person', { at: '13:00', visit: null })]],
    [
      'with whom the patient was merged into',
      () => [
        there('merge-patient', { at: '12:30', visit: null, patient: 'P9', retires: 'P1' }),
        there('delete-person', { at: '13:00', visit: null, patient: 'P9' }),
      ],
    ],
    [
      'with the visit it was merged into',
      () => [
        there('merge-visit', { at: '12:30', visit: 'V9', retires: 'V1' }),
        there('delete', { at: '13:00', visit: 'V9' }),
      ],
    ],
    [
      'under the number the visit goes by now',
      (kind) =>
        kind === 'to-inpatient'
          ? null
          : [
              there('merge-visit', { at: '12:30', visit: 'V9', retires: 'V1' }),
              there(cancelOf(kind), { at: '13:00', in: '4A^^1', visit: 'V9' }),
            ],
    ],
  ];
  it.each(takenBack)('does not leave this house once it is taken back there %s', (_, back) => {
    for (const kind of comings) {
      const undone = back(kind);
      if (undone === null) continue;
      const came = there(kind, { at: '12:00', in: 'S4A-1', from: '4A-1', zbe: 'Z1' });
      expect([kind, summary(both([a01], [came]).here).is]).toEqual([kind, 'discharged nowhere']);
      const made = both([a01], [came, ...undone]);
      expect([kind, made.there.movements.map((m) => m.cancelled)]).toEqual([kind, [true]]);
      const { is, stays, conflicts } = summary(made.here);
      expect([kind, is, stays, conflicts]).toEqual([kind, 'in-progress 4A-1', ['4A-1 10:00-*'], []]);
      expect(both([a01], [...undone, came].reverse())).toEqual(made);
    }
  });

  it('and back again leaves the visit open in one of them', () => {
    const back = fact('transfer', { at: '14:00', in: '4B-1' });
    const priorLocation = { unit: 'S4A', room: null, bed: '1', facility: 'SOUTH' };
    const { here, there: other } = both([a01, { ...back, fact: { ...back.fact, priorLocation } }], [went]);
    expect([summary(here).is, summary(other).is]).toEqual(['in-progress 4B-1', 'discharged nowhere']);
  });

  it('frees no bed but the one that it names, and none after a later word from here', () => {
    const time = fc.integer({ min: 10, max: 20 }).map((h) => `${h}:00`);
    const bed = fc.constantFrom('4A-1', '4A-2', '4B-1');
    const steps = fc.uniqueArray(fc.record({ at: time, in: bed }), { selector: (s) => s.at, maxLength: 4 });
    const trips = fc.uniqueArray(fc.record({ at: time, from: bed }), {
      selector: (s) => s.at,
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(steps, trips, (ofHere, ofThere) => {
        const history = [
          fact('admit', { at: '09:00', in: '4A-1' }),
          ...ofHere.map((s) => fact('transfer', { ...s, rec: '21:00' })),
        ];
        const made = both(
          history,
          ofThere.map((s) => there('transfer', { ...s, rec: '20:30', in: 'S4A-1' })),
        );
        const last = ofHere.reduce((l, s) => (s.at > l.at ? s : l), { at: '09:00', in: '4A-1' });
        const leaves = ofThere.some((s) => s.at >= last.at && s.from === last.in && !ofHere.some((h) => h.at === s.at));
        expect(summary(made.here).is).toBe(leaves ? 'discharged nowhere' : `in-progress ${last.in}`);
      }),
      { numRuns: 1000 },
    );
  });
});
