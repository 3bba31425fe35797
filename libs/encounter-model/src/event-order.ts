import type { Place } from '@wardstream/events';
import { compare } from './movements.js';
import type { Movement } from './visit-history.js';
import { placeKey } from './places.js';
import type { MovementKind } from './visit-fact.js';

/** What comes first at one instant: plans before what fulfils them, the beginning of a visit before what happens in it. */
const ranks: Readonly<Record<MovementKind, number>> = {
  preadmit: 0,
  'pending-admit': 1,
  register: 2,
  admit: 3,
  'to-inpatient': 4,
  'to-outpatient': 5,
  'pending-transfer': 6,
  'pending-discharge': 7,
  transfer: 8,
  swap: 8,
  attending: 9,
  depart: 10,
  arrive: 11,
  leave: 12,
  return: 13,
  discharge: 14,
};

/** Rank of a place that a cancel believes, among the transfers of its instant. */
export const PLACEMENT_RANK = ranks.transfer;

export function rankOf(kind: MovementKind): number {
  return ranks[kind];
}

export interface Ordered {
  readonly id: string;
  readonly recordedAt: string;
  /** MSH-7; when it was recorded where nothing else is known. */
  readonly sentAt: string;
  readonly receivedAt: string;
  readonly place: Place | null;
}

/** Something of one instant: the beginning of a visit before what happens in it, where nothing was recorded first. */
export interface Timed extends Ordered {
  readonly at: string;
  readonly rank: number;
}

/** Of what says the same: received, then what it says (docs/encounter-rules.md, preamble). */
function compareReceived(a: Ordered, b: Ordered): number {
  return compare(a.receivedAt, b.receivedAt) || compare(placeKey(a.place), placeKey(b.place)) || compare(a.id, b.id);
}

/** Recorded, sent, then the last resort. */
export function compareRecorded(a: Ordered, b: Ordered): number {
  return compare(a.recordedAt, b.recordedAt) || compare(a.sentAt, b.sentAt) || compareReceived(a, b);
}

/** By event time; at one instant as recorded and as sent, then by what must come first (docs/encounter-rules.md no. 20). */
export function compareTimed(a: Timed, b: Timed): number {
  return (
    compare(a.at, b.at) ||
    compare(a.recordedAt, b.recordedAt) ||
    compare(a.sentAt, b.sentAt) ||
    a.rank - b.rank ||
    compareReceived(a, b)
  );
}

export function compareMovements(a: Movement, b: Movement): number {
  return compare(a.at, b.at) || compareAtInstant(a, b);
}

/** Of movements that act at one instant, whatever time they say. */
export function compareAtInstant(a: Movement, b: Movement): number {
  return (
    compare(a.recordedAt, b.recordedAt) ||
    compare(a.sentAt, b.sentAt) ||
    ranks[a.kind] - ranks[b.kind] ||
    compareReceived(a, b)
  );
}
