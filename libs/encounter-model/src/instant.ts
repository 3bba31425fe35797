import type { Place } from '@wardstream/events';
import { compareAtInstant, rankOf } from './event-order.js';
import type { Movement } from './visit-history.js';
import { agree, placeKey, samePlace } from './places.js';
import { Sorted } from './sorted.js';

/** Movements that may come next, by what they say of where they start. */
class Pool {
  readonly inOrder = new Sorted<Movement>(compareAtInstant);
  private readonly starting = new Map<string, Set<Movement>>();

  add(movement: Movement): void {
    this.inOrder.add(movement);
    const key = startKey(movement);
    const list = this.starting.get(key);
    if (list === undefined) this.starting.set(key, new Set([movement]));
    else list.add(movement);
  }

  delete(movement: Movement): void {
    this.inOrder.delete(movement);
    this.starting.get(startKey(movement))?.delete(movement);
  }

  /** The only one that says it moves on from there. */
  movingFrom(here: Place): Movement | undefined {
    const list = this.starting.get(`from ${placeKey(here)}`);
    return list?.size === 1 ? [...list][0] : undefined;
  }

  /** One that leaves the house from there; or from a place it does not say. */
  leavingFrom(here: Place | null): Movement | undefined {
    const [first] = this.starting.get(`out of ${placeKey(here)}`) ?? [];
    return first;
  }
}

/**
 * Movements of one instant that say where the patient goes, one after the other (docs/encounter-rules.md no. 20): what says where it left
 * from follows what led there, and an admission follows the discharge from where the patient was; else they go as they were recorded.
 */
export class Instant {
  /** Those that nothing holds back, and those that follow others. */
  private readonly ready = new Pool();
  private readonly held = new Pool();
  private readonly followers = new Map<string, Movement[]>();
  /** How many are still to come that lead to a place, and that leave the house from it. */
  private readonly leading = new Map<string, number>();
  private readonly leaving = new Map<string, number>();
  private readonly tied = new Map<number, Set<Movement>>();

  constructor(movements: readonly Movement[]) {
    for (const m of movements) this.count(m, 1);
    for (const m of movements) {
      if (this.isHeld(m)) this.hold(m);
      else this.ready.add(m);
    }
  }

  /** The next for a patient who is `here` by now; undefined once there is none. */
  next(here: Place | null): Movement | undefined {
    const pool = this.ready.inOrder.length > 0 ? this.ready : this.held;
    const first = pool.inOrder.at(0);
    if (first === undefined) return undefined;
    const chained = here === null ? undefined : pool.movingFrom(here);
    const left = here === null ? undefined : leftBefore(chained ?? first, pool, here);
    if (chained === undefined && left === undefined) this.noteTie(pool);
    const next = left ?? chained ?? first;
    pool.delete(next);
    this.count(next, -1);
    this.release(next);
    return next;
  }

  /** Movements of one kind between which nothing but the recording decided, though they lead to different places. */
  ties(): Movement[][] {
    return [...this.tied.values()].map((list) => [...list].sort(compareAtInstant));
  }

  private noteTie({ inOrder }: Pool): void {
    const [first, second] = [inOrder.at(0)!, inOrder.at(1)];
    if (second === undefined || first.kind === 'discharge' || first.kind === 'to-outpatient') return;
    const rank = rankOf(first.kind);
    if (rank !== rankOf(second.kind) || first.kind === 'to-inpatient' || samePlace(first.place, second.place)) return;
    this.tied.set(rank, (this.tied.get(rank) ?? new Set()).add(first).add(second));
  }

  private count({ kind, place }: Movement, by: 1 | -1): void {
    const counts = kind === 'discharge' ? this.leaving : this.leading;
    if (place !== null) counts.set(placeKey(place), (counts.get(placeKey(place)) ?? 0) + by);
  }

  private isHeld(m: Movement): boolean {
    const start = startOf(m);
    if (start === null) return false;
    const key = placeKey(start);
    if (m.kind === 'discharge') return (this.leading.get(key) ?? 0) > 0;
    const others = (this.leading.get(key) ?? 0) - (samePlace(m.place, start) ? 1 : 0);
    return others > 0 || (this.leaving.get(key) ?? 0) > 0;
  }

  private hold(m: Movement): void {
    this.held.add(m);
    const key = placeKey(startOf(m));
    const list = this.followers.get(key);
    if (list === undefined) this.followers.set(key, [m]);
    else list.push(m);
  }

  /** What followed the last that led to a place, or left it, need not wait any more. */
  private release({ place }: Movement): void {
    if (place === null) return;
    const key = placeKey(place);
    if ((this.leading.get(key) ?? 0) > 1) return;
    const list = this.followers.get(key) ?? [];
    this.followers.delete(key);
    for (const m of list) {
      if (!this.held.inOrder.has(m)) continue;
      this.held.delete(m);
      if (this.isHeld(m)) this.hold(m);
      else this.ready.add(m);
    }
  }
}

/** The discharge from where the patient was, before an admission from there to elsewhere that was recorded as early or does not say so. */
function leftBefore(next: Movement, pool: Pool, here: Place): Movement | undefined {
  const begins = next.kind === 'admit' || next.kind === 'register' || next.kind === 'to-inpatient';
  if (!begins || agree(next.place, here) || !agree(next.prior, here)) return undefined;
  const unsaid = pool.leavingFrom(null);
  const asEarly = unsaid?.recordedAt === next.recordedAt && unsaid.sentAt === next.sentAt;
  return pool.leavingFrom(here) ?? (asEarly ? unsaid : undefined);
}

function startOf({ kind, place, prior }: Movement): Place | null {
  return kind === 'discharge' ? place : prior;
}

function startKey(m: Movement): string {
  return `${m.kind === 'discharge' ? 'out of' : 'from'} ${placeKey(startOf(m))}`;
}
