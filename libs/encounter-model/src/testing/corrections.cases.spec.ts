import { fact } from './facts.builder.spec.js';
import { a01, a02, a03, a04, type Case } from './derive-encounter.cases.spec.js';

/** Corrections of history, deleted and merged visits, by theme. Used on the pure function and through the real service. */
export const corrections: Record<string, Case[]> = {};

corrections['the attending doctor, and who the patient is'] = [
  [
    'A54 moves nobody',
    [a01, fact('attending', { at: '11:00', in: '4B-1' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  ['A54 alone puts nobody into a bed', [fact('attending', { at: '11:00', in: '4B-1' })], { is: 'planned nowhere' }],
  ['A55 names its A54', [a01, fact('attending', { at: '11:00' }), fact('cancel-attending', { at: '12:00' })], {}],
  [
    'A55 of nothing known',
    [a01, fact('cancel-attending', { at: '12:00' })],
    { is: 'in-progress 4A-1', conflicts: ['cancel-of-unknown'] },
  ],
  [
    'A31 moves nobody',
    [a01, fact('person', { at: '11:00', visit: null })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
];

const admitted = fact('admit', { at: '10:00', in: '4A-1', zbe: 'm1' });
const moved = fact('transfer', { at: '12:00', in: '4B-1', from: '4A-1', zbe: 'm2' });
const out = fact('discharge', { at: '15:00', in: '4B-1', zbe: 'm3' });
corrections['a corrected history (Z99, ZBE)'] = [
  [
    'an update says another place',
    [admitted, moved, fact('correct', { at: '12:00', rec: '16:00', in: '4B-2', zbe: 'm2', action: 'update' })],
    { is: 'in-progress 4B-2', stays: ['4A-1 10:00-12:00 transfer*!', '4B-2 12:00-*'] },
  ],
  [
    'an update says another time',
    [admitted, moved, out, fact('transfer', { at: '13:00', rec: '16:00', in: '4B-1', zbe: 'm2', action: 'update' })],
    { is: 'discharged nowhere', stays: ['4A-1 10:00-13:00 transfer*!', '4B-1 13:00-15:00 discharge*!'] },
  ],
  [
    'the later recorded of two updates counts',
    [
      admitted,
      fact('correct', { at: '09:00', rec: '16:00', in: '4A-2', zbe: 'm1', action: 'update' }),
      fact('correct', { at: '08:00', rec: '15:00', in: '4A-3', zbe: 'm1', action: 'update' }),
    ],
    { is: 'in-progress 4A-2', stays: ['4A-2 09:00-*'] },
  ],
  [
    'an update leaves open what it does not say',
    [admitted, moved, fact('correct', { at: '13:00', rec: '16:00', zbe: 'm2', action: 'update', class: null })],
    { is: 'in-progress 4B-1', stays: ['4A-1 10:00-13:00 transfer*!', '4B-1 13:00-*'] },
  ],
  [
    'a movement of the past is inserted',
    [admitted, out, fact('transfer', { at: '12:00', rec: '18:00', in: '4B-1', from: '4A-1', zbe: 'm2' })],
    { is: 'discharged nowhere', stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-15:00 discharge*!'] },
  ],
  [
    'a movement that is not the last is cancelled',
    [admitted, moved, out, fact('correct', { at: '12:00', rec: '16:00', zbe: 'm2', action: 'cancel' })],
    {
      is: 'discharged nowhere',
      stays: ['4A-1 10:00-15:00 discharge*!', '4B-1 15:00-15:00 discharge*!'],
      conflicts: ['discharge-place-differs'],
    },
  ],
  [
    'an update of nothing known waits for its movement',
    [admitted, fact('correct', { at: '12:00', in: '4B-1', zbe: 'm9', action: 'update' })],
    { is: 'in-progress 4A-1', conflicts: ['update-of-unknown'] },
  ],
  [
    'whatever its trigger says',
    [admitted, fact('transfer', { at: '12:00', in: '4B-1', zbe: 'm9', action: 'update' })],
    { is: 'in-progress 4A-1', conflicts: ['update-of-unknown'] },
  ],
  [
    'and corrects it when it comes',
    [
      admitted,
      fact('correct', { at: '12:00', rec: '13:00', in: '4B-2', zbe: 'm2', action: 'update' }),
      fact('transfer', { at: '12:00', recv: '14:00', in: '4B-1', from: '4A-1', zbe: 'm2' }),
    ],
    { is: 'in-progress 4B-2', stays: ['4A-1 10:00-12:00 transfer*!', '4B-2 12:00-*'] },
  ],
  [
    'an admission is cancelled by an update trigger',
    [admitted, fact('correct', { at: '10:00', rec: '11:00', zbe: 'm1', action: 'cancel' })],
    { is: 'cancelled nowhere', stays: [] },
  ],
];

corrections['a deleted visit, or person'] = [
  [
    'A23 of somebody in a bed',
    [a01, fact('delete', { at: '11:00' })],
    { is: 'cancelled nowhere', stays: [], conflicts: ['deleted-while-in-bed'] },
  ],
  [
    'A23 after the discharge leaves the bed as the patient left it',
    [a01, a03, fact('delete', { at: '16:00' })],
    { is: 'cancelled nowhere', stays: ['4A-1 15:00-15:00 discharge*!'] },
  ],
  [
    'what is recorded later stands',
    [a01, fact('delete', { at: '11:00' }), a02],
    {
      is: 'in-progress 4B-1',
      conflicts: ['admission-missing'],
      stays: ['4A-1 12:00-12:00 transfer*!', '4B-1 12:00-*'],
    },
  ],
  [
    'A23 takes cancels along',
    [a01, a03, fact('cancel-discharge', { at: '16:00', in: '4A-2' }), fact('delete', { at: '17:00' })],
    { is: 'cancelled nowhere', conflicts: ['deleted-while-in-bed'] },
  ],
  ['A23 of nothing known', [fact('delete', { at: '11:00' })], { stays: [] }],
  [
    'A29 deletes the visits of the person',
    [a01, fact('delete-person', { at: '11:00', visit: null })],
    { is: 'cancelled nowhere', stays: [], conflicts: ['deleted-while-in-bed'] },
  ],
  [
    'A29 of another person deletes nothing',
    [a01, fact('delete-person', { at: '11:00', visit: null, patient: 'P2' })],
    { is: 'in-progress 4A-1' },
  ],
];

corrections['numbers that a sender does not keep to (rule 32)'] = [
  [
    'one number for all of a visit',
    [
      admitted,
      fact('transfer', { at: '12:00', in: '4B-1', zbe: 'm1' }),
      fact('transfer', { at: '13:00', in: '4B-2', zbe: 'm1' }),
      fact('discharge', { at: '15:00', in: '4B-2', zbe: 'm1' }),
    ],
    {
      is: 'discharged nowhere',
      stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-13:00 transfer*!', '4B-2 13:00-15:00 discharge*!'],
    },
  ],
  [
    'of which a cancel names the last that it may',
    [
      admitted,
      fact('transfer', { at: '12:00', in: '4B-1', zbe: 'm1' }),
      fact('transfer', { at: '13:00', in: '4B-2', zbe: 'm1' }),
      fact('cancel-transfer', { at: '14:00', zbe: 'm1', action: 'cancel' }),
    ],
    { is: 'in-progress 4B-1', stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-*'] },
  ],
  [
    'and a correction the last of its kind',
    [
      admitted,
      fact('transfer', { at: '12:00', in: '4B-1', zbe: 'm1' }),
      fact('transfer', { at: '13:00', rec: '14:00', in: '4B-2', zbe: 'm1', action: 'update' }),
    ],
    { is: 'in-progress 4B-2', stays: ['4A-1 10:00-13:00 transfer*!', '4B-2 13:00-*'] },
  ],
  [
    'a movement inserted again at another time, or to another place, is corrected',
    [
      admitted,
      moved,
      fact('transfer', { at: '12:00', rec: '12:30', in: '4B-2', from: '4A-1', zbe: 'm2' }),
      fact('admit', { at: '09:30', rec: '12:40', in: '4A-1', zbe: 'm1' }),
    ],
    { is: 'in-progress 4B-2', stays: ['4A-1 09:30-12:00 transfer*!', '4B-2 12:00-*'] },
  ],
  [
    'a cancel with a number of its own names what it would without one',
    [admitted, out, fact('cancel-discharge', { at: '16:00', in: '4A-1', zbe: 'm4' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
];

const outOfBed = (at: string) => fact('transfer', { at, in: '4A', from: '4A-1', deletes: ['bed'] });
const undoneAgain: Case[2] = {
  is: 'in-progress 4A-1',
  stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-14:00 transfer*!', '4A-1 14:00-*'],
};
corrections['a cancel takes back what was said twice (rule 4)'] = [
  [
    'a discharge of which two senders give two times',
    [
      a01,
      a03,
      fact('discharge', { at: '15:03', in: '4A-1', source: 'WARD' }),
      fact('cancel-discharge', { at: '16:00' }),
    ],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  [
    'a discharge whose time was corrected, by either time',
    [
      a01,
      a03,
      fact('discharge', { at: '14:30', rec: '15:10', in: '4A-1' }),
      fact('cancel-discharge', { at: '15:00', rec: '16:00', evn6: true }),
    ],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  [
    'but not a discharge that was told later',
    [a01, a03, fact('cancel-discharge', { at: '16:00' }), fact('discharge', { at: '17:00', in: '4A-1' })],
    { is: 'discharged nowhere', stays: ['4A-1 10:00-17:00 discharge*!'] },
  ],
  [
    'nor one of another stay',
    [
      a01,
      a03,
      fact('admit', { at: '16:00', in: '4A-2' }),
      fact('discharge', { at: '17:00', in: '4A-2' }),
      fact('cancel-discharge', { at: '18:00', in: '4A-2' }),
    ],
    {
      is: 'in-progress 4A-2',
      stays: ['4A-1 10:00-15:00 discharge*!', '4A-2 16:00-*'],
      conflicts: ['readmitted-after-discharge'],
    },
  ],
  [
    'a transfer to the same bed',
    [
      a01,
      a02,
      fact('transfer', { at: '12:03', in: '4B-1', from: '4A-1', source: 'WARD' }),
      fact('cancel-transfer', { at: '13:00', in: '4A-1' }),
    ],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  [
    'not one that came there again',
    [
      a01,
      a02,
      fact('transfer', { at: '13:00', in: '4A-1', from: '4B-1' }),
      fact('transfer', { at: '14:00', in: '4B-1', from: '4A-1' }),
      fact('cancel-transfer', { at: '15:00' }),
    ],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-13:00 transfer*!', '4A-1 13:00-*'] },
  ],
  [
    'not one within the bed',
    [
      a01,
      a02,
      fact('transfer', { at: '13:00', in: '4B-1', from: '4B-1' }),
      fact('cancel-transfer', { at: '14:00', in: '4B-1' }),
    ],
    { is: 'in-progress 4B-1', stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-*'] },
  ],
  [
    'not one that came there again after an A13 had told of another bed',
    [
      a01,
      a02,
      fact('discharge', { at: '15:00', in: '4B-1' }),
      fact('cancel-discharge', { at: '16:00', in: '4A-1' }),
      fact('transfer', { at: '17:00', in: '4B-1', from: '4A-1' }),
      fact('cancel-transfer', { at: '17:10', in: '4A-1' }),
    ],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-15:00 transfer*!', '4A-1 16:00-*'] },
  ],
  [
    'not one that came there again after a leave had ended elsewhere',
    [
      a01,
      a02,
      fact('leave', { at: '13:00' }),
      fact('return', { at: '14:00', in: '4A-1' }),
      fact('transfer', { at: '15:00', in: '4B-1', from: '4A-1' }),
      fact('cancel-transfer', { at: '15:00', rec: '16:00', evn6: true, in: '4A-1' }),
    ],
    { ...undoneAgain, conflicts: ['returned-to-another-bed'] },
  ],
  [
    'nor out of the bed again after a leave from no bed of its unit had ended in it',
    [
      a01,
      outOfBed('12:00'),
      fact('leave', { at: '13:00', in: '4A', deletes: ['bed'] }),
      fact('return', { at: '14:00', in: '4A-1' }),
      outOfBed('15:00'),
      fact('cancel-transfer', { at: '15:00', rec: '16:00', evn6: true, in: '4A-1' }),
    ],
    {
      is: 'in-progress 4A-1',
      stays: ['4A-1 10:00-12:00 transfer*!', '4A 12:00-14:00 transfer', '4A-1 14:00-*'],
      conflicts: [],
    },
  ],
  [
    'whether that A22 is taken back afterwards or not',
    [
      a01,
      outOfBed('12:00'),
      fact('leave', { at: '13:00', in: '4A', deletes: ['bed'] }),
      fact('return', { at: '14:00', in: '4A-1' }),
      outOfBed('15:00'),
      fact('cancel-transfer', { at: '15:00', rec: '16:00', evn6: true, in: '4A-1' }),
      fact('cancel-return', { at: '14:00', rec: '16:01', evn6: true, in: '4A', deletes: ['bed'] }),
    ],
    { is: 'on-leave 4A', stays: ['4A-1 10:00-12:00 transfer*!', '4A 12:00-'], conflicts: [] },
  ],
  [
    'but out of the bed twice after a leave had ended in no bed of the unit',
    [
      a01,
      outOfBed('12:00'),
      fact('leave', { at: '12:01', in: '4A', deletes: ['bed'] }),
      fact('return', { at: '12:02', in: '4A', deletes: ['bed'] }),
      outOfBed('12:03'),
      fact('cancel-transfer', { at: '12:03', rec: '13:00', evn6: true }),
    ],
    {
      is: 'in-progress 4A',
      stays: ['4A-1 10:00-12:02 transfer*!', '4A 12:02-'],
      conflicts: ['returned-to-another-bed'],
    },
  ],
  [
    'nor after an A13 of an earlier discharge had told of another bed',
    [
      a01,
      fact('discharge', { at: '11:00', in: '4A-1' }),
      a02,
      fact('cancel-discharge', { at: '14:00', in: '4A-1' }),
      fact('transfer', { at: '15:00', in: '4B-1', from: '4A-1' }),
      fact('cancel-transfer', { at: '15:00', rec: '16:00', evn6: true, in: '4A-1' }),
    ],
    { ...undoneAgain, conflicts: ['cancel-place-differs'] },
  ],
  [
    'nor after an A12 of a transfer that was lost had told of another bed',
    [
      a01,
      a02,
      fact('cancel-transfer', { at: '14:00', in: 'ED-1' }),
      fact('transfer', { at: '15:00', in: '4B-1', from: '4A-1' }),
      fact('cancel-transfer', { at: '15:00', rec: '16:00', evn6: true }),
    ],
    {
      is: 'in-progress ED-1',
      stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-14:00 transfer*!', 'ED-1 14:00-*'],
      conflicts: ['cancel-of-unknown'],
    },
  ],
  [
    'but one after a leave had ended in the bed it led to',
    [
      a01,
      a02,
      fact('leave', { at: '12:01' }),
      fact('return', { at: '12:02', in: '4B-1' }),
      fact('transfer', { at: '12:03', in: '4B-1', from: '4A-1', source: 'WARD' }),
      fact('cancel-transfer', { at: '13:00', in: '4A-1' }),
    ],
    {
      is: 'in-progress 4B-1',
      stays: ['4A-1 10:00-12:02 transfer*!', '4B-1 12:02-*'],
      conflicts: ['cancel-place-differs', 'returned-to-another-bed'],
    },
  ],
  [
    'not an admission to the bed of an earlier one, after a leave had ended elsewhere',
    [
      a01,
      fact('leave', { at: '11:00' }),
      fact('return', { at: '12:00', in: '4B-1' }),
      fact('admit', { at: '13:00', in: '4A-1' }),
      fact('cancel-admit', { at: '13:00', rec: '14:00', evn6: true, in: '4A-1' }),
    ],
    {
      is: 'in-progress 4B-1',
      stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-*'],
      conflicts: ['returned-to-another-bed'],
    },
  ],
  [
    'an admission to the same bed',
    [a01, fact('admit', { at: '10:03', in: '4A-1', source: 'WARD' }), fact('cancel-admit', { at: '11:00' })],
    { is: 'cancelled nowhere', stays: [] },
  ],
  [
    'once, where the cancel is said again with the time of its movement',
    [
      a01,
      a02,
      fact('transfer', { at: '13:00', in: '4B-2', from: '4B-1' }),
      fact('cancel-transfer', { at: '14:00' }),
      fact('cancel-transfer', { at: '13:00', rec: '14:10', evn6: true }),
    ],
    { is: 'in-progress 4B-1', stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-*'] },
  ],
  [
    'once, where two senders say both the movement and the cancel',
    [
      a04,
      a01,
      fact('admit', { at: '10:00', in: '4A-1', source: 'WARD' }),
      fact('cancel-admit', { at: '11:00' }),
      fact('cancel-admit', { at: '11:01', source: 'WARD' }),
    ],
    { is: 'in-progress ED-1', stays: ['ED-1 08:00-*'] },
  ],
  [
    'twice, where they cancel twice',
    [
      a04,
      a01,
      fact('admit', { at: '10:00', in: '4A-1', source: 'WARD' }),
      fact('cancel-admit', { at: '11:00' }),
      fact('cancel-admit', { at: '11:01', source: 'WARD' }),
      fact('cancel-admit', { at: '11:30', source: 'WARD' }),
    ],
    { is: 'cancelled nowhere', stays: [] },
  ],
  [
    'not what its sender numbers otherwise',
    [
      admitted,
      fact('transfer', { at: '12:00', in: '4B-1', zbe: 'm2' }),
      fact('transfer', { at: '12:05', in: '4B-1', zbe: 'm3' }),
      fact('cancel-transfer', { at: '13:00', zbe: 'm3', action: 'cancel' }),
    ],
    { is: 'in-progress 4B-1' },
  ],
];

const merge = fact('merge-visit', { at: '13:00', retires: 'V2' });
const other = (of: Parameters<typeof fact>[0], said: Parameters<typeof fact>[1]): ReturnType<typeof fact> =>
  fact(of, { visit: 'V2', ...said });
corrections['merged visits (rule 12)'] = [
  [
    'what was said of the retired visit is the survivor’s',
    [other('admit', { at: '10:00', in: '4A-1' }), merge],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  [
    'what is said of it later, too',
    [a01, merge, other('transfer', { at: '14:00', in: '4B-1', from: '4A-1' })],
    { is: 'in-progress 4B-1', stays: ['4A-1 10:00-14:00 transfer*!', '4B-1 14:00-*'] },
  ],
  [
    'and a discharge, too',
    [a01, merge, other('discharge', { at: '15:00', in: '4A-1' })],
    { is: 'discharged nowhere', stays: ['4A-1 10:00-15:00 discharge*!'] },
  ],
  [
    'over two merges',
    [
      fact('admit', { at: '10:00', in: '4A-1', visit: 'V3' }),
      fact('merge-visit', { at: '13:00', visit: 'V2', retires: 'V3' }),
      fact('merge-visit', { at: '14:00', retires: 'V2' }),
    ],
    { is: 'in-progress 4A-1' },
  ],
  [
    'of two admitted ones the later place counts',
    [a01, other('admit', { at: '11:00', in: '4B-1' }), merge],
    {
      is: 'in-progress 4B-1',
      stays: ['4A-1 10:00-11:00 transfer*!', '4B-1 11:00-*'],
      conflicts: ['merged-visits-both-admitted'],
    },
  ],
  [
    'of two admitted to one bed there is nothing to tell',
    [a01, other('admit', { at: '11:00', in: '4A-1' }), merge],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  [
    'one that was over before does not end the other',
    [a01, other('admit', { at: '11:00', in: '4B-1' }), other('discharge', { at: '12:00', in: '4B-1' }), merge],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*', '4B-1 12:00-12:00 merge*!'] },
  ],
  [
    'a registration of one fetches nobody out of the bed of the other',
    [a01, other('register', { at: '11:00', in: 'ED-1', class: 'E' }), merge],
    {
      is: 'in-progress 4A-1',
      stays: ['4A-1 10:00-*', 'ED-1 11:00-11:00 transfer*!'],
      conflicts: ['registered-after-admission'],
    },
  ],
  [
    'a cancel said before the merge is of its own visit',
    [
      a01,
      a02,
      other('register', { at: '09:00', in: 'ED-1', class: 'E', patient: 'P1' }),
      other('cancel-transfer', { at: '12:30' }),
      merge,
    ],
    { is: 'in-progress 4B-1', conflicts: ['cancel-of-unknown'] },
  ],
  [
    'and one said after it of both',
    [a01, a02, merge, other('cancel-transfer', { at: '14:00', in: '4A-1' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  [
    'their movement ids are their own',
    [
      fact('admit', { at: '10:00', in: '4A-1', zbe: '1' }),
      fact('transfer', { at: '11:00', in: '4B-1', from: '4A-1', zbe: '2' }),
      other('register', { at: '08:00', in: 'ED-1', class: 'E', zbe: '1' }),
      merge,
      fact('correct', { at: '11:30', rec: '16:00', zbe: '2', action: 'update' }),
    ],
    {
      is: 'in-progress 4B-1',
      stays: ['ED-1 08:00-10:00 transfer*!', '4A-1 10:00-11:30 transfer*!', '4B-1 11:30-*'],
    },
  ],
  ['a merge of nothing known puts nobody anywhere', [merge], { is: 'planned nowhere', stays: [] }],
];

const goesOn = fact('to-inpatient', { at: '12:00', in: '4A-1', from: 'ED-1', retires: 'V2' });
const inEd = other('register', { at: '08:00', in: 'ED-1', class: 'E' });
corrections['a stay that goes on under another number (rule 22)'] = [
  [
    'A06 with the former number is the same stay',
    [inEd, goesOn],
    { is: 'in-progress 4A-1', stays: ['ED-1 08:00-12:00 transfer*!', '4A-1 12:00-*'] },
  ],
  [
    'an A03 under the former number after it ends the part before only',
    [inEd, goesOn, other('discharge', { at: '12:10', in: 'ED-1', class: 'E' })],
    { is: 'in-progress 4A-1', stays: ['ED-1 08:00-12:00 transfer*!', '4A-1 12:00-*'] },
  ],
  [
    'also of a patient who waits in the ED for a bed',
    [
      inEd,
      fact('to-inpatient', { at: '12:00', in: 'ED-1', retires: 'V2' }),
      other('discharge', { at: '12:10', in: 'ED-1', class: 'E' }),
    ],
    { is: 'in-progress ED-1', stays: ['ED-1 08:00-*'] },
  ],
  [
    'also at the very time',
    [inEd, goesOn, other('discharge', { at: '12:00', in: 'ED-1', class: 'E' })],
    { is: 'in-progress 4A-1', stays: ['ED-1 08:00-12:00 transfer*!', '4A-1 12:00-*'] },
  ],
  [
    'an A03 under the new number ends the stay',
    [inEd, goesOn, fact('discharge', { at: '15:00', in: '4A-1' })],
    { is: 'discharged nowhere', stays: ['ED-1 08:00-12:00 transfer*!', '4A-1 12:00-15:00 discharge*!'] },
  ],
  [
    'A07 likewise',
    [
      other('admit', { at: '08:00', in: '4A-1' }),
      fact('to-outpatient', { at: '12:00', in: '4B', from: '4A-1', class: 'O', retires: 'V2' }),
      other('discharge', { at: '12:05', in: '4A-1' }),
    ],
    { is: 'in-progress 4B', stays: ['4A-1 08:00-12:00 transfer*!', '4B 12:00-'] },
  ],
];

corrections['merged and moved patients (rule 12)'] = [
  [
    'two identifiers of one patient are no contradiction',
    [
      a01,
      fact('transfer', { at: '12:00', in: '4B-1', patient: 'P2' }),
      fact('merge-patient', { at: '13:00', visit: null, retires: 'P2' }),
    ],
    { is: 'in-progress 4B-1' },
  ],
  [
    'nor is a visit that was moved to another patient',
    [
      a04,
      fact('move-visit', { at: '09:00', patient: 'P2', retires: 'P1' }),
      fact('admit', { at: '10:00', in: '4A-1', patient: 'P2' }),
    ],
    { is: 'in-progress 4A-1' },
  ],
  [
    'what is said of the former one after the move is',
    [a04, fact('move-visit', { at: '09:00', patient: 'P2', retires: 'P1' }), a01],
    { is: 'in-progress 4A-1', conflicts: ['patient-differs'] },
  ],
];
