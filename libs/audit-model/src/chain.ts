import { NO_FACILITY, type ActData } from '@wardstream/events';
import { digest, instantOf } from '@wardstream/kernel';
import { type AuditEntry, canonicalEntry, type ChainedEntry } from './entry.js';

/** Where a chain ends. */
export interface ChainHead {
  readonly facility: string;
  /** 0 while there is nothing in it. */
  readonly seq: number;
  readonly hash: string;
  /** Of its last entry; null while there is none. */
  readonly arrivedAt: string | null;
}

/** A chain that has nothing in it yet. Chains of two facilities begin differently, so that no entry can move to another. */
export function emptyChain(facility: string): ChainHead {
  return { facility, seq: 0, hash: digest(`wardstream audit of ${facility}`), arrivedAt: null };
}

/** The hash of an entry behind an entry with the hash `before`. */
export function hashOf(before: string, entry: AuditEntry): string {
  return digest(`${before}\n${canonicalEntry(entry)}`);
}

/** The facility in whose chain an act goes. */
export function chainOf({ facility }: Pick<ActData, 'facility'>): string {
  return facility ?? NO_FACILITY;
}

/**
 * Puts acts behind the end of a chain, in the order given. `nowMs`: when they arrived, real time in milliseconds; a clock that was set back counts as standing
 * still, so that times grow along the chain.
 */
export function appended(
  head: ChainHead,
  acts: readonly ActData[],
  nowMs: number,
): { readonly head: ChainHead; readonly entries: readonly ChainedEntry[] } {
  const now = instantOf(nowMs);
  const arrivedAt = head.arrivedAt !== null && head.arrivedAt > now ? head.arrivedAt : now;
  let { seq, hash } = head;
  const entries = acts.map(({ facility: _facility, ...act }) => {
    seq += 1;
    const entry = { ...act, facility: head.facility, seq, arrivedAt };
    hash = hashOf(hash, entry);
    return { ...entry, hash };
  });
  if (entries.length === 0) return { head, entries };
  return { head: { facility: head.facility, seq, hash, arrivedAt }, entries };
}
