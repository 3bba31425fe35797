import type { GroupProgress } from '@wardstream/messaging';

interface Mark {
  readonly atMs: number;
  readonly heads: ReadonlyMap<string, number>;
}

/** Marks kept; the oldest go, which makes a lag look shorter than it is once it is longer than so many polls. */
const MOST_MARKS = 600;

/**
 * How long ago the oldest event came into the log that a service before this one has not handled: by where the log's heads were at which
 * poll, so that no event needs to be marked. Of partitions: what a service has not handled of one hospital says nothing of another. Pure.
 */
export class UpstreamLag {
  private marks: Mark[] = [];
  private handled = new Map<string, number>();

  /** What one poll of the log found; `atMs` monotonic, milliseconds. */
  sample(atMs: number, progress: readonly GroupProgress[]): void {
    const heads = new Map(progress.map((p) => [placeOf(p), p.head]));
    // A group that never committed anything does not run here: nobody waits for it.
    this.handled = new Map(progress.flatMap((p) => (p.handled === null ? [] : [[placeOf(p), p.handled]])));
    this.marks.push({ atMs, heads });
    const isPast = (mark: Mark) =>
      [...this.handled].every(([place, handled]) => (mark.heads.get(place) ?? 0) <= handled);
    while (this.marks.length > 1 && isPast(this.marks[0]!)) this.marks.shift();
    if (this.marks.length > MOST_MARKS) this.marks.shift();
  }

  /** Milliseconds, of a partition number over all topics; 0 where all is handled. */
  ofPartition(partition: number, atMs: number): number {
    const places = [...this.handled].filter(([place]) => place.endsWith(` ${partition}`));
    const since = this.marks.find(({ heads }) => places.some(([place, handled]) => (heads.get(place) ?? 0) > handled));
    return since === undefined ? 0 : Math.max(0, atMs - since.atMs);
  }
}

function placeOf({ topic, partition }: GroupProgress): string {
  return `${topic} ${partition}`;
}
