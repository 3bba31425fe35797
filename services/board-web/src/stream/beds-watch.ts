import type { NotFollowed } from '@wardstream/flow-model';

/** Beds that have not followed the visits. */
export interface BedsBehind {
  /** That may be shown as free though somebody was put into them, in the order of their names. */
  readonly beds: readonly string[];
  /** Timer reading (ms) since when the first of them has not followed. */
  readonly since: number;
}

/** A bed follows its visit within a second or two; after this time something has stopped. */
export const BEHIND_AFTER_MS = 20_000;

/** Tells the beds that are only a moment behind from those that stay behind. */
export class BedsWatch {
  private first = new Map<string, number>();
  private last: BedsBehind | null = null;

  /** `now`: a timer reading, ms. The same object while nothing changed. */
  look(found: readonly NotFollowed[], now: number): BedsBehind | null {
    const keyOf = ({ encounterId, bedId }: NotFollowed): string => `${bedId} ${encounterId}`;
    this.first = new Map(found.map((each) => [keyOf(each), this.first.get(keyOf(each)) ?? now]));
    const lasting = found.filter((each) => now - this.first.get(keyOf(each))! >= BEHIND_AFTER_MS);
    if (lasting.length === 0) return (this.last = null);
    const beds = [...new Set(lasting.map(({ bedId }) => bedId))].sort();
    const since = Math.min(...lasting.map((each) => this.first.get(keyOf(each))!));
    if (this.last?.since !== since || this.last.beds.join() !== beds.join()) this.last = { beds, since };
    return this.last;
  }
}
