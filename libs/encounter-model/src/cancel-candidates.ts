import type { Place } from '@wardstream/events';
import { compareMovements } from './event-order.js';
import type { MergedVisits } from './merges.js';
import type { Cancel, Movement } from './visit-history.js';
import { agree, placeKey } from './places.js';
import { Sorted } from './sorted.js';

/** Movements of one visit, or of several that are one, that a cancel may name. */
interface Scope {
  /** Those that were not cancelled, by kind. */
  readonly standing: Map<string, Sorted<Movement>>;
  /** Those that one sender cancelled and another stated, by kind and that other sender, who has not cancelled them yet. */
  readonly elsewhere: Map<string, Sorted<Movement>>;
  /** Transfers by the place they left: by the history, and as they say themselves. Also those that were cancelled. */
  readonly left: Map<string, { readonly place: Place; readonly movements: Sorted<Movement> }>;
  readonly leftAsStated: Map<string, Sorted<Movement>>;
  /** Transfers that were not cancelled, of which nothing says where they left from. */
  readonly fromNowhere: Sorted<Movement>;
}

/** What cancels may name, as it grows with what is recorded. */
export interface Candidates {
  /** A movement is known from now on. `origin`: where it left from by the history. */
  add(movement: Movement, origin: Place | null): void;
  /** A visit is one with others from now on: what is said of one may mean the other. */
  join(visit: string): void;
  /** It turned out to have left from elsewhere. */
  moved(movement: Movement, origin: Place | null): void;
  /** It was cancelled by these senders. */
  cancelled(movement: Movement, by: ReadonlySet<string>): void;
  /** Its sender says again that it happened. */
  stands(movement: Movement): void;
  /** The latest of these kinds that stands, or that only others cancelled where the sender of the cancel stated it. */
  latest(cancel: Cancel, kinds: readonly string[]): Movement | undefined;
  /** Those of one time that stand beside it: among them the place decides. */
  alike(cancel: Cancel, of: Movement): Movement[];
  /** The latest transfer that left that place, by the history or by what it says itself, also where it is cancelled already. */
  latestThatLeft(cancel: Cancel, place: Place): Movement | undefined;
  /** The latest that stands of which nothing says where it left from. */
  latestFromNowhere(cancel: Cancel): Movement | undefined;
}

/** The answer to each question is the last of a list, so that no cancel has to look at all movements. */
export class ManyCandidates implements Candidates {
  private readonly scopes = new Map<string, Scope>();
  private readonly members = new Map<string, Movement[]>();
  private readonly origins = new Map<Movement, Place | null>();
  private readonly cancelledBy = new Map<Movement, ReadonlySet<string>>();
  private readonly joined = new Set<string>();

  constructor(private readonly merged: MergedVisits) {}

  add(movement: Movement, origin: Place | null): void {
    const members = this.members.get(movement.visit);
    if (members === undefined) this.members.set(movement.visit, [movement]);
    else members.push(movement);
    this.enter(movement, origin);
  }

  join(visit: string): void {
    this.joined.add(visit);
    for (const m of this.members.get(visit) ?? []) this.enter(m, this.origins.get(m) ?? null);
  }

  moved(movement: Movement, origin: Place | null): void {
    const known = this.origins.get(movement);
    if (known === undefined || placeKey(known) === placeKey(origin)) return;
    for (const { left } of this.scopesOf(movement)) left.get(placeKey(known))?.movements.delete(movement);
    this.enter(movement, origin);
  }

  cancelled(movement: Movement, by: ReadonlySet<string>): void {
    this.cancelledBy.set(movement, by);
    if (this.origins.has(movement)) this.enter(movement, this.origins.get(movement)!);
  }

  stands(movement: Movement): void {
    this.cancelledBy.delete(movement);
    if (this.origins.has(movement)) this.enter(movement, this.origins.get(movement)!);
  }

  latest(cancel: Cancel, kinds: readonly string[]): Movement | undefined {
    const { standing, elsewhere } = this.scopeOf(cancel);
    return latestOf(
      kinds.flatMap((kind) => [
        standing.get(kind)?.last(),
        lastStatedBy(cancel, elsewhere.get(`${kind} ${cancel.source}`)),
      ]),
    );
  }

