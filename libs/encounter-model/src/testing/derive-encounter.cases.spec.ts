import { clock, fact, type summary } from './facts.builder.spec.js';
import type { VisitFact } from '../visit-fact.js';

/** Facts of one visit, in any order, and what comes of them; what is not said of conflicts is that there are none. */
export type Case = [title: string, facts: VisitFact[], expected: Partial<ReturnType<typeof summary>>];

export const a01 = fact('admit', { at: '10:00', in: '4A-1' });
export const a02 = fact('transfer', { at: '12:00', in: '4B-1', from: '4A-1' });
export const a03 = fact('discharge', { at: '15:00', in: '4A-1' });
export const a04 = fact('register', { at: '08:00', in: 'ED-1', class: 'E' });

/** By theme. Used on the pure function and through the real service. */
export const cases: Record<string, Case[]> = {};

cases['each trigger'] = [
  ['A01 puts the patient into the bed', [a01], { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] }],
  [
    'A01 without a bed counts for the unit',
    [fact('admit', { at: '10:00', in: '4A' })],
    { is: 'in-progress 4A', stays: ['4A 10:00-'] },
  ],
  [
    'A02 leaves one bed dirty and takes another',
    [a01, a02],
    { is: 'in-progress 4B-1', stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-*'] },
  ],
  ['A03 leaves the house', [a01, a03], { is: 'discharged nowhere', stays: ['4A-1 10:00-15:00 discharge*!'] }],
  ['A04 in a bay of the ED holds it', [a04], { is: 'in-progress ED-1', stays: ['ED-1 08:00-*'] }],
  [
    'A04 of an outpatient in a bed holds it: being in a bed is a matter of place',
    [fact('register', { at: '08:00', in: '4A-1', class: 'O' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 08:00-*'] },
  ],
  [
    'A01 after A04 moves from the ED to the ward',
    [a04, a01],
    { is: 'in-progress 4A-1', stays: ['ED-1 08:00-10:00 transfer*!', '4A-1 10:00-*'] },
  ],
  [
    'A05 plans',
    [fact('preadmit', { at: '08:00', in: '4A-1', class: 'P', expected: '2 09:00' })],
    { is: 'planned nowhere', stays: [], plans: ['admit 4A-1 2 09:00'] },
  ],
  [
    'A14 stands before an A05, whichever came last: its bed is the one that is kept',
    [fact('pending-admit', { at: '08:00', to: '4A-2' }), fact('preadmit', { at: '09:00', in: '4A-1' })],
    { is: 'planned nowhere', plans: ['admit 4A-2'] },
  ],
  ['A01 spends the plan', [fact('preadmit', { at: '08:00', in: '4A-1' }), a01], { is: 'in-progress 4A-1', plans: [] }],
  [
    'A06 admits where the patient is',
    [a04, fact('to-inpatient', { at: '09:00', class: 'I' })],
    { is: 'in-progress ED-1', stays: ['ED-1 08:00-*'] },
  ],
  [
    'A06 admits and moves',
    [a04, fact('to-inpatient', { at: '09:00', in: '4A-2', from: 'ED-1' })],
    { is: 'in-progress 4A-2', stays: ['ED-1 08:00-09:00 transfer*!', '4A-2 09:00-*'] },
  ],
  [
    'A07 that names the bed keeps it',
    [a01, fact('to-outpatient', { at: '11:00', class: 'O', in: '4A-1' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  [
    'A07 that names the unit of the bed keeps it',
    [a01, fact('to-outpatient', { at: '11:00', class: 'O', in: '4A' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  [
    'A07 that names another place frees the bed',
    [a01, fact('to-outpatient', { at: '11:00', class: 'O', in: '4B' })],
    { is: 'in-progress 4B', stays: ['4A-1 10:00-11:00 transfer*!', '4B 11:00-'] },
  ],
  [
    'A07 that names no place frees the bed, and the patient is still in the unit',
    [a01, fact('to-outpatient', { at: '11:00', class: 'O' })],
    { is: 'in-progress 4A', stays: ['4A-1 10:00-11:00 class-change*!', '4A 11:00-'] },
  ],
  [
    'A07 to a class that lies in no bed frees it',
    [a01, fact('to-outpatient', { at: '11:00', class: 'R', in: '4A-1' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-11:00 class-change*!', '4A-1 11:00-'] },
  ],
  [
    'A08 alone moves nobody',
    [a01, fact('update', { at: '11:00', in: '4A-1', specialty: 'CAR' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  [
    'A09 keeps the bed',
    [a01, fact('depart', { at: '11:00', in: 'XR' })],
    { is: 'in-progress 4A-1 in transit', stays: ['4A-1 10:00-*'] },
  ],
  [
    'A10 ends the transit',
    [a01, fact('depart', { at: '11:00' }), fact('arrive', { at: '11:30' })],
    { is: 'in-progress 4A-1' },
  ],
  [
    'A14 plans, also for a patient in the ED',
    [a04, fact('pending-admit', { at: '09:00', to: '4A-1', class: 'E' })],
    { is: 'in-progress ED-1', plans: ['admit 4A-1'] },
  ],
  [
    'A15 plans for PV1-42',
    [a01, fact('pending-transfer', { at: '11:00', in: '4A-1', to: '4B-2' })],
    { plans: ['transfer 4B-2'] },
  ],
  [
    'A15 plans for a PV1-3 that differs',
    [a01, fact('pending-transfer', { at: '11:00', in: '4B-2' })],
    { plans: ['transfer 4B-2'] },
  ],
  [
    'A15 in PV1-3 where the patient is has no target',
    [a01, fact('pending-transfer', { at: '11:00', in: '4A-1' })],
    { plans: ['transfer nowhere'] },
  ],
  [
    'A02 elsewhere spends the plan',
    [a01, fact('pending-transfer', { at: '11:00', to: '4A-3' }), a02],
    { is: 'in-progress 4B-1', plans: [] },
  ],
  [
    'A16 plans the discharge',
    [a01, fact('pending-discharge', { at: '11:00', expected: '16:00' })],
    { plans: ['discharge nowhere 16:00'] },
  ],
  [
    'A03 spends every plan',
    [a01, fact('pending-discharge', { at: '11:00' }), fact('pending-transfer', { at: '11:00', to: '4B-1' }), a03],
    { plans: [] },
  ],
  [
    'A17 swaps without dirt',
    [a01, fact('swap', { at: '11:00', in: '4B-1' })],
    { is: 'in-progress 4B-1', stays: ['4A-1 10:00-11:00 swap*', '4B-1 11:00-*'] },
  ],
  ['A21 keeps the bed', [a01, fact('leave', { at: '11:00' })], { is: 'on-leave 4A-1', stays: ['4A-1 10:00-*'] }],
  [
    'A22 comes back',
    [a01, fact('leave', { at: '11:00' }), fact('return', { at: '13:00' })],
    { is: 'in-progress 4A-1' },
  ],
];
cases['one movement however often it is stated (rule 1)'] = [
  [
    'the same under a new control id',
    [a01, a02, fact('transfer', { at: '12:00', in: '4B-1', from: '4A-1', again: 1 })],
    { is: 'in-progress 4B-1', stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-*'] },
  ],
  [
    'told by another sender later',
    [a01, fact('admit', { at: '10:00', rec: '11:00', in: '4A-1', source: 'ADT2' })],
    { is: 'in-progress 4A-1' },
  ],
  [
    'with and without a movement id',
    [fact('admit', { at: '10:00', in: '4A-1', zbe: '7' }), a01],
    { is: 'in-progress 4A-1' },
  ],
  [
    'corrected by its movement id',
    [
      fact('admit', { at: '10:00', in: '4A-1', zbe: '7' }),
      fact('admit', { at: '09:00', rec: '11:00', in: '4A-2', zbe: '7', action: 'update' }),
    ],
    { is: 'in-progress 4A-2', stays: ['4A-2 09:00-*'] },
  ],
];
const second = fact('transfer', { at: '13:00', in: '4A-3', from: '4B-1' });
cases['which movement a cancel names (rule 4)'] = [
  [
    'A12 the latest recorded before it',
    [a01, a02, second, fact('cancel-transfer', { at: '14:00' })],
    { is: 'in-progress 4B-1' },
  ],
  [
    'A12 the one of its event time, whatever was recorded when',
    [a01, a02, second, fact('cancel-transfer', { at: '12:00', rec: '11:00', recv: '12:30', evn6: true })],
    { is: 'in-progress 4A-3', conflicts: ['transfer-origin-differs'] },
  ],
  [
    'A12 the latest that left its PV1-3',
    [a01, a02, second, fact('cancel-transfer', { at: '14:00', in: '4A-1' })],
    { is: 'in-progress 4A-3', conflicts: ['transfer-origin-differs'] },
  ],
  [
    'A12 by movement id',
    [
      a01,
      fact('transfer', { at: '12:00', in: '4B-1', zbe: 'm1' }),
      fact('transfer', { at: '13:00', in: '4A-3', zbe: 'm2' }),
      fact('cancel-transfer', { at: '14:00', zbe: 'm1', action: 'cancel' }),
    ],
    { is: 'in-progress 4A-3' },
  ],
  [
    'a movement id that is not known names no other one',
    [
      a01,
      fact('transfer', { at: '12:00', in: '4B-1', zbe: 'm1' }),
      fact('cancel-transfer', { at: '14:00', zbe: 'm9', action: 'cancel' }),
    ],
    { is: 'in-progress 4B-1', conflicts: ['cancel-of-unknown'] },
  ],
  [
    'a second A12 the transfer before',
    [a01, a02, second, fact('cancel-transfer', { at: '14:00' }), fact('cancel-transfer', { at: '14:05' })],
    { is: 'in-progress 4A-1' },
  ],
  [
    'an A12 said twice, that names its place',
    [
      a01,
      a02,
      second,
      fact('cancel-transfer', { at: '14:00', in: '4B-1' }),
      fact('cancel-transfer', { at: '14:05', in: '4B-1' }),
    ],
    { is: 'in-progress 4B-1' },
  ],
  [
    'a cancel recorded in the very second of a new transfer names the one before',
    [a01, a02, fact('cancel-transfer', { at: '12:05' }), fact('transfer', { at: '12:05', in: '4A-3', from: '4A-1' })],
    { is: 'in-progress 4A-3', stays: ['4A-1 10:00-12:05 transfer*!', '4A-3 12:05-*'] },
  ],
  [
    'a cancel that came before its fact',
    [
      a01,
      fact('cancel-transfer', { at: '12:00', rec: '12:30', recv: '12:30', evn6: true }),
      fact('transfer', { at: '12:00', rec: '12:00', recv: '14:00', in: '4B-1' }),
    ],
    { is: 'in-progress 4A-1' },
  ],
  [
    'a cancel of nothing known waits',
    [a01, fact('cancel-discharge', { at: '11:00' })],
    { is: 'in-progress 4A-1', conflicts: ['cancel-of-unknown'] },
  ],
  [
    'A25',
    [a01, fact('pending-discharge', { at: '11:00' }), fact('cancel-pending-discharge', { at: '12:00' })],
    { plans: [] },
  ],
  [
    'A26',
    [a01, fact('pending-transfer', { at: '11:00', to: '4B-1' }), fact('cancel-pending-transfer', { at: '12:00' })],
    { plans: [] },
  ],
  [
    'A27',
    [fact('pending-admit', { at: '08:00', to: '4A-1' }), fact('cancel-pending-admit', { at: '09:00' })],
    { is: 'cancelled nowhere', plans: [] },
  ],
  [
    'A38',
    [fact('preadmit', { at: '08:00' }), fact('cancel-preadmit', { at: '09:00' })],
    { is: 'cancelled nowhere', plans: [] },
  ],
  [
    'A32',
    [a01, fact('depart', { at: '11:00' }), fact('arrive', { at: '11:30' }), fact('cancel-arrive', { at: '11:40' })],
    { is: 'in-progress 4A-1 in transit' },
  ],
  ['A33', [a01, fact('depart', { at: '11:00' }), fact('cancel-depart', { at: '11:10' })], { is: 'in-progress 4A-1' }],
  ['A52', [a01, fact('leave', { at: '11:00' }), fact('cancel-leave', { at: '11:10' })], { is: 'in-progress 4A-1' }],
  [
    'A53',
    [a01, fact('leave', { at: '11:00' }), fact('return', { at: '12:00' }), fact('cancel-return', { at: '12:10' })],
    { is: 'on-leave 4A-1' },
  ],
];
cases['the place in a cancel (rule 5)'] = [
  [
    'A12 of a transfer that it names by its time, from elsewhere: the history wins',
    [a01, a02, fact('cancel-transfer', { at: '12:00', rec: '13:00', evn6: true, in: '4A-4' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'], conflicts: ['cancel-place-differs'] },
  ],
  [
    'A12 of an unknown transfer is believed',
    [a01, fact('cancel-transfer', { at: '13:00', in: '4B-4' })],
    { is: 'in-progress 4B-4', conflicts: ['cancel-of-unknown'] },
  ],
  [
    'A12 of an unknown transfer to where the patient is',
    [a01, fact('cancel-transfer', { at: '13:00', in: '4A-1' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'], conflicts: ['cancel-of-unknown'] },
  ],
  [
    'A12 of a transfer that alone told of the visit',
    [fact('transfer', { at: '12:00', in: '4B-1', from: '4A-1' }), fact('cancel-transfer', { at: '13:00', in: '4A-1' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 12:00-*'], conflicts: ['admission-missing'] },
  ],
  [
    'A13 to the same bed: never left',
    [a01, a03, fact('cancel-discharge', { at: '16:00', in: '4A-1' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  [
    'A13 without a place',
    [a01, a03, fact('cancel-discharge', { at: '16:00' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  [
    'A13 to another bed: left at the discharge, back at the cancel',
    [a01, a03, fact('cancel-discharge', { at: '16:00', in: '4B-2' })],
    { is: 'in-progress 4B-2', stays: ['4A-1 10:00-15:00 transfer*!', '4B-2 16:00-*'] },
  ],
  [
    'A13 that names the discharge by its time',
    [a01, a03, fact('cancel-discharge', { at: '15:00', rec: '16:30', evn6: true, in: '4B-2' })],
    { is: 'in-progress 4B-2', stays: ['4A-1 10:00-15:00 transfer*!', '4B-2 16:30-*'] },
  ],
  [
    'A13 and a transfer after it',
    [
      a01,
      a03,
      fact('cancel-discharge', { at: '16:00', in: '4B-2' }),
      fact('transfer', { at: '17:00', in: '4A-1', from: '4B-2' }),
    ],
    { is: 'in-progress 4A-1' },
  ],
  [
    'A13 of an unknown discharge',
    [a01, fact('cancel-discharge', { at: '16:00', in: '4B-2' })],
    { is: 'in-progress 4B-2', conflicts: ['cancel-of-unknown'] },
  ],
  [
    'A13 of an unknown visit',
    [fact('cancel-discharge', { at: '16:00', in: '4B-2' })],
    { is: 'in-progress 4B-2', conflicts: ['admission-missing', 'cancel-of-unknown'] },
  ],
  [
    'A13 of a visit known by its discharge',
    [a03, fact('cancel-discharge', { at: '16:00', in: '4B-2' })],
    { is: 'in-progress 4B-2', conflicts: ['admission-missing'] },
  ],
];
cases['a visit that was not admitted (rule 8)'] = [
  [
    'A02 creates it',
    [a02],
    {
      is: 'in-progress 4B-1',
      stays: ['4A-1 12:00-12:00 transfer*!', '4B-1 12:00-*'],
      conflicts: ['admission-missing'],
    },
  ],
  [
    'A03 creates it',
    [a03],
    { is: 'discharged nowhere', stays: ['4A-1 15:00-15:00 discharge*!'], conflicts: ['admission-missing'] },
  ],
  ['A06 creates it', [fact('to-inpatient', { at: '10:00', in: '4A-1' })], { is: 'in-progress 4A-1' }],
  [
    'A07 creates it',
    [fact('to-outpatient', { at: '10:00', in: '4A-1', class: 'O' })],
    { is: 'in-progress 4A-1', conflicts: ['admission-missing'] },
  ],
  [
    'A08 alone puts nobody into a bed',
    [fact('update', { at: '10:00', in: '4A-1' })],
    { is: 'planned nowhere', stays: [] },
  ],
  [
    'A21 alone',
    [fact('leave', { at: '10:00', in: '4A-1' })],
    { is: 'planned nowhere', stays: [], conflicts: ['admission-missing'] },
  ],
  [
    'A22 alone',
    [fact('return', { at: '10:00', in: '4A-1' })],
    { is: 'planned nowhere', stays: [], conflicts: ['admission-missing'] },
  ],
  [
    'A15 alone keeps its plan',
    [fact('pending-transfer', { at: '09:00', to: '4B-1' })],
    { is: 'planned nowhere', stays: [], plans: ['transfer 4B-1'] },
  ],
  [
    'and the plan is there when the visit comes',
    [fact('pending-transfer', { at: '09:00', to: '4B-1' }), a01],
    { is: 'in-progress 4A-1', plans: ['transfer 4B-1'] },
  ],
  [
    'the admission that comes late ends the conflict',
    [a02, a03, a01],
    { is: 'discharged nowhere', conflicts: ['discharge-place-differs'] },
  ],
  [
    'a discharge before its admission came',
    [a03, fact('admit', { at: '10:00', recv: '16:00', in: '4A-1' })],
    { is: 'discharged nowhere', stays: ['4A-1 10:00-15:00 discharge*!'] },
  ],
];
const a11 = fact('cancel-admit', { at: '13:00' });
cases['a cancelled admission (rule 9)'] = [
  ['leaves nothing', [a01, a11], { is: 'cancelled nowhere', stays: [] }],
  [
    'takes along what followed',
    [a01, a02, fact('pending-discharge', { at: '12:30' }), a11],
    { is: 'cancelled nowhere', plans: [], stays: ['4A-1 12:00-12:00 transfer*!'] },
  ],
  [
    'but not what was recorded later',
    [a01, a11, fact('transfer', { at: '14:00', in: '4B-1' })],
    { is: 'in-progress 4B-1', conflicts: ['admission-missing'] },
  ],
  [
    'nor a new admission and what follows that',
    [a01, a11, fact('admit', { at: '13:30', in: '4A-2' }), fact('transfer', { at: '14:00', in: '4B-1', from: '4A-2' })],
    { is: 'in-progress 4B-1', stays: ['4A-2 13:30-14:00 transfer*!', '4B-1 14:00-*'] },
  ],
  [
    'a correction that was told after its admission anew',
    [
      a01,
      fact('admit', { at: '10:00', rec: '13:01', in: '4A-2' }),
      fact('cancel-admit', { at: '10:00', rec: '13:00', evn6: true }),
    ],
    { is: 'in-progress 4A-2', stays: ['4A-2 10:00-*'] },
  ],
  [
    'of two that nothing but the place tells apart',
    [
      a01,
      fact('admit', { at: '10:00', recv: '10:02', in: '4A-2' }),
      fact('cancel-admit', { at: '10:00', recv: '10:01', in: '4A-1' }),
    ],
    { is: 'in-progress 4A-2', stays: ['4A-2 10:00-*'] },
  ],
  ['falls back to the registration', [a04, a01, a11], { is: 'in-progress ED-1', stays: ['ED-1 08:00-*'] }],
  [
    'falls back to the plan',
    [fact('preadmit', { at: '08:00', in: '4A-1' }), a01, a11],
    { is: 'planned nowhere', plans: ['admit 4A-1'] },
  ],
  [
    'after a discharge',
    [a01, a03, fact('cancel-admit', { at: '16:00' })],
    { is: 'cancelled nowhere', stays: ['4A-1 15:00-15:00 discharge*!'] },
  ],
  [
    'with a discharge that was cancelled before',
    [a01, a03, fact('cancel-discharge', { at: '15:30', in: '4B-1' }), fact('cancel-admit', { at: '16:00' })],
    { is: 'cancelled nowhere' },
  ],
  ['of a registration', [a04, fact('cancel-admit', { at: '09:00' })], { is: 'cancelled nowhere', stays: [] }],
  [
    'twice: the admission, then the registration',
    [a04, a01, a11, fact('cancel-admit', { at: '13:10' })],
    { is: 'cancelled nowhere' },
  ],
  [
    'A13 opens the plan again',
    [
      a01,
      fact('pending-discharge', { at: '14:00', expected: '15:00' }),
      a03,
      fact('cancel-discharge', { at: '16:00' }),
    ],
    { plans: ['discharge nowhere 15:00'] },
  ],
  [
    'A12 opens the plan again',
    [a01, fact('pending-transfer', { at: '11:00', to: '4B-1' }), a02, fact('cancel-transfer', { at: '13:00' })],
    { is: 'in-progress 4A-1', plans: ['transfer 4B-1'] },
  ],
];
cases['after and around a discharge (rule 10)'] = [
  [
    'A02 leaves it discharged',
    [a01, a03, fact('transfer', { at: '16:00', in: '4B-1' })],
    {
      is: 'discharged nowhere',
      stays: ['4A-1 10:00-15:00 discharge*!', '4B-1 16:00-16:00 transfer*!'],
      conflicts: ['moved-after-discharge'],
    },
  ],
  [
    'the bed of an A02 that the discharge was dated before is dirty',
    [a01, a02, fact('discharge', { at: '11:00', rec: '15:00' })],
    {
      is: 'discharged nowhere',
      stays: ['4A-1 10:00-11:00 discharge*!', '4B-1 12:00-12:00 transfer*!'],
      conflicts: ['moved-after-discharge'],
    },
  ],
  [
    'A01 puts it in bed again',
    [a01, a03, fact('admit', { at: '17:00', in: '4A-2' })],
    {
      is: 'in-progress 4A-2',
      stays: ['4A-1 10:00-15:00 discharge*!', '4A-2 17:00-*'],
      conflicts: ['readmitted-after-discharge'],
    },
  ],
  [
    'dated before its admission but recorded after',
    [a01, fact('discharge', { at: '09:00', rec: '15:00', in: '4A-1' })],
    { is: 'discharged nowhere', stays: ['4A-1 10:00-10:00 discharge*!'], conflicts: ['discharge-before-admission'] },
  ],
  [
    'the same with a transfer between',
    [a01, a02, fact('discharge', { at: '09:00', rec: '15:00', in: '4B-1' })],
    {
      is: 'discharged nowhere',
      stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-12:00 discharge*!'],
      conflicts: ['discharge-before-admission'],
    },
  ],
  [
    'recorded before an admission with a later time',
    [fact('discharge', { at: '09:00', in: '4A-1' }), a01],
    { is: 'in-progress 4A-1', conflicts: ['admission-missing', 'readmitted-after-discharge'] },
  ],
  [
    'said twice: the later recorded counts',
    [a01, a03, fact('discharge', { at: '14:00', rec: '15:30', in: '4A-1' })],
    { is: 'discharged nowhere', stays: ['4A-1 10:00-14:00 discharge*!'], conflicts: ['discharged-twice'] },
  ],
  [
    'of another stay counts for itself',
    [a01, a03, fact('admit', { at: '17:00', in: '4A-2' }), fact('discharge', { at: '18:00', in: '4A-2' })],
    {
      is: 'discharged nowhere',
      stays: ['4A-1 10:00-15:00 discharge*!', '4A-2 17:00-18:00 discharge*!'],
      conflicts: ['readmitted-after-discharge'],
    },
  ],
  [
    'with the precision of a day',
    [fact('admit', { at: '00:00', in: '4A-1' }), fact('discharge', { at: '00:00', rec: '12:00', in: '4A-1' })],
    { is: 'discharged nowhere', stays: ['4A-1 00:00-00:00 discharge*!'] },
  ],
  [
    'from elsewhere than known',
    [a01, fact('discharge', { at: '15:00', in: '4B-1' })],
    {
      is: 'discharged nowhere',
      stays: ['4A-1 10:00-15:00 discharge*!', '4B-1 15:00-15:00 discharge*!'],
      conflicts: ['discharge-place-differs'],
    },
  ],
  [
    'from elsewhere, and the transfer to there comes late',
    [a01, fact('discharge', { at: '15:00', in: '4B-1' }), { ...a02, receivedAt: clock('16:00') }],
    { is: 'discharged nowhere', stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-15:00 discharge*!'] },
  ],
];
const elsewhere = fact('update', { at: '13:00', in: '4B-1' });
cases['what an update says otherwise (rule 11)'] = [
  ['the place is a conflict', [a01, elsewhere], { is: 'in-progress 4A-1', conflicts: ['update-place-differs'] }],
  [
    'the class is a conflict',
    [a01, fact('update', { at: '13:00', in: '4A-1', class: 'O' })],
    { is: 'in-progress 4A-1', conflicts: ['update-class-differs'] },
  ],
  [
    'a later movement settles it',
    [a01, elsewhere, fact('transfer', { at: '14:00', in: '4B-1', from: '4A-1' })],
    { is: 'in-progress 4B-1' },
  ],
  ['the missed movement settles it', [a01, elsewhere, a02], { is: 'in-progress 4B-1' }],
  [
    'a later update settles it',
    [a01, elsewhere, fact('update', { at: '13:30', in: '4A-1' })],
    { is: 'in-progress 4A-1' },
  ],
  ['the unit alone contradicts nothing', [a01, fact('update', { at: '13:00', in: '4A' })], { is: 'in-progress 4A-1' }],
  [
    'nor does an update after the discharge',
    [a01, a03, fact('update', { at: '16:00', in: '4B-1' })],
    { is: 'discharged nowhere' },
  ],
];
cases['a cancelled movement whose bed was used (rule 13)'] = [
  ['makes nothing dirty by itself', [a01, a02, fact('cancel-transfer', { at: '13:00' })], { stays: ['4A-1 10:00-*'] }],
  [
    'is dirty where a later fact left it',
    [a01, a02, fact('depart', { at: '12:30', in: '4B-1' }), fact('cancel-transfer', { at: '13:00' })],
    { stays: ['4A-1 10:00-*', '4B-1 12:30-12:30 transfer*!'] },
  ],
];
cases['places (rule 14, 15)'] = [
  [
    'an unknown bed stays as sent',
    [fact('admit', { at: '10:00', in: '4A^R1^99' })],
    { is: 'in-progress 4A^R1^99', stays: ['4A^R1^99 10:00-*'] },
  ],
  [
    'a bed written with its room is the same bed',
    [a01, fact('transfer', { at: '11:00', in: '4A^R1^1' })],
    { stays: ['4A-1 10:00-*'] },
  ],
  [
    'a transfer to the unit of the known bed says less',
    [a01, fact('transfer', { at: '11:00', in: '4A' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  [
    'a bed in the known unit says more',
    [fact('admit', { at: '10:00', in: '4A' }), fact('transfer', { at: '11:00', in: '4A-1', from: '4A' })],
    { is: 'in-progress 4A-1', stays: ['4A 10:00-11:00 transfer', '4A-1 11:00-*'] },
  ],
  [
    'a PV1-6 that is not where the patient was',
    [a01, fact('transfer', { at: '12:00', in: '4B-1', from: '4A-2' })],
    { is: 'in-progress 4B-1', conflicts: ['transfer-origin-differs'] },
  ],
  [
    'a later movement that fits ends it',
    [
      a01,
      fact('transfer', { at: '12:00', in: '4B-1', from: '4A-2' }),
      fact('transfer', { at: '13:00', in: '4B-2', from: '4B-1' }),
    ],
    { is: 'in-progress 4B-2' },
  ],
];
const back = { at: '14:00', in: '4B-1' };
cases['what no cancel undoes (rule 16)'] = [
  [
    'A12 from where no known transfer left: it was lost, and the patient is there',
    [a01, a02, fact('cancel-transfer', { at: '13:00', in: '4A-4' })],
    {
      is: 'in-progress 4A-4',
      stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-13:00 transfer*!', '4A-4 13:00-*'],
      conflicts: ['cancel-of-unknown'],
    },
  ],
  [
    'A12 of a lost transfer from where the patient is by the one before',
    [a01, a02, fact('cancel-transfer', { at: '13:00', rec: '13:30', evn6: true, in: '4B-1', from: '4B-3' })],
    {
      is: 'in-progress 4B-1',
      stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-*'],
      conflicts: ['cancel-of-unknown'],
    },
  ],
  [
    'after which the one before is still to be undone',
    [
      a01,
      a02,
      fact('cancel-transfer', { at: '13:00', in: '4B-1' }),
      fact('cancel-transfer', { at: '13:10', in: '4A-1' }),
    ],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'], conflicts: ['cancel-of-unknown'] },
  ],
  [
    'A12 from the unit of the place a transfer left',
    [a01, a02, fact('cancel-transfer', { at: '13:00', in: '4A' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  [
    'A12 of what left a place that an A13 had told of',
    [
      a01,
      a03,
      fact('cancel-discharge', { at: '16:00', in: '4B-2' }),
      fact('transfer', { at: '17:00', in: '4B-3' }),
      fact('cancel-transfer', { at: '18:00', in: '4B-2' }),
    ],
    { is: 'in-progress 4B-2', stays: ['4A-1 10:00-15:00 transfer*!', '4B-2 16:00-*'] },
  ],
  [
    'A12 of what left a place that the A12 of a lost transfer had told of',
    [
      a01,
      fact('cancel-transfer', { at: '11:00', in: '4B-2' }),
      fact('transfer', { at: '12:00', in: '4B-3' }),
      fact('cancel-transfer', { at: '13:00', in: '4B-2' }),
    ],
    { is: 'in-progress 4B-2', conflicts: ['cancel-of-unknown'] },
  ],
  [
    'A12 of what may have left any place',
    [fact('transfer', { at: '12:00', in: '4B-1' }), fact('cancel-transfer', { at: '13:00', in: '4A-1' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 12:00-*'], conflicts: ['admission-missing'] },
  ],
  [
    'two transfers undone in turn',
    [a01, a02, second, fact('cancel-transfer', back), fact('cancel-transfer', { at: '14:05', in: '4A-1' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*', '4B-1 13:00-13:00 transfer*!'] },
  ],
  [
    'also where an A13 had told of the second place between',
    [
      a01,
      a02,
      fact('discharge', { at: '12:30', in: '4B-1' }),
      fact('cancel-discharge', { at: '12:40', in: '4B-1' }),
      fact('cancel-transfer', { at: '14:05', in: '4A-1' }),
    ],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*', '4B-1 12:30-12:30 discharge*!'] },
  ],
  [
    'three of them, two undone, and on',
    [
      a01,
      a02,
      second,
      fact('transfer', { at: '13:30', in: '4B-4', from: '4A-3' }),
      fact('cancel-transfer', { at: '14:00', in: '4A-3' }),
      fact('cancel-transfer', { at: '14:05', in: '4B-1' }),
      fact('transfer', { at: '15:00', in: '4A-2', from: '4B-1' }),
    ],
    {
      is: 'in-progress 4A-2',
      stays: [
        '4A-1 10:00-12:00 transfer*!',
        '4B-1 12:00-15:00 transfer*!',
        '4A-3 13:30-13:30 transfer*!',
        '4A-2 15:00-*',
      ],
    },
  ],
  [
    'A12 alone creates the visit, like an A13',
    [fact('cancel-transfer', { at: '13:00', in: '4A-1' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 13:00-*'], conflicts: ['admission-missing', 'cancel-of-unknown'] },
  ],
  [
    'also where it does not say where',
    [fact('cancel-transfer', { at: '13:00' })],
    { is: 'in-progress nowhere', stays: [], conflicts: ['admission-missing', 'cancel-of-unknown'] },
  ],
];
const moved = fact('transfer', { at: '15:30', in: '4B-1', from: '4A-1' });
cases['an A13 after what came after the discharge (rule 17)'] = [
  [
    'is believed where it says another place than the transfer',
    [a01, a03, moved, fact('cancel-discharge', { at: '16:00', in: '4B-4' })],
    {
      is: 'in-progress 4B-4',
      stays: ['4A-1 10:00-15:30 transfer*!', '4B-1 15:30-16:00 transfer*!', '4B-4 16:00-*'],
      conflicts: ['cancel-place-differs'],
    },
  ],
  [
    'and where it says the bed that was left',
    [a01, a03, moved, fact('cancel-discharge', { at: '15:00', rec: '16:00', evn6: true, in: '4A-1' })],
    {
      is: 'in-progress 4A-1',
      stays: ['4A-1 10:00-15:30 transfer*!', '4B-1 15:30-16:00 transfer*!', '4A-1 16:00-*'],
      conflicts: ['cancel-place-differs'],
    },
  ],
  [
    'and agrees with the transfer',
    [a01, a03, moved, fact('cancel-discharge', { at: '16:00', in: '4B-1' })],
    { is: 'in-progress 4B-1', stays: ['4A-1 10:00-15:30 transfer*!', '4B-1 15:30-*'] },
  ],
  [
    'and says nothing of the place',
    [a01, a03, moved, fact('cancel-discharge', { at: '16:00' })],
    { is: 'in-progress 4B-1', stays: ['4A-1 10:00-15:30 transfer*!', '4B-1 15:30-*'] },
  ],
  [
    'but not against what is dated after it',
    [a01, a03, fact('cancel-discharge', { at: '16:00', in: '4A-1' }), fact('transfer', { at: '16:30', in: '4B-1' })],
    { is: 'in-progress 4B-1', stays: ['4A-1 10:00-16:30 transfer*!', '4B-1 16:30-*'] },
  ],
  [
    'A11 alone: the visit is cancelled',
    [fact('cancel-admit', { at: '10:00' })],
    { is: 'cancelled nowhere', stays: [], conflicts: ['cancel-of-unknown'] },
  ],
  [
    'A38 and A27 alone, too',
    [fact('cancel-preadmit', { at: '10:00' }), fact('cancel-pending-admit', { at: '11:00' })],
    { is: 'cancelled nowhere', stays: [], conflicts: ['cancel-of-unknown', 'cancel-of-unknown'] },
  ],
];
const dated = { at: '09:00', rec: '13:00', in: '4B-1' };
cases['a transfer dated before its admission (rule 18)'] = [
  [
    'but recorded after it, from the admitted place',
    [a01, fact('transfer', { ...dated, from: '4A-1' })],
    {
      is: 'in-progress 4B-1',
      stays: ['4A-1 10:00-10:00 transfer*', '4B-1 10:00-*'],
      conflicts: ['transfer-before-admission'],
    },
  ],
  [
    'or from a place that it does not say',
    [a01, fact('transfer', dated)],
    { is: 'in-progress 4B-1', conflicts: ['transfer-before-admission'] },
  ],
  [
    'a swap likewise',
    [a01, fact('swap', { ...dated, from: '4A-1' })],
    {
      is: 'in-progress 4B-1',
      stays: ['4A-1 10:00-10:00 swap*', '4B-1 10:00-*'],
      conflicts: ['transfer-before-admission'],
    },
  ],
  [
    'from elsewhere: it led to the admission',
    [a01, fact('transfer', { ...dated, from: 'ED-1' })],
    { is: 'in-progress 4A-1', conflicts: ['admission-missing'] },
  ],
  [
    'recorded before it',
    [fact('transfer', { at: '09:00', rec: '09:30', in: '4B-1' }), a01],
    { is: 'in-progress 4A-1', conflicts: ['admission-missing'] },
  ],
  [
    'of a patient who was registered, without a place it left',
    [a04, a01, fact('transfer', { ...dated, in: 'ED-2' })],
    { is: 'in-progress 4A-1', stays: ['ED-1 08:00-09:00 transfer*!', 'ED-2 09:00-10:00 transfer*!', '4A-1 10:00-*'] },
  ],
  [
    'of a patient who was registered, from the admitted place',
    [a04, a01, fact('transfer', { ...dated, from: '4A-1' })],
    { is: 'in-progress 4B-1', conflicts: ['transfer-before-admission'] },
  ],
];
const first = fact('transfer', { at: '12:00', in: '4B-1', from: '4A-1', rec: '12:30' });
cases['two movements of one instant'] = [
  [
    'follow their prior places',
    [a01, first, fact('transfer', { at: '12:00', in: '4B-2', from: '4B-1', rec: '12:10' })],
    { is: 'in-progress 4B-2', stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-12:00 transfer*', '4B-2 12:00-*'] },
  ],
  [
    'else the later recorded counts, with a conflict',
    [
      a01,
      fact('transfer', { at: '12:00', in: '4B-1', rec: '12:10' }),
      fact('transfer', { at: '12:00', in: '4B-2', rec: '12:20' }),
    ],
    { is: 'in-progress 4B-2', conflicts: ['same-time-movements'] },
  ],
  [
    'else the later received',
    [
      a01,
      fact('transfer', { at: '12:00', in: '4B-2', recv: '12:10' }),
      fact('transfer', { at: '12:00', in: '4B-1', recv: '12:20' }),
    ],
    { is: 'in-progress 4B-1', conflicts: ['same-time-movements'] },
  ],
  [
    'admission, transfer and discharge in that order',
    [fact('discharge', { at: '10:00' }), fact('transfer', { at: '10:00', in: '4B-1', from: '4A-1' }), a01],
    { is: 'discharged nowhere', stays: ['4A-1 10:00-10:00 transfer*', '4B-1 10:00-10:00 discharge*!'] },
  ],
  [
    'two admissions of one instant',
    [a01, fact('admit', { at: '10:00', in: '4A-2', rec: '10:05' })],
    { is: 'in-progress 4A-2', conflicts: ['admitted-again', 'same-time-movements'] },
  ],
];
const ed = { at: '12:00', in: 'ED-1', class: 'E' };
const ward = { at: '12:00', in: '4A-1' };
const boarded = ['ED-1 08:00-12:00 discharge*!', '4A-1 12:00-*'];
cases['leaving and coming at one instant (rule 20)'] = [
  [
    'an admission from where the discharge was follows it',
    [a04, fact('discharge', ed), fact('admit', { ...ward, from: 'ED-1' })],
    { is: 'in-progress 4A-1', stays: boarded },
  ],
  [
    'whichever was recorded first',
    [a04, fact('discharge', { ...ed, rec: '12:05' }), fact('admit', { ...ward, from: 'ED-1' })],
    { is: 'in-progress 4A-1', stays: boarded },
  ],
  [
    'also where it does not say where it came from',
    [a04, fact('discharge', ed), fact('admit', ward)],
    { is: 'in-progress 4A-1', stays: boarded },
  ],
  [
    'and the discharge not where it was',
    [a04, fact('discharge', { at: '12:00', class: 'E' }), fact('admit', { ...ward, from: 'ED-1' })],
    { is: 'in-progress 4A-1', stays: boarded },
  ],
  [
    'and a later discharge is one of its own',
    [a04, fact('discharge', ed), fact('admit', { ...ward, from: 'ED-1' }), a03],
    { is: 'discharged nowhere', stays: ['ED-1 08:00-12:00 discharge*!', '4A-1 12:00-15:00 discharge*!'] },
  ],
  [
    'a transfer to the place that the discharge names comes before it',
    [
      a01,
      fact('discharge', { at: '12:00', rec: '12:01', in: '4B-1' }),
      fact('transfer', { at: '12:00', rec: '12:05', in: '4B-1', from: '4A-1' }),
    ],
    { is: 'discharged nowhere', stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-12:00 discharge*!'] },
  ],
  [
    'a transfer from there comes after it',
    [a01, fact('discharge', { at: '12:00', in: '4A-1' }), a02],
    {
      is: 'discharged nowhere',
      stays: ['4A-1 10:00-12:00 discharge*!', '4B-1 12:00-12:00 transfer*!'],
      conflicts: ['moved-after-discharge'],
    },
  ],
  [
    'of a day that is all one instant the discharge that was recorded last ends it',
    [
      fact('register', { at: '00:00', rec: '08:00', in: 'ED-1', class: 'E' }),
      fact('admit', { at: '00:00', rec: '12:00', in: '4A-1', from: 'ED-1' }),
      fact('transfer', { at: '00:00', rec: '13:00', in: '4B-1', from: '4A-1' }),
      fact('discharge', { at: '00:00', rec: '15:00', in: '4B-1' }),
    ],
    { is: 'discharged nowhere' },
  ],
  [
    'the later sent counts of two that were recorded in one minute',
    [
      a01,
      fact('transfer', { at: '12:00', in: '4B-1', sent: '12:00:40' }),
      fact('transfer', { at: '12:00', in: '4B-2', sent: '12:00:20' }),
    ],
    { is: 'in-progress 4B-1', conflicts: ['same-time-movements'] },
  ],
  [
    'there and back, from where the patient was',
    [
      a01,
      fact('transfer', { at: '12:00', in: '4A-1', from: '4B-1', rec: '12:01' }),
      fact('transfer', { at: '12:00', in: '4B-1', from: '4A-1', rec: '12:02' }),
    ],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-12:00 transfer*', '4A-1 12:00-*'] },
  ],
  [
    'four in a chain that came in no order',
    [
      a01,
      fact('transfer', { at: '12:00', in: '4B-4', from: '4B-3', rec: '12:01' }),
      fact('transfer', { at: '12:00', in: '4B-3', from: '4B-2', rec: '12:02' }),
      fact('transfer', { at: '12:00', in: '4B-2', from: '4B-1', rec: '12:03' }),
      fact('transfer', { at: '12:00', in: '4B-1', from: '4A-1', rec: '12:04' }),
    ],
    { is: 'in-progress 4B-4' },
  ],
];
cases['other disagreements'] = [
  [
    'an A06 that says outpatient',
    [a04, fact('to-inpatient', { at: '09:00', class: 'O' })],
    { conflicts: ['class-contradicts-trigger'] },
  ],
  [
    'an A06 that says outpatient of an outpatient in a bed',
    [
      fact('register', { at: '08:00', in: '4A-1', class: 'O' }),
      fact('to-inpatient', { at: '09:00', in: '4A-1', class: 'O' }),
    ],
    { stays: ['4A-1 08:00-*'], conflicts: ['class-contradicts-trigger'] },
  ],
  [
    'an A02 that says outpatient of an inpatient is no contradiction: the bed is held',
    [a01, fact('transfer', { at: '12:00', in: '4B-1', from: '4A-1', class: 'O' })],
    { stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-*'], conflicts: [] },
  ],
  [
    'an A02 to a bed with a class that lies in none: the bed is held',
    [a01, fact('transfer', { at: '12:00', in: '4B-1', from: '4A-1', class: 'R' })],
    { stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-*'], conflicts: ['class-contradicts-trigger'] },
  ],
  [
    'until a later movement says what fits',
    [
      a01,
      fact('transfer', { at: '12:00', in: '4B-1', from: '4A-1', class: 'R' }),
      fact('transfer', { at: '13:00', in: '4A-1', from: '4B-1' }),
    ],
    { is: 'in-progress 4A-1' },
  ],
  [
    'an A17 likewise',
    [a01, fact('swap', { at: '12:00', in: '4B-1', from: '4A-1', class: 'R' })],
    { stays: ['4A-1 10:00-12:00 swap*', '4B-1 12:00-*'], conflicts: ['class-contradicts-trigger'] },
  ],
  [
    'an A01 said again as recurring',
    [a01, fact('admit', { at: '12:00', in: '4A-1', class: 'R' })],
    { stays: ['4A-1 10:00-*'], conflicts: ['class-contradicts-trigger'] },
  ],
  [
    'an A02 after an A07 says nothing new',
    [
      a01,
      fact('to-outpatient', { at: '11:00', in: '4A-1', class: 'O' }),
      fact('transfer', { at: '12:00', in: '4B-1', from: '4A-1', class: 'O' }),
    ],
    { stays: ['4A-1 10:00-12:00 transfer*!', '4B-1 12:00-*'], conflicts: [] },
  ],
  [
    'an A07 that says inpatient',
    [a01, fact('to-outpatient', { at: '11:00', class: 'I' })],
    { conflicts: ['class-contradicts-trigger'] },
  ],
  [
    'an A01 to another bed while in one',
    [a01, fact('admit', { at: '11:00', in: '4A-2' })],
    { is: 'in-progress 4A-2', conflicts: ['admitted-again'] },
  ],
  [
    'an A01 said again later for the same bed',
    [a01, fact('admit', { at: '11:00', in: '4A-1' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'] },
  ],
  [
    'an A04 after the admission',
    [a01, fact('register', { at: '11:00', in: 'ED-1', class: 'E' })],
    {
      is: 'in-progress 4A-1',
      stays: ['4A-1 10:00-*', 'ED-1 11:00-11:00 transfer*!'],
      conflicts: ['registered-after-admission'],
    },
  ],
  [
    'an A04 after the admission, as an outpatient of a clinic',
    [a01, fact('register', { at: '11:00', in: '4B', class: 'O' })],
    { is: 'in-progress 4A-1', stays: ['4A-1 10:00-*'], conflicts: ['registered-after-admission'] },
  ],
  [
    'an A04 after an A07',
    [
      a01,
      fact('to-outpatient', { at: '11:00', in: '4A-1', class: 'O' }),
      fact('register', { at: '12:00', in: 'ED-1', class: 'E' }),
    ],
    {
      is: 'in-progress 4A-1',
      stays: ['4A-1 10:00-*', 'ED-1 12:00-12:00 transfer*!'],
      conflicts: ['registered-after-admission'],
    },
  ],
  [
    'an A04 after an A07 that freed the bed',
    [
      a01,
      fact('to-outpatient', { at: '11:00', in: '4B', class: 'R' }),
      fact('register', { at: '12:00', in: 'ED-1', class: 'E' }),
    ],
    { is: 'in-progress ED-1', conflicts: [] },
  ],
  [
    'another patient',
    [a01, fact('transfer', { at: '12:00', in: '4B-1', patient: 'P2' })],
    { conflicts: ['patient-differs'] },
  ],
];
