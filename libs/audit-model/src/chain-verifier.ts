import { type ChainHead, emptyChain, hashOf } from './chain.js';
import type { ChainedEntry } from './entry.js';
import type { Seal, SealChecker, Sealed } from './seal.js';

/** Something that is not as it was written, and where. */
export interface AuditFault {
  readonly facility: string;
  /** Place in the chain: the first where it shows. */
  readonly seq: number;
  readonly kind: 'changed' | 'missing' | 'inserted' | 'cut-off' | 'seal';
  readonly text: string;
}

/** What is kept of a chain beside its entries. */
export interface ChainSeals {
  /** Signed with every append; null where there is none, which is a fault of any chain that has entries. */
  readonly end: Seal | null;
  /** Where the chain had come to from time to time, and where it was cut; in any order. */
  readonly seals: readonly Seal[];
  /** What somebody noted of the chain earlier and outside the database. */
  readonly known?: readonly Pick<Sealed, 'facility' | 'seq' | 'hash'>[];
}

/** So many faults are told of one chain; whoever wrote over all of it need not be told row by row. */
const MOST_FAULTS = 100;

/**
 * Reads one facility's chain from its beginning, or from where it was cut, to its end, in the order of `seq`, and finds what was changed,
 * removed, inserted or put in another order. Needs the same memory for any length of chain.
 */
export class ChainVerifier {
  private readonly faults: AuditFault[] = [];
  private head: ChainHead;
  private readonly expected = new Map<number, Set<string>>();
  private readonly latest: number;
  private read = 0;

  constructor(
    private readonly facility: string,
    private readonly of: ChainSeals,
    checker: SealChecker,
  ) {
    const good = (of.end === null ? of.seals : [of.end, ...of.seals]).filter((seal) => {
      const isMeant = seal.facility === facility && (seal.kind === 'end') === (seal === of.end);
      const fault = isMeant
        ? checker.faultOf(seal)
        : `is one of ${seal.facility} (${seal.kind}) and stands in the wrong place`;
      if (fault !== null) this.note(seal.seq, 'seal', `The seal at ${seal.seq} ${fault}.`);
      return fault === null;
    });
    const cut = good.filter(({ kind }) => kind === 'cut').sort((a, b) => b.seq - a.seq)[0];
    this.head =
      cut === undefined ? emptyChain(facility) : { facility, seq: cut.seq, hash: cut.hash, arrivedAt: cut.arrivedAt };
    for (const { seq, hash } of [...good, ...(of.known ?? [])]) {
      if (seq >= this.head.seq) this.expected.set(seq, (this.expected.get(seq) ?? new Set()).add(hash));
    }
    this.latest = Math.max(this.head.seq, ...this.expected.keys());
    this.checkSeals(this.head.seq);
  }

  /** Takes the next entry, in the order of `seq`. */
  take(entry: ChainedEntry): void {
    this.read += 1;
    const { seq, hash, facility } = entry;
    if (facility !== this.facility) {
      this.note(seq, 'inserted', `Entry ${seq} says that it is of ${facility}.`);
      return;
    }
    if (seq <= this.head.seq) {
      this.note(seq, 'inserted', `There is an entry ${seq} more than there was.`);
      return;
    }
    if (seq > this.head.seq + 1) {
      const [from, to] = [this.head.seq + 1, seq - 1];
      this.note(from, 'missing', from === to ? `Entry ${from} is missing.` : `Entries ${from} to ${to} are missing.`);
      // What comes behind is judged by itself: its own hash says nothing of it while the one before is not known.
    } else if (hashOf(this.head.hash, entry) !== hash) {
      this.note(seq, 'changed', `Entry ${seq} is not what was written there, or stands in another place.`);
    }
    if (this.head.arrivedAt !== null && entry.arrivedAt < this.head.arrivedAt)
      this.note(seq, 'changed', `Entry ${seq} says that it arrived before the one before it.`);
    this.head = { facility, seq, hash, arrivedAt: entry.arrivedAt };
    this.checkSeals(seq);
  }

  /** All faults, at most a hundred, and how many entries were read; to be called when there is no further entry. */
  end(): { readonly faults: readonly AuditFault[]; readonly entries: number; readonly head: ChainHead } {
    const { seq } = this.head;
    if (seq < this.latest) this.note(seq + 1, 'cut-off', `The chain ends at ${seq}; it was at ${this.latest} already.`);
    if (this.of.end === null && this.read > 0) this.note(seq, 'seal', 'The seal of the end of the chain is missing.');
    if (this.of.end !== null && this.of.end.seq < seq)
      this.note(
        this.of.end.seq + 1,
        'inserted',
        `Entries behind ${this.of.end.seq}, the sealed end, were not written here.`,
      );
    return { faults: this.faults, entries: this.read, head: this.head };
  }

  private checkSeals(seq: number): void {
    const wanted = this.expected.get(seq);
    if (wanted === undefined) return;
    const { hash } = this.head;
    if ([...wanted].some((one) => one !== hash))
      this.note(seq, 'changed', `Up to ${seq} the chain is another than the one that was sealed there.`);
  }

  private note(seq: number, kind: AuditFault['kind'], text: string): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push({ facility: this.facility, seq, kind, text });
  }
}
