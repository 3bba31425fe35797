import { isIPv6 } from 'node:net';
import { monotonicMs } from '@wardstream/kernel';

const WINDOW_MS = 60_000;
/** Addresses that are counted at once; of more, the one whose minute began first is forgotten. */
const MOST_ADDRESSES = 10_000;

/**
 * Counts guesses of tokens by the address that they come from, a minute at a time. It only says how a wrong token is to be answered: a good
 * one is served however many wrong ones came from its address, since a whole hospital may stand behind that.
 */
export class TokenGuesses {
  private readonly byAddress = new Map<string, { readonly sinceMs: number; count: number }>();

  constructor(
    private readonly mostAMinute: number,
    private readonly nowMs: () => number = monotonicMs,
  ) {}

  /** Another guess came. Resolves to the seconds after which to try again where there were too many, else null. */
  add(address: string): number | null {
    const now = this.nowMs();
    const network = networkOf(address);
    let window = this.byAddress.get(network);
    if (window === undefined || now - window.sinceMs >= WINDOW_MS) {
      this.byAddress.delete(network);
      window = { sinceMs: now, count: 0 };
      this.byAddress.set(network, window);
      this.forget(now);
    }
    window.count += 1;
    return window.count <= this.mostAMinute ? null : Math.max(1, Math.ceil((window.sinceMs + WINDOW_MS - now) / 1000));
  }

  /** Addresses that are counted now. */
  get size(): number {
    return this.byAddress.size;
  }

  /** Windows stand in the order in which they began. */
  private forget(now: number): void {
    for (const [network, { sinceMs }] of this.byAddress) {
      if (now - sinceMs < WINDOW_MS && this.byAddress.size <= MOST_ADDRESSES) return;
      this.byAddress.delete(network);
    }
  }
}

/** Whoever has one address of IPv6 has the 2^64 of its network. */
export function networkOf(address: string): string {
  const bare = address.split('%', 1)[0]!;
  if (!isIPv6(bare)) return bare;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = bare.split('::', 2);
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array.from({ length: missing }, () => '0'), ...groups(tail ?? '')];
  return all
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':');
}
