import type { Place } from '@wardstream/events';
import type { Candidates } from './cancel-candidates.js';
import { compareMovements } from './event-order.js';
import type { MergedVisits } from './merges.js';
import type { Cancel, Movement } from './visit-history.js';
import { agree, placeKey } from './places.js';

/** Up to so many movements, to look at each takes less than to keep lists of them. */
export const FEW = 16;

interface Entry {
  readonly movement: Movement;
  origin: Place | null;
}

/** What cancels may name where there are few movements, as most visits have: each question looks at all of them. */
export class FewCandidates implements Candidates {
  private readonly entries: Entry[] = [];
  private readonly cancelledBy = new Map<Movement, ReadonlySet<string>>();
  private readonly joined = new Set<string>();

  constructor(private readonly merged: MergedVisits) {}

  add(movement: Movement, origin: Place | null): void {
    const known = this.entries.find((e) => e.movement === movement);
    if (known === undefined) this.entries.push({ movement, origin });
    else known.origin = origin;
  }

  join(visit: string): void {
    this.joined.add(visit);
  }

  moved(movement: Movement, origin: Place | null): void {
    const known = this.entries.find((e) => e.movement === movement);
    if (known !== undefined) known.origin = origin;
  }

  cancelled(movement: Movement, by: ReadonlySet<string>): void {
    this.cancelledBy.set(movement, by);
  }

  stands(movement: Movement): void {
    this.cancelledBy.delete(movement);
  }

  latest(cancel: Cancel, kinds: readonly string[]): Movement | undefined {
    const { source, recordedAt } = cancel;
    return this.last(cancel, ({ movement }) => {
      if (!kinds.includes(movement.kind)) return false;
      const by = this.cancelledBy.get(movement);
      if (by === undefined) return true;
      return !by.has(source) && movement.stated.some((s) => s.source === source && s.recordedAt <= recordedAt);
    });
  }

  alike(cancel: Cancel, { kind, at, recordedAt }: Movement): Movement[] {
    const standing = this.entries
      .filter((e) => e.movement.kind === kind && !this.cancelledBy.has(e.movement) && this.mayMean(cancel, e.movement))
      .map((e) => e.movement)
      .sort((a, b) => compareMovements(b, a));
    const end = standing.findIndex((m) => m.at !== at || m.recordedAt !== recordedAt);
    return end === -1 ? standing : standing.slice(0, end);
  }

  latestThatLeft(cancel: Cancel, place: Place): Movement | undefined {
    const key = placeKey(place);
    return this.last(cancel, ({ movement: { kind, prior }, origin }) => {
      if (kind !== 'transfer' && kind !== 'swap') return false;
      return (origin !== null && agree(origin, place)) || (prior !== null && placeKey(prior) === key);
    });
  }

  latestFromNowhere(cancel: Cancel): Movement | undefined {
    return this.last(cancel, ({ movement, origin }) => {
      if (movement.kind !== 'transfer' && movement.kind !== 'swap') return false;
      return origin === null && movement.prior === null && !this.cancelledBy.has(movement);
    });
  }

  private last(cancel: Cancel, fits: (entry: Entry) => boolean): Movement | undefined {
    let last: Movement | undefined;
    for (const entry of this.entries) {
      const { movement } = entry;
      if (!this.mayMean(cancel, movement) || !fits(entry)) continue;
      if (last === undefined || compareMovements(movement, last) > 0) last = movement;
    }
    return last;
  }

  /** A sender that numbers a cancel by its movement means that number, or a movement that has none. */
  private mayMean({ visit, senderId, numbersItself }: Cancel, movement: Movement): boolean {
    if (senderId !== null && !numbersItself && movement.senderId !== null) return false;
    return movement.visit === visit || (this.isOne(movement.visit) && this.isOne(visit));
  }

  private isOne(visit: string): boolean {
    return this.joined.has(visit) || !this.merged.oneSince.has(visit);
  }
}
