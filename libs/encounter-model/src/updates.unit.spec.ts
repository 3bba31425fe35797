import { describe, expect, it } from '@jest/globals';
import { derive, fact, type FactInput, summary } from './testing/facts.builder.spec.js';
import { a01, a02, a03, a04, type Case } from './testing/derive-encounter.cases.spec.js';

const moving = (said: FactInput): Case[1][number] => fact('update', { changes: ['place'], ...said });
const changing = (said: FactInput): Case[1][number] => fact('update', { changes: ['class'], ...said });
const elsewhere = moving({ at: '13:00', in: '4B-2' });

const cases: Case[] = [
  [
    'moves the patient where its profile lets it',
    [a01, elsewhere],
    { is: 'in-progress 4B-2', stays: ['4A-1 10:00-13:00 transfer*!', '4B-2 13:00-*'] },
  ],
  ['moves nobody who is there already', [a01, moving({ at: '13:00', in: '4A-1' })], { stays: ['4A-1 10:00-*'] }],
  ['puts nobody into a bed alone', [elsewhere], { is: 'planned nowhere', stays: [] }],
  ['moves nobody before the admission', [a01, moving({ at: '09:00', in: '4B-2' })], { stays: ['4A-1 10:00-*'] }],
  ['moves nobody after the discharge', [a01, a03, moving({ at: '16:00', in: '4B-2' })], { is: 'discharged nowhere' }],
  [
    'that comes late takes its place in the history',
    [
      a01,
      fact('transfer', { at: '14:00', in: '4B-1', from: '4B-2' }),
      moving({ at: '13:00', rec: '15:00', in: '4B-2' }),
    ],
    {
      is: 'in-progress 4B-1',
      stays: ['4A-1 10:00-13:00 transfer*!', '4B-2 13:00-14:00 transfer*!', '4B-1 14:00-*'],
    },
  ],
  [
    'gives way to a transfer of the same time',
    [a01, a02, moving({ at: '12:00', in: '4B-2' })],
    { is: 'in-progress 4B-1', conflicts: ['update-place-differs'] },
  ],
  [
    'and another of the same time disagree: the later recorded counts',
    [a01, moving({ at: '13:00', rec: '13:05', in: '4B-2' }), moving({ at: '13:00', rec: '13:01', in: '4A-2' })],
    { is: 'in-progress 4B-2', conflicts: ['same-time-movements'] },
  ],
  [
    'spends the plan to transfer',
    [a01, fact('pending-transfer', { at: '11:00', to: '4B-2' }), elsewhere],
    { is: 'in-progress 4B-2', plans: [] },
  ],
  [
    'changes the class only where its profile lets it',
    [a01, moving({ at: '13:00', in: '4A-1', class: 'O' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'], conflicts: ['update-class-differs'] },
  ],
  [
    'changes the class, and with it whether a bed is held',
    [a01, changing({ at: '13:00', in: '4A-1', class: 'R' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-13:00 class-change*!', '4A-1 13:00-'] },
  ],
  [
    'changes the class and not the place',
    [a01, changing({ at: '13:00', in: '4B-1', class: 'I' })],
    { is: 'in-progress 4A-1', conflicts: ['update-place-differs'] },
  ],
  [
    'goes with the admission that is cancelled',
    [a04, fact('admit', { at: '11:00', in: '4A-1' }), elsewhere, fact('cancel-admit', { at: '14:00', in: '4B-2' })],
    { is: 'in-progress ED-1', conflicts: ['update-class-differs', 'update-place-differs'] },
  ],
  [
    'stands where it was recorded after the cancel',
    [
      a04,
      fact('admit', { at: '11:00', in: '4A-1' }),
      fact('cancel-admit', { at: '14:00', in: '4A-1' }),
      moving({ at: '15:00', in: 'ED-2', class: 'E' }),
    ],
    { is: 'in-progress ED-2' },
  ],
  [
    'goes with the visit that is deleted',
    [a01, elsewhere, fact('delete', { at: '14:00' })],
    { is: 'cancelled nowhere' },
  ],
  [
    'lies between two transfers that say the same: a cancel of the second leaves the first (rule 4)',
    [
      a01,
      a02,
      moving({ at: '13:00', in: '4A-1' }),
      fact('transfer', { at: '14:00', in: '4B-1', from: '4A-1' }),
      fact('cancel-transfer', { at: '14:00', rec: '15:00', evn6: true, in: '4A-1' }),
    ],
    {
      is: 'in-progress 4A-1',
      stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-13:00 transfer*!', '4A-1 13:00-*'],
    },
  ],
  [
    'tells where a transfer that is told late left from: it is not one of a later admission to that bed (rule 18)',
    [
      a01,
      moving({ at: '12:00', in: '4B-1' }),
      fact('transfer', { at: '13:00', rec: '17:00', in: '4B-2', from: '4B-1' }),
      fact('discharge', { at: '15:00', in: '4B-2' }),
      fact('admit', { at: '16:00', in: '4B-1' }),
    ],
    {
      is: 'in-progress 4B-1',
      conflicts: ['readmitted-after-discharge'],
      stays: [
        '4A-1 10:00-12:00 transfer*!',
        '4B-1 12:00-13:00 transfer*!',
        '4B-2 13:00-15:00 discharge*!',
        '4B-1 16:00-*',
      ],
    },
  ],
  [
    'is where a cancelled transfer goes back to',
    [
      a01,
      elsewhere,
      fact('transfer', { at: '14:00', in: '4B-1', from: '4B-2' }),
      fact('cancel-transfer', { at: '14:30', in: '4B-2' }),
    ],
    { is: 'in-progress 4B-2' },
  ],
];

describe('an update (rule 11)', () => {
  it.each(cases)('%s', (_, facts, expected) => {
    const shown = summary(derive(...facts));
    expect(shown).toMatchObject({ conflicts: expected.is === 'cancelled nowhere' ? shown.conflicts : [], ...expected });
    expect(derive(...[...facts].reverse())).toEqual(derive(...facts));
  });

  it('is a movement where it moved the patient', () => {
    const { movements } = derive(a01, elsewhere);
    expect(movements.map((m) => [m.kind, m.from?.bedId, m.to?.bedId, m.cancelled])).toEqual([
      ['admit', undefined, '4A-1', false],
      ['update', '4A-1', '4B-2', false],
    ]);
  });
});
