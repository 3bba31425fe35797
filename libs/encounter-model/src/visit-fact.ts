import type { FactKind, MovementFact } from '@wardstream/events';

/** One fact of a visit as it is kept: what was said, by whom, and when we heard it. */
export interface VisitFact {
  /** The same for the same statement, however often it comes. */
  readonly id: string;
  /** The stored message it comes from. */
  readonly messageId: string;
  /** Sending application. */
  readonly source: string;
  readonly receivedAt: string;
  readonly fact: MovementFact;
}

/** Kinds that insert a movement, in the order they take where their event times are equal (`rankOf`). */
export const movementKinds = [
  'preadmit',
  'pending-admit',
  'register',
  'admit',
  'to-inpatient',
  'to-outpatient',
  'pending-transfer',
  'pending-discharge',
  'transfer',
  'swap',
  'attending',
  'depart',
  'arrive',
  'leave',
  'return',
  'discharge',
] as const satisfies readonly FactKind[];
export type MovementKind = (typeof movementKinds)[number];

/** Which movements a cancelling kind may name. */
export const cancelledBy = {
  'cancel-admit': ['admit', 'register'],
  'cancel-transfer': ['transfer', 'swap'],
  'cancel-discharge': ['discharge'],
  'cancel-pending-admit': ['pending-admit'],
  'cancel-pending-transfer': ['pending-transfer'],
  'cancel-pending-discharge': ['pending-discharge'],
  'cancel-preadmit': ['preadmit'],
  'cancel-depart': ['depart'],
  'cancel-arrive': ['arrive'],
  'cancel-leave': ['leave'],
  'cancel-return': ['return'],
  'cancel-attending': ['attending'],
} as const satisfies Partial<Record<FactKind, readonly MovementKind[]>>;
export type CancelKind = keyof typeof cancelledBy;

/** What a cancel names where nothing of its own kind is known: senders take A27 and A38 for one another. */
export const cancelledElse: Partial<Record<CancelKind, readonly MovementKind[]>> = {
  'cancel-pending-admit': ['preadmit'],
  'cancel-preadmit': ['pending-admit'],
};

const movementKindSet: ReadonlySet<string> = new Set(movementKinds);

export function isMovementKind(kind: FactKind): kind is MovementKind {
  return movementKindSet.has(kind);
}

export function isCancelKind(kind: FactKind): kind is CancelKind {
  return kind in cancelledBy;
}

const personalKinds = ['person', 'delete-person', 'merge-patient'] as const satisfies readonly FactKind[];

/** Whether a fact speaks of a person rather than of a visit. */
export function isPersonal({ kind }: MovementFact): boolean {
  return (personalKinds as readonly FactKind[]).includes(kind);
}

/** Whether a fact is of a visit that it does not name. */
export function isUnnumbered(fact: MovementFact): boolean {
  return fact.visit === null && !isPersonal(fact);
}

/** Whether a fact may change by which identifiers visits and patients go, or who a patient is. */
export function statesIdentity(fact: MovementFact): boolean {
  return isPersonal(fact) || mergesVisits(fact);
}

/** Whether a fact says that its visit takes the place of another: two are one, or an A06 or A07 goes on under a new number (rule 22). */
export function mergesVisits({ kind, retires }: MovementFact): boolean {
  return kind === 'merge-visit' || (goesOn(kind) && retires !== null && retires !== undefined);
}

/** Kinds that may give a stay a new number. */
export function goesOn(kind: FactKind): boolean {
  return kind === 'to-inpatient' || kind === 'to-outpatient';
}
