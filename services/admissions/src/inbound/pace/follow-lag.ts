import type { GroupProgress } from '@wardstream/messaging';

/** What was seen of the way from intake to the beds at one moment. Times are monotonic, milliseconds. */
export interface PathSample {
  readonly atMs: number;
  /** Messages acknowledged here and not processed yet, and since when the first of them waits. */
  readonly waiting: number;
  readonly waitingSinceMs: number | null;
  /** How far the beds are in the log. */
  readonly log: readonly GroupProgress[];
}

/** How far the beds are behind. */
export interface Lag {
  /** False where nobody has ever followed: then there is nothing to keep pace with. */
  readonly followed: boolean;
  /** Messages and events on their way. */
  readonly depth: number;
  /** How long ago the oldest message was acknowledged that is not followed yet, milliseconds; 0 where all are. */
  readonly ms: number;
  /** Events followed a second, of late; null where that is not known yet. */
  readonly perSecond: number | null;
}

interface Mark {
  /** No event that came into the log between the mark before and this one is of a message acknowledged earlier. */
  fromMs: number;
  heads: ReadonlyMap<number, number>;
}

interface Standing {
  readonly handled: number;
  /** When it last went on, or had nothing to do. */
  readonly atMs: number;
  /** When it last went on. */
  readonly advancedMs: number;
}

/** A partition that stands still so long while others go on is left out: one hospital's trouble does not slow the others. */
const STALLED_MS = 5_000;
/** Marks kept; beyond them neighbours become one, which makes the lag coarser and never smaller. */
const MOST_MARKS = 512;

/** What is followed in one second is counted over so long, milliseconds; over less than the least nothing is said. */
const RATE_MS = 1_000;
const LEAST_RATE_MS = 200;

const nobody: Lag = { followed: false, depth: 0, ms: 0, perSecond: null };

/**
 * Tells from samples how long ago the oldest message was acknowledged that the beds have not followed: by where the log's heads were
 * at which time, so that no message and no event needs to be marked. Pure; all partitions are of one topic.
 */
export class FollowLag {
  private marks: Mark[] = [];
  /** When the first message was acknowledged whose event may come into the log after the last sample. */
  private unpublishedMs: number | null = null;
  private readonly standings = new Map<number, Standing>();
  /** What was handled by when, oldest first. */
  private followed: { readonly atMs: number; readonly handled: number }[] = [];

  /** Messages were acknowledged now. */
  acknowledged(nowMs: number): void {
    this.unpublishedMs ??= nowMs;
  }

  sample({ atMs, waiting, waitingSinceMs, log }: PathSample): Lag {
    if (!log.some(({ handled }) => handled !== null)) {
      this.marks = [];
      this.unpublishedMs = waitingSinceMs;
      return nobody;
    }
    const before = this.marks.at(-1)?.heads;
    if (log.some(({ partition, head }) => head > (before?.get(partition) ?? 0))) {
      const heads = new Map(log.map(({ partition, head }) => [partition, head]));
      this.marks.push({ fromMs: this.unpublishedMs ?? atMs, heads });
    }
    this.unpublishedMs = waitingSinceMs;
    const all = this.standingsOf(log, atMs);
    const counted = withoutStalled(all, atMs);
    this.forget(all);
    const since = Math.min(waitingSinceMs ?? Infinity, ...counted.map((p) => this.sinceMs(p, atMs)));
    return {
      followed: true,
      depth: waiting + counted.reduce((sum, { head, handled }) => sum + Math.max(0, head - handled), 0),
      ms: Math.max(0, atMs - Math.min(since, atMs)),
      perSecond: this.rate(all, atMs),
    };
  }

  private rate(all: readonly Counted[], atMs: number): number | null {
    const handled = all.reduce((sum, p) => sum + p.handled, 0);
    this.followed.push({ atMs, handled });
    while (this.followed.length > 2 && this.followed[1]!.atMs <= atMs - RATE_MS) this.followed.shift();
    const [first] = this.followed;
    const passed = atMs - first!.atMs;
    return passed < LEAST_RATE_MS ? null : ((handled - first!.handled) * 1_000) / passed;
  }

  /** When the oldest message of a partition was acknowledged that is not followed. */
  private sinceMs({ partition, head, handled }: Counted, atMs: number): number {
    if (handled >= head) return Infinity;
    return this.marks.find(({ heads }) => (heads.get(partition) ?? 0) > handled)?.fromMs ?? atMs;
  }

  private standingsOf(log: readonly GroupProgress[], atMs: number): Counted[] {
    return log.map(({ partition, head, handled: committed }) => {
      const known = this.standings.get(partition);
      // Of a partition in which it never committed anything it has what was there when this was first seen.
      const handled = committed ?? known?.handled ?? head;
      const advancedMs = handled > (known?.handled ?? handled) ? atMs : (known?.advancedMs ?? -Infinity);
      const isOn = known === undefined || advancedMs === atMs || handled >= head;
      const standing = { handled, advancedMs, atMs: isOn ? atMs : known.atMs };
      this.standings.set(partition, standing);
      return { partition, head, ...standing };
    });
  }

  private forget(counted: readonly Counted[]): void {
    const isPast = ({ heads }: Mark): boolean =>
      counted.every(({ partition, handled }) => (heads.get(partition) ?? 0) <= handled);
    // The last one says where the heads were.
    while (this.marks.length > 1 && isPast(this.marks[0]!)) this.marks.shift();
    if (this.marks.length <= MOST_MARKS) return;
    const merged: Mark[] = [];
    for (let i = 0; i < this.marks.length; i += 2) {
      const [first, second = first] = [this.marks[i]!, this.marks[i + 1]];
      merged.push({ fromMs: first.fromMs, heads: second.heads });
    }
    this.marks = merged;
  }
}

interface Counted extends Standing {
  readonly partition: number;
  readonly head: number;
}

/** All of them where all stand still: then nobody follows. */
function withoutStalled(all: readonly Counted[], atMs: number): readonly Counted[] {
  const anyGoesOn = all.some(({ advancedMs }) => atMs - advancedMs <= STALLED_MS);
  return anyGoesOn ? all.filter((p) => p.handled >= p.head || atMs - p.atMs <= STALLED_MS) : all;
}
