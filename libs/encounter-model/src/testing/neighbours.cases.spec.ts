import { fact } from './facts.builder.spec.js';
import { a01, a02, a03, a04, type Case } from './derive-encounter.cases.spec.js';

/** Triggers beside neighbours that few senders send together. Used on the pure function and through the real service. */
export const neighbours: Record<string, Case[]> = {};

const early = fact('discharge', { at: '09:00', rec: '15:00', in: '4A-1' });
const endsWhereItBegan: Case[2] = {
  is: 'discharged nowhere',
  stays: ['4A-1 10:00-10:00 discharge*!'],
  conflicts: ['discharge-before-admission'],
};
neighbours['a discharge dated before its admission ends the stay where the patient was seen last'] = [
  [
    'not where an A14 was sent',
    [a01, early, fact('pending-admit', { at: '14:00', rec: '14:30', to: '4B-1' })],
    endsWhereItBegan,
  ],
  [
    'nor an A15, however late it was recorded',
    [a01, early, fact('pending-transfer', { at: '20:00', rec: '14:30', to: '4B-1' })],
    endsWhereItBegan,
  ],
  ['nor an A16', [a01, early, fact('pending-discharge', { at: '14:00' })], endsWhereItBegan],
  ['nor an A54', [a01, early, fact('attending', { at: '14:00' })], endsWhereItBegan],
  [
    'but where an A10 was',
    [a01, early, fact('arrive', { at: '14:00' })],
    { stays: ['4A-1 10:00-14:00 discharge*!'], conflicts: ['discharge-before-admission'] },
  ],
];

