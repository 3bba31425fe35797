/** Injection token of the Presence. */
export const PRESENCE = Symbol('PRESENCE');

/** How many look at the board of each facility, over all replicas that can be asked. */
export interface Presence {
  /** Tells how many look at each here; answers the sum over all replicas. Never rejects. */
  tell(viewers: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>>;
  close(): Promise<void>;
}

/** Of this process alone. */
export class LocalPresence implements Presence {
  tell(viewers: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(viewers);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** The sum of what several tell. */
export function summed(told: Iterable<ReadonlyMap<string, number>>): Map<string, number> {
  const sum = new Map<string, number>();
  for (const viewers of told) for (const [facility, n] of viewers) sum.set(facility, (sum.get(facility) ?? 0) + n);
  return sum;
}
