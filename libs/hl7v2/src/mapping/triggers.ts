import type { FactKind } from '@wardstream/events';

/** ADT triggers that say something of one visit, and what they say. A17 says it of two. */
export const triggerKinds: ReadonlyMap<string, FactKind> = new Map([
  ['A01', 'admit'],
  ['A02', 'transfer'],
  ['A03', 'discharge'],
  ['A04', 'register'],
  ['A05', 'preadmit'],
  ['A06', 'to-inpatient'],
  ['A07', 'to-outpatient'],
  ['A08', 'update'],
  ['A09', 'depart'],
  ['A10', 'arrive'],
  ['A11', 'cancel-admit'],
  ['A12', 'cancel-transfer'],
  ['A13', 'cancel-discharge'],
  ['A14', 'pending-admit'],
  ['A15', 'pending-transfer'],
  ['A16', 'pending-discharge'],
  ['A17', 'swap'],
  ['A21', 'leave'],
  ['A22', 'return'],
  ['A23', 'delete'],
  ['A25', 'cancel-pending-discharge'],
  ['A26', 'cancel-pending-transfer'],
  ['A27', 'cancel-pending-admit'],
  ['A32', 'cancel-arrive'],
  ['A33', 'cancel-depart'],
  ['A38', 'cancel-preadmit'],
  ['A52', 'cancel-leave'],
  ['A53', 'cancel-return'],
  ['A54', 'attending'],
  ['A55', 'cancel-attending'],
]);

/** Kinds that announce what is to come: a time of theirs that lies ahead is when that is to be. */
export const announcedKinds: ReadonlySet<FactKind> = new Set([
  'preadmit',
  'pending-admit',
  'pending-transfer',
  'pending-discharge',
] as const);

/** What EVN-3 says a time of: the movement that was planned. Where PV2 has a field for that, PV2 goes first. */
export const plannedKinds: ReadonlySet<FactKind> = new Set([
  'pending-admit',
  'pending-transfer',
  'pending-discharge',
] as const);

/** Messages of a stay, whose PV2-9 says when it is expected to end and announces nothing. */
export const stayKinds: ReadonlySet<FactKind> = new Set([
  'admit',
  'transfer',
  'register',
  'to-inpatient',
  'to-outpatient',
  'update',
] as const);

/** Fields of PV2 that say when an announced thing is expected. */
export const expectedFields: ReadonlyMap<FactKind, number> = new Map([
  ['preadmit', 8],
  ['pending-admit', 8],
  ['pending-discharge', 9],
  ['leave', 47],
]);
