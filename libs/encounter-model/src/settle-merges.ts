import { compare } from './movements.js';
import type { Retirement } from './merges.js';

/** The merge that was recorded last; of several at one time the one of the last id. */
export interface LastRetirement {
  readonly id: string;
  readonly recordedAt: string;
}

/** What is known of identifiers before a merge becomes known. */
export interface Settled {
  /** What an identifier goes by; itself, where nothing was merged. */
  survivorOf(id: string): string;
  /** Whether others go by this one. */
  isMerged(survivor: string): boolean;
  /** The last merge of all that go by it; null if there is none, undefined if nobody looked. */
  last(survivor: string): LastRetirement | null | undefined;
}

interface Group {
  survivor: string;
  last: LastRetirement | null | undefined;
  readonly members: string[];
}

/**
 * What identifiers go by once more merges are known, from what they went by before (`survivorsOf` of all merges says the same):
 * by each that others go by, or that is new, what these go by now. A merge leaves the rest of the history as it was where nothing was
 * recorded after it of the identifiers that it retires: then their history was over, and they follow those of the other. Null where
 * something was: that can only be told from all merges.
 */
export function settleMore(retirements: readonly Retirement[], known: Settled): Map<string, string> | null {
  const groups = new Map<string, Group>();
  const groupOf = (id: string): Group => {
    const key = known.survivorOf(id);
    const group = groups.get(key);
    if (group !== undefined) return group;
    const fresh = { survivor: key, last: known.isMerged(key) ? known.last(key) : null, members: [key] };
    groups.set(key, fresh);
    return fresh;
  };
  for (const merge of [...retirements].sort(compareRetirements)) {
    const [from, to] = [groupOf(merge.retired), groupOf(merge.survivor)];
    if (from.last === undefined || (from.last !== null && compareRetirements(from.last, merge) > 0)) return null;
    if (from === to) {
      if (to.survivor === merge.retired) to.survivor = merge.survivor;
      to.last = merge;
      continue;
    }
    const last =
      to.last === undefined ? undefined : to.last !== null && compareRetirements(to.last, merge) > 0 ? to.last : merge;
    const [small, large] = from.members.length < to.members.length ? [from, to] : [to, from];
    large.survivor = to.survivor;
    large.last = last;
    for (const key of small.members) {
      large.members.push(key);
      groups.set(key, large);
    }
  }
  return new Map([...groups].map(([key, { survivor }]) => [key, survivor]));
}

function compareRetirements(a: LastRetirement, b: LastRetirement): number {
  return compare(a.recordedAt, b.recordedAt) || compare(a.id, b.id);
}
