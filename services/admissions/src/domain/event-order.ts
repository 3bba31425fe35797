import type { Place } from '@wardstream/events';
import { compare, type Movement } from './movements.js';
import { placeKey, samePlace } from './places.js';
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

interface Ordered {
  readonly id: string;
  readonly recordedAt: string;
  readonly receivedAt: string;
  readonly place: Place | null;
}

/** The last resort between two movements of one instant: recorded, received, then what they say (docs/encounter-rules.md, preamble). */
export function compareRecorded(a: Ordered, b: Ordered): number {
  return (
    compare(a.recordedAt, b.recordedAt) ||
    compare(a.receivedAt, b.receivedAt) ||
    compare(placeKey(a.place), placeKey(b.place)) ||
    compare(a.id, b.id)
  );
}

/** By event time, then by what must come first, then as recorded. */
export function compareMovements(a: Movement, b: Movement): number {
  return compare(a.at, b.at) || ranks[a.kind] - ranks[b.kind] || compareRecorded(a, b);
}

/**
 * Which of several transfers of one instant comes next, from `here`: the only one that says it left here. `tied` tells that
 * nothing but the recording decided between different places.
 */
export function nextInChain<T extends Ordered & { readonly prior: Place | null }>(
  candidates: readonly T[],
  here: Place | null,
): { readonly next: T; readonly tied: readonly T[] } {
  const sorted = [...candidates].sort(compareRecorded);
  const chained = sorted.filter((c) => c.prior !== null && here !== null && samePlace(c.prior, here));
  if (chained.length === 1) return { next: chained[0]!, tied: [] };
  const next = sorted[0]!;
  const differ = sorted.some((c) => !samePlace(c.place, next.place));
  return { next, tied: differ ? sorted : [] };
}
