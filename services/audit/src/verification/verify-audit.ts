import {
  type AuditFault,
  chainListFaults,
  type ChainSeals,
  ChainVerifier,
  type SealChecker,
  type Sealed,
} from '@wardstream/audit-model';
import type { Tx } from '@wardstream/persistence';
import { readEnds, readSeals } from '../persistence/chain.rows.js';
import { nextEntries, type ChainPlace } from '../persistence/entry.rows.js';

/** What somebody noted of a chain outside the database. */
export type KnownEnd = Pick<Sealed, 'facility' | 'seq' | 'hash'>;

/** One chain that was verified. */
export interface VerifiedChain {
  readonly facility: string;
  readonly entries: number;
  /** Where it ends. */
  readonly seq: number;
  readonly hash: string;
}

export interface AuditReport {
  readonly chains: readonly VerifiedChain[];
  /** Empty where all is as it was written. */
  readonly faults: readonly AuditFault[];
}

const AT_ONCE = 2_000;
const FIRST: ChainPlace = { seq: -1, arrivedAt: '0001-01-01T00:00:00Z' };

/**
 * Reads every chain from end to end within one snapshot, and finds whatever is not as it was written. `checker` has the keys that are trusted; `known` what was
 * noted outside the database of an earlier state.
 */
export async function verifyAudit(tx: Tx, checker: SealChecker, known: readonly KnownEnd[] = []): Promise<AuditReport> {
  const { ends, list } = await readEnds(tx);
  const named = await tx.query<{ facility: string }>(
    'SELECT DISTINCT facility FROM audit_entry UNION SELECT facility FROM audit_seal',
  );
  const facilities = new Set([...ends, ...named, ...known].map(({ facility }) => facility));
  const faults = chainListFaults(
    ends.map(({ facility }) => facility),
    list,
    checker,
  );
  const chains: VerifiedChain[] = [];
  for (const facility of [...facilities].sort()) {
    const end = ends.find((one) => one.facility === facility) ?? null;
    const of = known.filter((one) => one.facility === facility);
    const seals = await readSeals(tx, facility);
    const found = await verifyChain(tx, facility, { end, seals, known: of }, checker);
    faults.push(...found.faults);
    chains.push({ facility, entries: found.entries, seq: found.head.seq, hash: found.head.hash });
  }
  return { chains, faults };
}

async function verifyChain(tx: Tx, facility: string, seals: ChainSeals, checker: SealChecker) {
  const verifier = new ChainVerifier(facility, seals, checker);
  for (let place: ChainPlace | null = FIRST; place !== null;) {
    const page: Awaited<ReturnType<typeof nextEntries>> = await nextEntries(tx, facility, place, AT_ONCE);
    for (const entry of page.entries) verifier.take(entry);
    place = page.next;
  }
  return verifier.end();
}
