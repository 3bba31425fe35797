import type { SenderCountedData } from '@wardstream/events';
import {
  INVALID_CLOCK_HOURS,
  type CheckedClocks,
  type FoundInvalidClock,
  type HeardFeed,
} from '@wardstream/flow-model';
import type { ConflictFact, QualityFact } from '../domain/quality-fact.js';

const HOUR_MS = 3_600_000;
/** Of what is over only the version is remembered, and of so many things at most, those heard of last. */
const MOST_VERSIONS = 20_000;

export interface OpenConflicts {
  readonly kind: string;
  readonly severity: string;
  readonly open: number;
  readonly oldestAt: string;
}

/** What is known of one facility's data: its feeds, senders, open conflicts and invalid clocks. The highest version of each thing counts. */
export class QualityMemory {
  private readonly feedFacts = new Map<string, HeardFeed>();
  private readonly senderFacts = new Map<string, SenderCountedData>();
  private readonly conflicts = new Map<string, ConflictFact>();
  /** By the thing they are of and their names. */
  private readonly clocks = new Map<string, Map<string, FoundInvalidClock>>();
  private readonly versions = new Map<string, number>();
  /** Keys of the versions whose things are not kept any more, the latest last. */
  private readonly over = new Set<string>();
  private lists: { readonly feeds: readonly HeardFeed[]; readonly senders: readonly SenderCountedData[] } | null = null;

  get feeds(): readonly HeardFeed[] {
    return this.listed().feeds;
  }

  get senders(): readonly SenderCountedData[] {
    return this.listed().senders;
  }

  /** Whether it was news; a repeat or an older version changes nothing. */
  take({ kind, id, version, closedAt, data }: QualityFact): boolean {
    if (!this.isNews(`${kind}/${id}`, version, kind !== 'conflict' || closedAt === null)) return false;
    if (kind === 'conflict') {
      if (closedAt === null) this.conflicts.set(id, data as ConflictFact);
      else this.conflicts.delete(id);
      return true;
    }
    if (kind === 'feed') this.feedFacts.set(id, data as HeardFeed);
    else this.senderFacts.set(id, data as SenderCountedData);
    this.lists = null;
    return true;
  }

  /** As `take`, of the clocks of a thing that has its version told beside it. */
  isNewsOfJob(id: string, version: number): boolean {
    return this.isNews(`cleaning-job/${id}`, version, false);
  }

  /** Which clocks of a thing are invalid now; when each was found first stays. Null where none is and none was: there is nothing to keep. */
  takeClocks({ subject, invalid }: CheckedClocks, foundAt: string): FoundInvalidClock[] | null {
    const key = `${subject.type}/${subject.id}`;
    const before = this.clocks.get(key);
    const found = invalid.map((clock) => ({ ...clock, foundAt: before?.get(clock.clock)?.foundAt ?? foundAt }));
    if (found.length === 0) return this.clocks.delete(key) ? [] : null;
    this.clocks.set(key, new Map(found.map((clock) => [clock.clock, clock])));
    return found;
  }

  restoreClock(clock: FoundInvalidClock): void {
    const key = `${clock.subject.type}/${clock.subject.id}`;
    this.clocks.set(key, (this.clocks.get(key) ?? new Map<string, FoundInvalidClock>()).set(clock.clock, clock));
  }

  /** Those found in the last hours that count, the latest first. */
  invalidClocks(now: number): FoundInvalidClock[] {
    const after = new Date(now - INVALID_CLOCK_HOURS * HOUR_MS).toISOString();
    const found = [...this.clocks.values()].flatMap((clocks) => [...clocks.values()].filter((c) => c.foundAt > after));
    return found.sort((a, b) =>
      a.foundAt === b.foundAt ? (a.subject.id < b.subject.id ? -1 : 1) : a.foundAt > b.foundAt ? -1 : 1,
    );
  }

  /** By kind, the most frequent first. */
  openConflicts(): OpenConflicts[] {
    const by = new Map<string, OpenConflicts>();
    for (const { kind, severity, openedAt } of this.conflicts.values()) {
      const key = `${kind}/${severity}`;
      const { open, oldestAt } = by.get(key) ?? { open: 0, oldestAt: openedAt };
      by.set(key, { kind, severity, open: open + 1, oldestAt: openedAt < oldestAt ? openedAt : oldestAt });
    }
    return [...by.values()].sort((a, b) => b.open - a.open || (a.kind < b.kind ? -1 : 1));
  }

  /** Forgets clocks that do not count any more. */
  prune(before: string): void {
    for (const [key, clocks] of this.clocks) {
      if ([...clocks.values()].every((c) => c.foundAt < before)) this.clocks.delete(key);
    }
  }

  private isNews(key: string, version: number, isOpen: boolean): boolean {
    if (version <= (this.versions.get(key) ?? -1)) return false;
    // What is open is never forgotten: it is as many as there are. Of the rest the oldest go.
    this.versions.set(key, version);
    this.over.delete(key);
    if (!isOpen) this.over.add(key);
    if (this.over.size > MOST_VERSIONS) {
      const [oldest] = this.over;
      this.over.delete(oldest!);
      this.versions.delete(oldest!);
    }
    return true;
  }

  private listed() {
    this.lists ??= { feeds: [...this.feedFacts.values()], senders: [...this.senderFacts.values()] };
    return this.lists;
  }
}