  alike(cancel: Cancel, { kind, at, recordedAt }: Movement): Movement[] {
    const found: Movement[] = [];
    for (const m of this.scopeOf(cancel).standing.get(kind)?.backwards() ?? []) {
      if (m.at !== at || m.recordedAt !== recordedAt) break;
      found.push(m);
    }
    return found;
  }

  latestThatLeft(cancel: Cancel, place: Place): Movement | undefined {
    const { left, leftAsStated } = this.scopeOf(cancel);
    const found = [leftAsStated.get(placeKey(place))?.last()];
    for (const known of left.values()) if (agree(known.place, place)) found.push(known.movements.last());
    return latestOf(found);
  }

  latestFromNowhere(cancel: Cancel): Movement | undefined {
    return this.scopeOf(cancel).fromNowhere.last();
  }

  private enter(movement: Movement, origin: Place | null): void {
    this.origins.set(movement, origin);
    const { kind, prior, stated } = movement;
    const by = this.cancelledBy.get(movement);
    for (const { standing, elsewhere, left, leftAsStated, fromNowhere } of this.scopesOf(movement)) {
      put(listOf(standing, kind), movement, by === undefined);
      for (const { source } of stated)
        put(listOf(elsewhere, `${kind} ${source}`), movement, by !== undefined && !by.has(source));
      if (kind !== 'transfer' && kind !== 'swap') continue;
      put(fromNowhere, movement, origin === null && prior === null && by === undefined);
      if (prior !== null) listOf(leftAsStated, placeKey(prior)).add(movement);
      if (origin === null) continue;
      const known = left.get(placeKey(origin));
      if (known !== undefined) known.movements.add(movement);
      else {
        const movements = new Sorted(compareMovements);
        movements.add(movement);
        left.set(placeKey(origin), { place: origin, movements });
      }
    }
  }

  /** A sender that numbers a cancel by its movement means that number, or a movement that has none. */
  private scopeOf({ visit, senderId, numbersItself }: Cancel): Scope {
    return this.scope(visit, senderId === null || numbersItself ? 'all' : 'unnumbered');
  }

  private scopesOf({ visit, senderId }: Movement): Scope[] {
    const all = this.scope(visit, 'all');
    return senderId === null ? [all, this.scope(visit, 'unnumbered')] : [all];
  }

  private scope(visit: string, of: 'all' | 'unnumbered'): Scope {
    const isOne = this.joined.has(visit) || !this.merged.oneSince.has(visit);
    const key = `${of} ${isOne ? '' : visit}`;
    const known = this.scopes.get(key);
    if (known !== undefined) return known;
    const fromNowhere = new Sorted(compareMovements);
    const fresh: Scope = {
      standing: new Map(),
      elsewhere: new Map(),
      left: new Map(),
      leftAsStated: new Map(),
      fromNowhere,
    };
    this.scopes.set(key, fresh);
    return fresh;
  }
}

function lastStatedBy({ source, recordedAt }: Cancel, list: Sorted<Movement> | undefined): Movement | undefined {
  for (const movement of list?.backwards() ?? [])
    if (movement.stated.some((s) => s.source === source && s.recordedAt <= recordedAt)) return movement;
  return undefined;
}

function latestOf(found: readonly (Movement | undefined)[]): Movement | undefined {
  let latest: Movement | undefined;
  for (const m of found) if (m !== undefined && (latest === undefined || compareMovements(m, latest) > 0)) latest = m;
  return latest;
}

function put(list: Sorted<Movement>, movement: Movement, isIn: boolean): void {
  if (isIn) list.add(movement);
  else list.delete(movement);
}

function listOf(lists: Map<string, Sorted<Movement>>, key: string): Sorted<Movement> {
  const known = lists.get(key);
  if (known !== undefined) return known;
  const fresh = new Sorted(compareMovements);
  lists.set(key, fresh);
  return fresh;
}
