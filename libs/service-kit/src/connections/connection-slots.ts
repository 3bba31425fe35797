/** What a connection has done so far, as far as it matters for whether it may keep its place. */
export type Standing =
  /** Nothing that was taken, and nothing under way. */
  | 'silent'
  /** A frame has begun, and none was taken before it. */
  | 'slow'
  /** A message of it was taken, or waits for its answer. */
  | 'at-work';

export interface SlotHolder {
  /** Where it comes from: the peer's IP address. */
  readonly address: string;
  standing(): Standing;
}

export interface SlotLimits {
  readonly most: number;
  readonly mostPerAddress: number;
  /** Slots that only addresses may have of which a message was taken before. */
  readonly reserved: number;
}

export type Admission<C> =
  | { readonly admitted: true; /** Is to be closed to make room. */ readonly insteadOf: C | null }
  | { readonly admitted: false; readonly reason: 'address-full' | 'full' };

/** Addresses that are remembered; of more the one that was heard of first is forgotten. */
const MOST_KNOWN = 10_000;

/**
 * Who may be connected. Whoever has sent nothing yet holds a place only until somebody else wants it, the oldest first, then those
 * whose first frame does not end; so connections that hang keep nobody out who has something to say. Who was heard of is
 * never sent away for a newcomer, and part of the places is kept for addresses that were.
 */
export class ConnectionSlots<C extends SlotHolder> {
  private readonly held = new Set<C>();
  private readonly byAddress = new Map<string, Set<C>>();
  private readonly known = new Set<string>();
  private strangers = 0;

  constructor(private readonly limits: SlotLimits) {}

  get size(): number {
    return this.held.size;
  }

  /** Gives `newcomer` a place if there is one, or can be. Whom it names instead has lost its own. */
  admit(newcomer: C): Admission<C> {
    const { most, mostPerAddress, reserved } = this.limits;
    const neighbours = this.byAddress.get(newcomer.address);
    const addressFull = (neighbours?.size ?? 0) >= mostPerAddress;
    const strange = !this.known.has(newcomer.address);
    const strangersFull = strange && this.strangers >= most - reserved;
    let insteadOf: C | null = null;
    if (addressFull || strangersFull || this.held.size >= most) {
      const among = addressFull ? neighbours! : strangersFull ? this.strange() : this.held;
      insteadOf = leastDeserving(among);
      if (insteadOf === null) return { admitted: false, reason: addressFull ? 'address-full' : 'full' };
      this.release(insteadOf);
    }
    this.held.add(newcomer);
    const own = this.byAddress.get(newcomer.address) ?? new Set<C>();
    this.byAddress.set(newcomer.address, own.add(newcomer));
    if (strange) this.strangers += 1;
    return { admitted: true, insteadOf };
  }

  /** The place is free again. Harmless when repeated. */
  release(holder: C): void {
    if (!this.held.delete(holder)) return;
    if (!this.known.has(holder.address)) this.strangers -= 1;
    const own = this.byAddress.get(holder.address);
    own?.delete(holder);
    if (own?.size === 0) this.byAddress.delete(holder.address);
  }

  /** A message from this address was taken. */
  heardFrom(address: string): void {
    if (this.known.has(address)) return;
    this.known.add(address);
    this.strangers -= this.byAddress.get(address)?.size ?? 0;
    if (this.known.size <= MOST_KNOWN) return;
    const [first = ''] = this.known;
    this.known.delete(first);
    this.strangers += this.byAddress.get(first)?.size ?? 0;
  }

  private *strange(): Iterable<C> {
    for (const holder of this.held) if (!this.known.has(holder.address)) yield holder;
  }
}

/** Sets are walked in the order in which their members came, so the first is the oldest. */
function leastDeserving<C extends SlotHolder>(among: Iterable<C>): C | null {
  let slow: C | null = null;
  for (const holder of among) {
    const standing = holder.standing();
    if (standing === 'silent') return holder;
    if (standing === 'slow') slow ??= holder;
  }
  return slow;
}
