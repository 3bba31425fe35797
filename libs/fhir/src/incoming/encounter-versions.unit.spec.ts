import { describe, expect, it } from '@jest/globals';
import type { MovementFact } from '@wardstream/events';
import { clock, encounter, lines, mapped, type EncounterInput } from '../testing/sent.spec.js';
import type { EncounterMemory } from './pieces.js';

/** The facts of each version of an encounter; version n is received at 20:0n. */
function versions(...said: readonly EncounterInput[]): MovementFact[][] {
  let memory: EncounterMemory | undefined;
  return said.map((version, i) => {
    const receivedAt = clock(`20:0${i}`);
    const mapping = mapped(encounter(version), { receivedAt, ...(memory === undefined ? {} : { previous: memory }) });
    // What is remembered is stored as JSON.
    memory = JSON.parse(JSON.stringify(mapping.memory)) as EncounterMemory;
    return [...mapping.facts];
  });
}

type Case = readonly [name: string, said: readonly EncounterInput[], last: readonly string[]];

const inBed: EncounterInput = { from: '10:00', at: [{ in: '4A-1', from: '10:00' }] };
const moved: EncounterInput = {
  from: '10:00',
  at: [
    { in: '4A-1', from: '10:00', to: '12:00' },
    { in: '4B-1', from: '12:00' },
  ],
};
const gone: EncounterInput = { ...inBed, status: 'finished', to: '15:00' };

