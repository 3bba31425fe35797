import type { Place } from '@wardstream/events';
import { compareTimed, PLACEMENT_RANK, rankOf, type Timed } from './event-order.js';
import type { Cancel, Movement, Update } from './visit-history.js';
import { placeKey } from './places.js';
import { Sorted } from './sorted.js';
import { saysMore, saysPlace, type StatedPlace } from './stated-place.js';
import type { MovementKind } from './visit-fact.js';

/** What is known after something; null where nothing is, or nobody is in the house. In the house they may be in no place (rule 23). */
type Known = { readonly place: Place | null } | null;

interface Entry extends Timed, StatedPlace {
  readonly movement: Movement | null;
  /** Nobody is in the house after it. */
  readonly leaves: boolean;
  /** Where the patient is after it. */
  after: Known;
}

const placing: ReadonlySet<MovementKind> = new Set([
  ...(['admit', 'register', 'to-inpatient', 'to-outpatient', 'transfer', 'swap', 'return', 'discharge'] as const),
]);

/**
 * Where a patient was before each movement, while it turns out which of them did not happen. Taking one out changes what is known up to
 * the next that names a place, and no more.
 */
export class Whereabouts {
  private readonly entries = new Sorted<Entry>(compareTimed);
  private readonly byMovement = new Map<Movement, Entry>();

  /** `onMoved` is told of each movement that turns out to have left from somewhere else. */
  constructor(
    movements: readonly Movement[],
    updates: readonly Update[],
    private readonly onMoved: (movement: Movement) => void,
  ) {
    for (const movement of movements) {
      if (!placing.has(movement.kind)) continue;
      const entry: Entry = {
        ...timed(movement, rankOf(movement.kind)),
        movement,
        leaves: movement.kind === 'discharge',
        after: null,
      };
      this.byMovement.set(movement, entry);
      this.entries.add(entry);
    }
    for (const update of updates)
      if (update.changes.includes('place'))
        this.entries.add({ ...timed(update, PLACEMENT_RANK), movement: null, leaves: false, after: null });
    let admitted = false;
    const idle: Entry[] = [];
    for (let i = 0; i < this.entries.length; i += 1) {
      const kind = this.entries.at(i)!.movement?.kind;
      if (kind === 'register' && admitted) idle.push(this.entries.at(i)!);
      if (kind === 'admit' || kind === 'to-inpatient') admitted = true;
      else if (kind === 'discharge' || kind === 'to-outpatient') admitted = false;
    }
    // A registration fetches no inpatient out of bed.
    for (const entry of idle) this.entries.delete(entry);
    for (let i = 0; i < this.entries.length; i += 1) this.entries.at(i)!.after = this.afterOf(i);
  }

  /** Where a movement left from by all others; null where that is not known. */
  before(movement: Movement): Place | null {
    const entry = this.byMovement.get(movement);
    return entry === undefined ? null : (this.entries.at(this.entries.indexOf(entry) - 1)?.after?.place ?? null);
  }

  /** It did not happen. */
  without(movement: Movement): void {
    const entry = this.byMovement.get(movement);
    if (entry === undefined) return;
    const index = this.entries.indexOf(entry);
    if (this.entries.delete(entry)) this.settleFrom(index);
  }

  /** It did after all. */
  again(movement: Movement): void {
    const entry = this.byMovement.get(movement);
    if (entry !== undefined && !this.entries.has(entry)) this.enter(entry);
  }

  /** A cancel says where the patient is, and is believed. Gives whether it says more than was known. */
  believe(cancel: Cancel, at: string): boolean {
    const entry: Entry = { ...timed(cancel, PLACEMENT_RANK), at, movement: null, leaves: false, after: null };
    const before = this.entries.at(this.entries.indexOf(entry) - 1)?.after ?? null;
    if (before !== null && !saysMore(cancel, before.place)) return false;
    this.enter(entry);
    return true;
  }

  private enter(entry: Entry): void {
    const index = this.entries.add(entry);
    entry.after = this.afterOf(index);
    this.settleFrom(index + 1);
  }

  private settleFrom(index: number): void {
    for (let i = index; i < this.entries.length; i += 1) {
      const entry = this.entries.at(i)!;
      if (entry.movement !== null) this.onMoved(entry.movement);
      const after = this.afterOf(i);
      if (isSame(after, entry.after)) return;
      entry.after = after;
    }
  }

  private afterOf(index: number): Known {
    const entry = this.entries.at(index)!;
    if (entry.leaves) return null;
    const before = this.entries.at(index - 1)?.after ?? null;
    // Who is not in the house comes back from no leave (rule 8).
    if (!saysPlace(entry) || (before === null && entry.movement?.kind === 'return')) return before;
    return before !== null && !saysMore(entry, before.place) ? before : { place: entry.place };
  }
}

function isSame(a: Known, b: Known): boolean {
  return (a === null) === (b === null) && placeKey(a?.place ?? null) === placeKey(b?.place ?? null);
}

function timed(
  { id, at, recordedAt, sentAt, receivedAt, place, deletes }: Movement | Cancel | Update,
  rank: number,
): Timed & StatedPlace {
  return { id, at, recordedAt, sentAt, receivedAt, place, deletes, rank };
}