const leave = fact('leave', { at: '11:00' });
const back = fact('return', { at: '12:00' });
const toldLate = [
  '4A-1 10:00-12:00 transfer*!',
  '4B-1 12:00-13:00 transfer*!',
  '4B-2 13:00-15:00 discharge*!',
  '4B-1 16:00-*',
];
neighbours['a leave'] = [
  [
    'lasts over an A06',
    [a01, leave, fact('to-inpatient', { at: '12:00', in: '4A-1' })],
    { is: 'on-leave 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  [
    'and over an A06 to another bed, which is kept instead',
    [a04, fact('leave', { at: '09:00' }), fact('to-inpatient', { at: '12:00', in: '4A-1' })],
    { is: 'on-leave 4A-1', stays: ['ED-1 08:00-12:00 transfer*!', '4A-1 12:00-*'] },
  ],
  [
    'and over an A07',
    [a01, leave, fact('to-outpatient', { at: '12:00', class: 'O', in: '4A-1' })],
    { is: 'on-leave 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  ['and over an A02', [a01, leave, a02], { is: 'on-leave 4B-1' }],
  ['ends with an A01', [a01, leave, fact('admit', { at: '12:00', in: '4A-1' })], { is: 'in-progress 4A-1' }],
  ['is none after an A22 of the same time', [a01, back, fact('leave', { at: '12:00' })], { is: 'in-progress 4A-1' }],
  [
    'is one after an A22 that it follows',
    [a01, fact('return', { at: '11:00' }), fact('leave', { at: '12:00' })],
    { is: 'on-leave 4A-1' },
  ],
  [
    'an A22 without A21 changes nothing',
    [a01, fact('return', { at: '11:00', in: '4A-1' })],
    { is: 'in-progress 4A-1' },
  ],
  [
    'an A22 to another bed than is kept is believed, and says so',
    [a01, leave, fact('return', { at: '12:00', in: '4B-1' })],
    { is: 'in-progress 4B-1', conflicts: ['returned-to-another-bed'] },
  ],
  [
    'until a transfer tells of it',
    [a01, leave, fact('return', { at: '11:30', in: '4B-1' }), a02],
    { is: 'in-progress 4B-1', conflicts: ['transfer-origin-differs'] },
  ],
  [
    'whose A22 led to another bed: a transfer from there that was told late is not one of a later admission to that bed',
    [
      a01,
      leave,
      fact('return', { at: '12:00', in: '4B-1' }),
      fact('transfer', { at: '13:00', rec: '17:00', in: '4B-2', from: '4B-1' }),
      fact('discharge', { at: '15:00', in: '4B-2' }),
      fact('admit', { at: '16:00', in: '4B-1' }),
    ],
    {
      is: 'in-progress 4B-1',
      conflicts: ['readmitted-after-discharge'],
      stays: toldLate,
    },
  ],
  [
    'or an A12 of a transfer that was lost, likewise',
    [
      a01,
      fact('cancel-transfer', { at: '12:00', in: '4B-1' }),
      fact('transfer', { at: '13:00', rec: '17:00', in: '4B-2', from: '4B-1' }),
      fact('discharge', { at: '15:00', in: '4B-2' }),
      fact('admit', { at: '16:00', in: '4B-1' }),
    ],
    { is: 'in-progress 4B-1', conflicts: ['cancel-of-unknown', 'readmitted-after-discharge'], stays: toldLate },
  ],
  [
    'but it is one from a bed which they had left for no bed before',
    [
      a01,
      fact('transfer', { at: '11:00', in: '4A', from: '4A-1', deletes: ['bed'] }),
      fact('transfer', { at: '13:00', rec: '17:00', in: '4B-1', from: '4A-1' }),
      fact('discharge', { at: '15:00', in: '4A', deletes: ['bed'] }),
      fact('admit', { at: '16:00', in: '4A-1' }),
    ],
    {
      is: 'in-progress 4B-1',
      conflicts: ['readmitted-after-discharge', 'transfer-before-admission'],
      stays: ['4A-1 10:00-11:00 transfer*!', '4A 11:00-15:00 discharge', '4A-1 16:00-16:00 transfer*', '4B-1 16:00-*'],
    },
  ],
  ['A52 after the return', [a01, leave, back, fact('cancel-leave', { at: '12:10' })], { is: 'in-progress 4A-1' }],
  [
    'A53, then A52',
    [a01, leave, back, fact('cancel-return', { at: '12:10' }), fact('cancel-leave', { at: '12:20' })],
    { is: 'in-progress 4A-1' },
  ],
  [
    'A52, then A53',
    [a01, leave, back, fact('cancel-leave', { at: '12:10' }), fact('cancel-return', { at: '12:20' })],
    { is: 'in-progress 4A-1' },
  ],
  [
    'A53 of the return before a second leave',
    [a01, leave, back, fact('leave', { at: '13:00' }), fact('cancel-return', { at: '13:10' })],
    { is: 'on-leave 4A-1' },
  ],
  [
    'A52 of the second leave',
    [a01, leave, back, fact('leave', { at: '13:00' }), fact('cancel-leave', { at: '13:10' })],
    { is: 'in-progress 4A-1' },
  ],
  [
    'A13 brings it back with the bed',
    [a01, leave, a03, fact('cancel-discharge', { at: '16:00', in: '4A-1' })],
    { is: 'on-leave 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  ['A11 ends it', [a04, a01, leave, fact('cancel-admit', { at: '13:00' })], { is: 'in-progress ED-1' }],
];

neighbours['said again by its sender after the cancel, a movement happened'] = [
  [
    'A03 after A13, at its first time',
    [
      a01,
      a03,
      fact('cancel-discharge', { at: '16:00', in: '4A-1' }),
      fact('discharge', { at: '15:00', rec: '17:00', in: '4A-1' }),
    ],
    { is: 'discharged nowhere', stays: ['4A-1 10:00-15:00 discharge*!'] },
  ],
  [
    'A02 after A12',
    [
      a01,
      a02,
      fact('cancel-transfer', { at: '13:00', in: '4A-1' }),
      fact('transfer', { at: '12:00', rec: '14:00', in: '4B-1', from: '4A-1' }),
    ],
    { is: 'in-progress 4B-1' },
  ],
  [
    'until it is cancelled again',
    [
      a01,
      a02,
      fact('cancel-transfer', { at: '13:00' }),
      fact('transfer', { at: '12:00', rec: '14:00', in: '4B-1', from: '4A-1' }),
      fact('cancel-transfer', { at: '15:00' }),
    ],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  [
    'or the cancel is only repeated',
    [
      a01,
      a02,
      fact('cancel-transfer', { at: '12:00', rec: '13:00', evn6: true }),
      fact('transfer', { at: '12:00', rec: '14:00', in: '4B-1', from: '4A-1' }),
      fact('cancel-transfer', { at: '12:00', rec: '15:00', evn6: true }),
    ],
    { is: 'in-progress 4A-1' },
  ],
  [
    'not by a system that is only late',
    [
      a01,
      fact('cancel-admit', { at: '11:00' }),
      fact('admit', { at: '10:00', rec: '12:00', in: '4A-1', source: 'ADT2' }),
    ],
    { is: 'cancelled nowhere' },
  ],
  [
    'A01 after A23',
    [a01, fact('delete', { at: '11:00' }), fact('admit', { at: '10:00', rec: '12:00', in: '4A-1' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  [
    'A01 after A11, without what that took along',
    [a01, a02, fact('cancel-admit', { at: '13:00' }), fact('admit', { at: '10:00', rec: '14:00', in: '4A-1' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
];

neighbours['other neighbours'] = [
  [
    'A12 after A17: the patient is back',
    [a01, fact('swap', { at: '11:00', in: '4B-1' }), fact('cancel-transfer', { at: '12:00', in: '4A-1' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  [
    'A17 of a patient not known',
    [fact('swap', { at: '11:00', in: '4B-1', from: '4A-1' })],
    { is: 'in-progress 4B-1', stays: ['4B-1 11:00-*'], conflicts: ['admission-missing'] },
  ],
  [
    'A12 that came before its A02',
    [
      a01,
      fact('cancel-transfer', { at: '13:00' }),
      fact('transfer', { at: '12:00', rec: '12:00', recv: '14:00', in: '4B-1', from: '4A-1' }),
    ],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  [
    'A33 after A10',
    [a01, fact('depart', { at: '11:00' }), fact('arrive', { at: '11:30' }), fact('cancel-depart', { at: '11:40' })],
    { is: 'in-progress 4A-1' },
  ],
  [
    'A32 of nothing',
    [a01, fact('cancel-arrive', { at: '11:40' })],
    { is: 'in-progress 4A-1', conflicts: ['cancel-of-unknown'] },
  ],
  [
    'A38 after A01',
    [fact('preadmit', { at: '08:00', in: '4A-1' }), a01, fact('cancel-preadmit', { at: '11:00' })],
    { is: 'in-progress 4A-1' },
  ],
  [
    'A11 after A02',
    [a01, a02, fact('cancel-admit', { at: '13:00' })],
    { is: 'cancelled nowhere', stays: ['4A-1 12:00-12:00 transfer*!'] },
  ],
];

const planned = fact('pending-transfer', { at: '11:00', to: '4B-1' });
const expected = fact('pending-admit', { at: '07:00', to: '4A-1', class: 'E' });
neighbours['plans'] = [
  ['A04 leaves a pending admission open', [expected, a04], { is: 'in-progress ED-1', plans: ['admit 4A-1'] }],
  ['and spends a pre-admission', [fact('preadmit', { at: '07:00', in: '4A-1' }), a04], { plans: [] }],
  [
    'A02 within the ED leaves a pending admission open',
    [expected, a04, fact('transfer', { at: '09:30', in: 'ED-2', from: 'ED-1', class: 'E' })],
    { is: 'in-progress ED-2', plans: ['admit 4A-1'] },
  ],
  [
    'A02 of the ED to a ward spends it, wherever it goes',
    [expected, a04, fact('transfer', { at: '09:30', in: '4B-1', from: 'ED-1', class: 'I' })],
    { is: 'in-progress 4B-1', plans: [] },
  ],
  ['A01 elsewhere spends it', [expected, a01, a02], { plans: [] }],
  ['A01 in the bed of an A15 spends that', [fact('pending-transfer', { at: '09:00', to: '4A-1' }), a01], { plans: [] }],
  [
    'a second A15 replaces the first',
    [a01, planned, fact('pending-transfer', { at: '11:30', to: '4B-2' })],
    { plans: ['transfer 4B-2'] },
  ],
  [
    'and after its A26 there is none',
    [
      a01,
      planned,
      fact('pending-transfer', { at: '11:30', to: '4B-2' }),
      fact('cancel-pending-transfer', { at: '11:40' }),
    ],
    { plans: [] },
  ],
  [
    'an A26 of the first leaves the second',
    [
      a01,
      planned,
      fact('pending-transfer', { at: '11:30', to: '4B-2' }),
      fact('cancel-pending-transfer', { at: '11:00', rec: '11:40', evn6: true }),
    ],
    { plans: ['transfer 4B-2'] },
  ],
  [
    'an A26 and a new A15 of one second',
    [
      a01,
      planned,
      fact('cancel-pending-transfer', { at: '11:30' }),
      fact('pending-transfer', { at: '11:30', to: '4B-2' }),
    ],
    { plans: ['transfer 4B-2'] },
  ],
  [
    'A27 of an A14 leaves the pre-admission open',
    [fact('preadmit', { at: '06:00', in: '4A-2' }), expected, fact('cancel-pending-admit', { at: '08:00' })],
    { is: 'planned nowhere', plans: ['admit 4A-2'] },
  ],
  [
    'A38 takes back an A14 where no A05 is',
    [expected, fact('cancel-preadmit', { at: '09:00' })],
    { is: 'cancelled nowhere', plans: [] },
  ],
  [
    'and A27 an A05',
    [fact('preadmit', { at: '08:00' }), fact('cancel-pending-admit', { at: '09:00' })],
    { is: 'cancelled nowhere', plans: [] },
  ],
  [
    'A25 that came before its A16',
    [a01, fact('cancel-pending-discharge', { at: '12:00' }), fact('pending-discharge', { at: '11:00', recv: '13:00' })],
    { plans: [] },
  ],
  [
    'A25 after the discharge, which is taken back',
    [
      a01,
      fact('pending-discharge', { at: '11:00', expected: '15:00' }),
      a03,
      fact('cancel-pending-discharge', { at: '15:30' }),
      fact('cancel-discharge', { at: '16:00' }),
    ],
    { plans: [] },
  ],
  [
    'A02 within the unit leaves an A15 to another unit open (rule 26)',
    [a01, planned, fact('transfer', { at: '12:00', in: '4A-2', from: '4A-1' })],
    { is: 'in-progress 4A-2', plans: ['transfer 4B-1'] },
  ],
  [
    'and an A17, and one to the unit alone',
    [
      a01,
      fact('pending-transfer', { at: '11:00', to: '4B' }),
      fact('swap', { at: '12:00', in: '4A-2', from: '4A-1' }),
      fact('transfer', { at: '12:30', in: '4A', from: '4A-2' }),
    ],
    { is: 'in-progress 4A-2', plans: ['transfer 4B'] },
  ],
  [
    'but it spends one within the unit',
    [
      a01,
      fact('pending-transfer', { at: '11:00', to: '4A-3' }),
      fact('transfer', { at: '12:00', in: '4A-2', from: '4A-1' }),
    ],
    { is: 'in-progress 4A-2', plans: [] },
  ],
  [
    'and a transfer to a third unit spends it',
    [a01, planned, fact('transfer', { at: '12:00', in: 'ED-2', from: '4A-1' })],
    { is: 'in-progress ED-2', plans: [] },
  ],
  [
    'A25 of an A16 that replaced another: that one counts again (rule 26)',
    [
      a01,
      fact('pending-discharge', { at: '11:00', expected: '14:00' }),
      fact('pending-discharge', { at: '11:30', expected: '16:00' }),
      fact('cancel-pending-discharge', { at: '12:00' }),
    ],
    { plans: ['discharge nowhere 14:00'] },
  ],
  [
    'unless it was taken back, too',
    [
      a01,
      fact('pending-discharge', { at: '11:00', expected: '14:00' }),
      fact('pending-discharge', { at: '11:30', expected: '16:00' }),
      fact('cancel-pending-discharge', { at: '11:00', rec: '11:40', evn6: true }),
      fact('cancel-pending-discharge', { at: '12:00' }),
    ],
    { plans: [] },
  ],
  [
    'two of three taken back',
    [
      a01,
      ...['14:00', '16:00', '18:00'].map((expected, i) => fact('pending-discharge', { at: `11:0${i}`, expected })),
      fact('cancel-pending-discharge', { at: '12:00' }),
      fact('cancel-pending-discharge', { at: '12:10' }),
    ],
    { plans: ['discharge nowhere 14:00'] },
  ],
  ['A16 of somebody who is gone is none', [a01, a03, fact('pending-discharge', { at: '16:00' })], { plans: [] }],
];