const cases: Readonly<Record<string, readonly Case[]>> = {
  'what is new': [
    ['the same again says nothing', [inBed, inBed], []],
    ['a transfer', [inBed, moved], ['transfer 12:00 I 4B-1 <-4A-1']],
    ['a discharge', [inBed, gone], ['discharge 15:00 I 4A-1']],
    ['the place, where it was not known', [{ from: '10:00' }, inBed], ['admit(update) 10:00 I 4A-1']],
    ['a leave', [inBed, { ...inBed, status: 'onleave', statuses: [['onleave', '12:00']] }], ['leave 12:00 I 4A-1']],
    ['a leave, nobody says since when', [inBed, { ...inBed, status: 'onleave' }], ['leave 20:01? I 4A-1']],
    ['the same leave again', [inBed, { ...inBed, status: 'onleave' }, { ...inBed, status: 'onleave' }], []],
    [
      'back from leave, nobody says since when',
      [inBed, { ...inBed, status: 'onleave' }, inBed],
      ['return 20:02? I 4A-1'],
    ],
    [
      'a plan',
      [inBed, { ...inBed, at: [...inBed.at!, { in: '4B-1', status: 'planned' }] }],
      ['pending-transfer 20:01? I 4A-1 ->4B-1'],
    ],
    [
      'a planned one that came',
      [{ status: 'planned', from: '10:00', at: [{ in: '4A-1' }] }, inBed],
      ['admit 10:00 I 4A-1'],
    ],
    ['the class, nobody says since when', [{ ...inBed, class: 'EMER' }, inBed], ['to-inpatient 20:01? I 4A-1']],
    ['the class with the place', [{ ...inBed, class: 'EMER' }, moved], ['to-inpatient 12:00 I 4B-1 <-4A-1']],
    ['the specialty: A08', [inBed, { ...inBed, more: { serviceType: { text: 'MED' } } }], ['update 20:01? I 4A-1']],
  ],
  'senders that say no more than where the patient is': [
    [
      'moves them when it was told',
      [
        { from: '10:00', at: [{ in: '4A-1' }] },
        { from: '10:00', at: [{ in: '4B-1' }] },
      ],
      ['transfer 20:01? I 4B-1 <-4A-1'],
    ],
    [
      'not twice',
      [
        { from: '10:00', at: [{ in: '4A-1' }] },
        { from: '10:00', at: [{ in: '4B-1' }] },
        { from: '10:00', at: [{ in: '4B-1' }] },
      ],
      [],
    ],
    [
      'with a time: what was before stays',
      [inBed, { from: '10:00', at: [{ in: '4B-1', from: '12:00' }] }],
      ['transfer 12:00 I 4B-1 <-4A-1'],
    ],
    [
      'and no place on the way out',
      [inBed, { status: 'finished', from: '10:00', to: '15:00' }],
      ['discharge 15:00 I 4A-1'],
    ],
    ['no time at all: it began when it was first told', [{}, {}], []],
    ['and none later', [{}, { at: [{ in: '4A-1' }] }], ['admit(update) 20:00? I 4A-1']],
    [
      'a discharge that nobody dates counts from when it was told',
      [inBed, { ...inBed, status: 'finished' }, { ...inBed, status: 'finished' }],
      [],
    ],
  ],
  'what was wrong': [
    [
      'the admission later',
      [{ from: '09:00', at: [{ in: '4A-1', from: '09:00' }] }, inBed],
      ['admit(update) 10:00 I 4A-1'],
    ],
    [
      'the admission earlier',
      [inBed, { from: '09:00', at: [{ in: '4A-1', from: '09:00' }] }],
      ['admit(update) 09:00 I 4A-1'],
    ],
    [
      'the beginning, of a place without a time of its own',
      [
        { from: '10:00', at: [{ in: '4A-1' }] },
        { from: '09:30', at: [{ in: '4A-1' }] },
      ],
      ['admit(update) 09:30 I 4A-1'],
    ],
    ['the first bed', [inBed, { from: '10:00', at: [{ in: '4A-2', from: '10:00' }] }], ['admit(update) 10:00 I 4A-2']],
    [
      'the time of a transfer',
      [
        moved,
        {
          from: '10:00',
          at: [
            { in: '4A-1', from: '10:00', to: '11:30' },
            { in: '4B-1', from: '11:30' },
          ],
        },
      ],
      ['transfer(update) 11:30 I 4B-1 <-4A-1'],
    ],
    [
      'the place of a transfer',
      [
        moved,
        {
          from: '10:00',
          at: [
            { in: '4A-1', from: '10:00', to: '12:00' },
            { in: '4B-2', from: '12:00' },
          ],
        },
      ],
      ['transfer(update) 12:00 I 4B-2 <-4A-1'],
    ],
    ['there was no transfer', [moved, inBed], ['cancel-transfer(cancel) 12:00 I nowhere']],
    [
      'there was one more',
      [
        moved,
        {
          from: '10:00',
          at: [
            { in: '4A-1', from: '10:00' },
            { in: 'ICU-1', from: '11:00' },
            { in: '4B-1', from: '12:00' },
          ],
        },
      ],
      ['transfer 11:00 I ICU-1 <-4A-1', 'transfer(update) 12:00 I 4B-1 <-ICU-1'],
    ],
    ['there was no discharge: A13', [gone, inBed], ['cancel-discharge(cancel) 15:00 I nowhere']],
    ['the time of the discharge', [gone, { ...gone, to: '15:30' }], ['discharge(update) 15:30 I 4A-1']],
    [
      'there was no leave',
      [
        {
          ...inBed,
          statuses: [
            ['in-progress', '10:00'],
            ['onleave', '12:00', '13:00'],
          ],
        },
        { ...inBed, statuses: [['in-progress', '10:00']] },
      ],
      ['cancel-leave(cancel) 12:00 I nowhere', 'cancel-return(cancel) 13:00 I nowhere'],
    ],
    [
      'there was no change of class',
      [
        {
          ...inBed,
          classes: [
            ['EMER', '10:00'],
            ['IMP', '11:00'],
          ],
        },
        { ...inBed, classes: [['IMP', '10:00']] },
      ],
      ['to-inpatient(cancel) 11:00 I nowhere', 'admit(update) 10:00 I 4A-1'],
    ],
    [
      'the patient never was under way',
      [{ ...inBed, at: [{ in: '4A-1', from: '10:00', to: '11:00' }] }, inBed],
      ['cancel-depart(cancel) 11:00 I nowhere'],
    ],
    [
      'the plan is another',
      [
        { ...inBed, at: [...inBed.at!, { in: '4B-1', status: 'planned' }] },
        { ...inBed, at: [...inBed.at!, { in: '4B-2', status: 'planned' }] },
      ],
      ['pending-transfer(update) 20:01? I 4A-1 ->4B-2'],
    ],
    [
      'the plan is none',
      [{ ...inBed, at: [...inBed.at!, { in: '4B-1', status: 'planned' }] }, inBed],
      ['cancel-pending-transfer(cancel) 20:00 I nowhere'],
    ],
    [
      'the planned one will not come',
      [
        { status: 'planned', from: '2 10:00' },
        { status: 'cancelled', from: '2 10:00' },
      ],
      ['cancel-pending-admit(cancel) 20:00 I nowhere'],
    ],
    [
      'the encounter is called off',
      [moved, { status: 'cancelled' }],
      ['cancel-admit(cancel) 10:00 I nowhere', 'cancel-transfer(cancel) 12:00 I nowhere'],
    ],
    [
      'the encounter never was',
      [moved, { status: 'entered-in-error' }],
      ['cancel-admit(cancel) 10:00 I nowhere', 'cancel-transfer(cancel) 12:00 I nowhere'],
    ],
    [
      'with its plan',
      [{ status: 'planned' }, moved, { status: 'entered-in-error' }],
      [
        'cancel-pending-admit(cancel) 20:00 I nowhere',
        'cancel-admit(cancel) 10:00 I nowhere',
        'cancel-transfer(cancel) 12:00 I nowhere',
      ],
    ],
    ['not twice', [moved, { status: 'cancelled' }, { status: 'cancelled' }], []],
    [
      'it is only planned after all',
      [inBed, { status: 'planned', from: '2 10:00' }],
      ['cancel-admit(cancel) 10:00 I nowhere', 'pending-admit 20:01? I nowhere by 2026-03-02T10:00:00.000Z'],
    ],
  ],
  'a plan': [
    [
      'that came true is not taken back',
      [
        { ...inBed, at: [...inBed.at!, { in: '4B-1', status: 'planned' }] },
        {
          from: '10:00',
          at: [
            { in: '4A-1', from: '10:00' },
            { in: '4B-1', from: '21:00' },
          ],
        },
      ],
      ['transfer 21:00 I 4B-1 <-4A-1'],
    ],
    [
      'that the discharge overtook is not taken back',
      [{ ...inBed, at: [...inBed.at!, { in: '4B-1', status: 'planned' }] }, gone],
      ['discharge 15:00 I 4A-1'],
    ],
    [
      'that the discharge overtook is taken back with it, if it is not wanted any more (rule 9)',
      [{ ...inBed, at: [...inBed.at!, { in: '4B-1', status: 'planned' }] }, gone, inBed],
      ['cancel-pending-transfer(cancel) 20:00 I nowhere', 'cancel-discharge(cancel) 15:00 I nowhere'],
    ],
    [
      'to the same place a second time is a new one',
      [
        { ...inBed, at: [...inBed.at!, { in: '4B-1', status: 'planned' }] },
        {
          from: '10:00',
          at: [
            { in: '4A-1', from: '10:00' },
            { in: '4B-1', from: '21:00' },
          ],
        },
        {
          from: '10:00',
          at: [
            { in: '4A-1', from: '10:00' },
            { in: '4B-1', from: '21:00' },
            { in: '4A-1', from: '22:00' },
            { in: '4B-1', status: 'planned' },
          ],
        },
      ],
      ['pending-transfer 20:02? I 4A-1 ->4B-1', 'transfer 22:00 I 4A-1 <-4B-1'],
    ],
    ['is announced when it first was', [{ status: 'planned' }, { status: 'planned' }], []],
    [
      'is changed',
      [{ status: 'planned' }, { status: 'planned', at: [{ in: '4A-1' }] }],
      ['pending-admit(update) 20:01? I nowhere ->4A-1'],
    ],
  ],
};

