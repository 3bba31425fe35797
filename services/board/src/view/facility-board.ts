import { knownOf, type EntryKind } from '../domain/board-entry.js';
import type { SnapshotParts } from '../domain/snapshot-text.js';
import { keyOf, type EntryPosition, type ShownEntry } from './shown-entry.js';

/** How long what has ended goes on being kept. */
export interface Keeping {
  /** For those who come back, ms of real time. */
  readonly endedMs: number;
  /** At most so many. */
  readonly mostEnded: number;
  /** Versions of what was let go of, by which what is told again is recognised, ms of real time. */
  readonly versionMs: number;
  /** Conflicts that were closed are listed for so long, ms of real time. */
  readonly conflictsMs: number;
}

interface Forgotten {
  readonly version: number;
  readonly changedAtMs: number;
}

/** What is over stays in a snapshot for a while where its kind is kept, by the facility's time. */
function isInSnapshot({ kind, endedAt }: ShownEntry, facilityMs: number): boolean {
  if (endedAt === null) return true;
  const { keptMs } = knownOf(kind);
  return keptMs !== undefined && Date.parse(endedAt) > facilityMs - keptMs;
}

/** What the board shows of one facility, in memory. */
export class FacilityBoard {
  private readonly byKind = new Map<EntryKind, Map<string, ShownEntry>>();
  private readonly forgotten = new Map<string, Forgotten>();
  /** The open entries of a kind as JSON, until one of them changes. */
  private readonly texts = new Map<EntryKind, string>();
  /** Of each topic the offset after the last change that is not kept any more: who stands before it has to begin anew. */
  private readonly floor = new Map<string, number>();
  /** What is shown instead, by key: beds of which something could not be taken, and lines that say so. */
  private overlay: ReadonlyMap<string, ShownEntry> = new Map();

  constructor(readonly id: string) {}

  get(kind: EntryKind, id: string): ShownEntry | undefined {
    return this.byKind.get(kind)?.get(id);
  }

  /** As it is shown to people. */
  shown(kind: EntryKind, id: string): ShownEntry | undefined {
    return this.overlay.get(keyOf({ facility: this.id, kind, id })) ?? this.get(kind, id);
  }

  /** The newest version that is known of something, also of what was let go of. */
  versionOf(kind: EntryKind, id: string): number | undefined {
    return this.get(kind, id)?.version ?? this.forgotten.get(`${kind}\n${id}`)?.version;
  }

  put(entry: ShownEntry): void {
    let entries = this.byKind.get(entry.kind);
    if (entries === undefined) this.byKind.set(entry.kind, (entries = new Map()));
    entries.set(entry.id, entry);
    this.forgotten.delete(`${entry.kind}\n${entry.id}`);
    this.texts.delete(entry.kind);
  }

  /** Lets go of what has ended, keeping its version. */
  forget(entry: Pick<ShownEntry, 'kind' | 'id' | 'version' | 'changedAtMs' | 'at'>): void {
    this.byKind.get(entry.kind)?.delete(entry.id);
    this.forgotten.set(`${entry.kind}\n${entry.id}`, { version: entry.version, changedAtMs: entry.changedAtMs });
    if (entry.at !== null) this.raiseFloor(entry.at);
  }

  /** A change at that position is not kept. */
  raiseFloor({ topic, offset }: EntryPosition): void {
    this.floor.set(topic, Math.max(this.floor.get(topic) ?? 0, offset + 1));
  }

  /** Shows these instead; answers the keys of what is shown otherwise than before. */
  overlayWith(overlay: ReadonlyMap<string, ShownEntry>): { kind: EntryKind; id: string }[] {
    const former = this.overlay;
    this.overlay = overlay;
    const changed = new Map<string, { kind: EntryKind; id: string }>();
    for (const [key, entry] of [...former, ...overlay]) {
      this.texts.delete(entry.kind);
      const [before, now] = [former.get(key), overlay.get(key)];
      if (before?.body !== now?.body || before?.endedAt !== now?.endedAt) changed.set(key, entry);
    }
    return [...changed.values()];
  }

  *entries(): IterableIterator<ShownEntry> {
    for (const entries of this.byKind.values()) {
      for (const entry of entries.values()) yield this.overlay.get(keyOf(entry)) ?? entry;
    }
    for (const [, entry] of this.overlay) if (this.get(entry.kind, entry.id) === undefined) yield entry;
  }

  of(kind: EntryKind): Iterable<ShownEntry> {
    return this.byKind.get(kind)?.values() ?? [];
  }

  /**
   * What somebody has to be sent who saw everything before these offsets; null where that cannot be told any more. Whether a topic's
   * offset is covered is asked of `next`.
   */
  since(next: (topic: string) => number): ShownEntry[] | null {
    for (const [topic, offset] of this.floor) if (next(topic) < offset) return null;
    return [...this.entries()].filter(({ at }) => at !== null && at.offset >= next(at.topic));
  }

  /** Everything open, the JSON of each kind joined by commas in the order of the ids. */
  bodies(facilityMs: number): SnapshotParts['bodies'] {
    const bodies = new Map<EntryKind, string>();
    const kinds = new Set([...this.byKind.keys(), ...[...this.overlay.values()].map(({ kind }) => kind)]);
    for (const kind of kinds) {
      const text = this.texts.get(kind) ?? this.joined(kind, facilityMs);
      // Which of those that are kept are still in it depends on the time.
      if (knownOf(kind).keptMs === undefined) this.texts.set(kind, text);
      if (text !== '') bodies.set(kind, text);
    }
    return bodies;
  }

  /** Lets go of what has ended for long; `isUnwritten` says of what is not in its row yet. */
  prune(nowMs: number, facilityMs: number, keep: Keeping, isUnwritten: (key: string) => boolean): void {
    const ended = [...this.byKind.values()]
      .flatMap((entries) => [...entries.values()])
      .filter((e) => !isInSnapshot(e, facilityMs) && !isUnwritten(keyOf(e)))
      .sort((a, b) => b.changedAtMs - a.changedAtMs);
    ended.forEach((entry, i) => {
      const limit = entry.kind === 'conflict' ? keep.conflictsMs : keep.endedMs;
      const isTooMany = i >= keep.mostEnded && entry.kind !== 'conflict';
      if (isTooMany || nowMs - entry.changedAtMs > limit) this.forget(entry);
    });
    for (const [key, { changedAtMs }] of this.forgotten) {
      if (nowMs - changedAtMs > keep.versionMs) this.forgotten.delete(key);
    }
  }

  private joined(kind: EntryKind, facilityMs: number): string {
    const overlaid = [...this.overlay.values()].filter((e) => e.kind === kind);
    const hidden = new Set(overlaid.map(({ id }) => id));
    const plain = [...this.of(kind)].filter(({ id }) => !hidden.has(id));
    const open = [...plain, ...overlaid].filter((e) => isInSnapshot(e, facilityMs));
    open.sort((a, b) => (a.id < b.id ? -1 : 1));
    return open.map(({ body }) => body).join(',');
  }
}
