import type { FetchedRecord, Head } from './log-database.js';

/** What one append brought to one partition: offsets without a gap. */
interface Run {
  readonly id: number;
  readonly first: number;
  readonly records: readonly FetchedRecord[];
  readonly size: number;
}

/**
 * The newest records that this process itself appended, so that its own readers need not ask the database for what it has just
 * written. Nothing is in here before it is durable. What is missing (older, or appended by another process) is no error: it is
 * read from the database then.
 */
export class RecentRecords {
  /** The runs of each partition by offset, each beginning where the one before it ends. */
  private readonly windows = new Map<number, Run[]>();
  /** All runs, oldest first, with those that are in no window any more. */
  private readonly byAge: Run[] = [];
  private size = 0;

  /** Keeps about `mostCharacters` of keys, headers and values. */
  constructor(private readonly mostCharacters: number) {}

  /** Takes in what was appended at `first` and the offsets after it. `records` must not be empty. */
  add(id: number, first: number, records: readonly FetchedRecord[]): void {
    const window = this.windows.get(id) ?? [];
    const end = endOf(window);
    // An append that was answered late: its offsets are older than what is kept.
    if (end !== undefined && first < end) return;
    // Another process has appended between: what comes before the gap would never be followed by it.
    if (end !== undefined && first > end) this.forget(id);
    const size = records.reduce((sum, { key, value }) => sum + key.length + value.length + OVERHEAD, 0);
    const run = { id, first, records, size };
    if (first === end) window.push(run);
    else this.windows.set(id, [run]);
    this.byAge.push(run);
    this.size += size;
    while (this.size > this.mostCharacters) this.forgetOldest();
  }

  /** At most `limit` records from an offset on; undefined when the one at that offset is not among the newest. */
  from({ id, next }: Head, limit: number): FetchedRecord[] | undefined {
    const window = this.windows.get(id);
    if (window === undefined || next < window[0]!.first || next >= endOf(window)!) return undefined;
    const found: FetchedRecord[] = [];
    for (let at = window.findLastIndex(({ first }) => first <= next); at < window.length; at += 1) {
      const { first, records } = window[at]!;
      found.push(...records.slice(Math.max(0, next - first), Math.max(0, next - first) + limit - found.length));
      if (found.length >= limit) break;
    }
    return found;
  }

  private forgetOldest(): void {
    const run = this.byAge.shift()!;
    const window = this.windows.get(run.id);
    if (window?.[0] !== run) return;
    window.shift();
    if (window.length === 0) this.windows.delete(run.id);
    this.size -= run.size;
  }

  private forget(id: number): void {
    for (const { size } of this.windows.get(id) ?? []) this.size -= size;
    this.windows.delete(id);
  }
}

/** What a record takes beside its key and value: its headers and the objects themselves. */
const OVERHEAD = 600;

function endOf(window: readonly Run[]): number | undefined {
  const last = window.at(-1);
  return last === undefined ? undefined : last.first + last.records.length;
}