describe.each(Object.entries(cases))('a later version: %s', (_, table) => {
  it.each(table)('%s', (_name, said, last) => {
    expect(lines(versions(...said).at(-1)!)).toEqual(last);
  });
});

describe('the movement ids', () => {
  const ids = (facts: readonly MovementFact[]): string[] => facts.map((f) => f.movement?.id ?? '');

  it('are the same for a correction', () => {
    const [first, second] = versions(moved, {
      from: '10:00',
      at: [
        { in: '4A-1', from: '10:00' },
        { in: '4B-2', from: '12:00' },
      ],
    });
    expect(ids(second!)).toEqual([ids(first!)[1]]);
  });

  it('are the same for a repeat of which nothing is remembered', () => {
    expect(ids(versions(moved)[0]!)).toEqual(ids([...mapped(encounter(moved), { receivedAt: clock('22:00') }).facts]));
  });

  it('are new for what is stated again after it was taken back: a cancelled movement stays cancelled', () => {
    const [first, back, again, backAgain, third] = versions(moved, inBed, moved, inBed, moved);
    expect(ids(back!)).toEqual([ids(first!)[1]]);
    expect(again!.map((f) => f.kind)).toEqual(['transfer']);
    expect(ids(again!)).not.toEqual(ids(back!));
    expect(ids(backAgain!)).toEqual(ids(again!));
    expect([ids(back!), ids(again!)]).not.toContainEqual(ids(third!));
  });

  it('are new for an encounter that was called off and is on again', () => {
    const [first, , again] = versions(moved, { status: 'cancelled' }, moved);
    expect(lines(again!)).toEqual(lines(first!));
    for (const id of ids(again!)) expect(ids(first!)).not.toContain(id);
  });
});

describe('a repeated time', () => {
  it('that nobody says does not move what happened', () => {
    const [, second] = versions({ at: [{ in: '4A-1' }] }, { at: [{ in: '4A-1' }, { in: '4B-1', status: 'planned' }] });
    expect(lines(second!)).toEqual(['pending-transfer 20:01? I 4A-1 ->4B-1']);
  });
});
