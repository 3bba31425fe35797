import { Inject, Injectable } from '@nestjs/common';
import { bedChanged, type EventEnvelope } from '@wardstream/events';
import type { FollowedView, LaneWrite, LogPosition, ViewFold } from '@wardstream/facility-state';
import { nowIso, systemClock, type Clock } from '@wardstream/kernel';
import { partitionOf, type LetterCopy } from '@wardstream/messaging';
import type { Tx } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import { doubtsOf, settledLine } from '../domain/doubts.js';
import { boardEvents, boardTopics, entryOf } from '../domain/entry-of.js';
import { lettersNamed, streamNamed, type StreamPlace } from '../domain/stream-place.js';
import { BoardRows } from '../persistence/board-rows.js';
import { FacilityBoard, type Keeping } from './facility-board.js';
import { keyOf, type ShownEntry } from './shown-entry.js';

/** Told of what is shown otherwise in a facility, the last word on each thing, in the order of the last words. */
export type BoardListener = (facility: string, changed: readonly ShownEntry[]) => void;

/**
 * What the board shows of all facilities, folded in memory. Whoever looks is answered from here; rows are written behind, so that a start
 * needs no long reading.
 */
@Injectable()
export class BoardView implements ViewFold {
  readonly consumes = boardEvents;
  private readonly facilities = new Map<string, FacilityBoard>();
  private readonly changed = new Map<string, Map<string, ShownEntry>>();
  private readonly listeners = new Set<BoardListener>();
  private readonly eventListeners = new Set<(event: EventEnvelope) => void>();
  private followed: FollowedView | undefined;
  private letters: ReadonlyMap<string | null, readonly LetterCopy[]> = new Map();
  private lettersName = lettersNamed([]);
  private areLettersNew = false;
  private streamName = '';

  constructor(
    private readonly rows: BoardRows,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The view that feeds it. */
  attach(followed: FollowedView): void {
    this.followed = followed;
  }

  /** Tells of every change until the returned function is called. */
  listen(listener: BoardListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Tells of every event as it is folded. */
  onEvent(listener: (event: EventEnvelope) => void): void {
    this.eventListeners.add(listener);
  }

  /** Null for a facility nothing was heard of. */
  board(facility: string): FacilityBoard | null {
    return this.facilities.get(facility) ?? null;
  }

  all(): Iterable<FacilityBoard> {
    return this.facilities.values();
  }

  partitionOf(facility: string): number {
    return partitionOf(facility, Math.max(1, this.followed?.partitions().length ?? 1));
  }

  /** Where the stream of a facility stands. */
  placeOf(facility: string): StreamPlace {
    const partition = this.partitionOf(facility);
    const read = this.followed?.placesOf(partition);
    const next = boardTopics.map((topic) => read?.of(topic) ?? 0);
    return { stream: this.streamName, partition, next, letters: this.lettersName };
  }

  /** Whether a place is one of this stream, so that what came since can be told. */
  isOfThisStream(facility: string, place: StreamPlace): boolean {
    const now = this.placeOf(facility);
    const isSame = place.stream === now.stream && place.partition === now.partition && place.letters === now.letters;
    return isSame && place.next.length === now.next.length;
  }

  /** Whether this process has read as far; another may be ahead of it, and what that one showed must not be taken back. */
  hasReached(facility: string, place: StreamPlace): boolean {
    return this.placeOf(facility).next.every((n, i) => n >= (place.next[i] ?? 0));
  }

  carryOver(tx: Tx): Promise<void> {
    return this.rows.carryOver(tx);
  }

  async load(tx: Tx, log: string): Promise<void> {
    this.streamName = streamNamed(log, boardTopics);
    const { entries, forgotten } = await this.rows.load(tx, log);
    for (const entry of entries) this.boardOf(entry.facility).put(entry);
    for (const each of forgotten) this.boardOf(each.facility).forget(each);
  }

  fold(event: EventEnvelope, at: LogPosition): readonly string[] {
    const entry = entryOf(event);
    for (const listener of this.eventListeners) listener(event);
    const board = this.boardOf(entry.facility);
    const known = board.versionOf(entry.kind, entry.id);
    if (known !== undefined && known >= entry.version) return [];
    const former = board.get(entry.kind, entry.id);
    const isSeen = former?.body !== entry.body;
    board.put({
      ...entry,
      at: isSeen ? { topic: at.topic, offset: at.offset } : former.at,
      changedAtMs: systemClock.nowMs(),
    });
    if (entry.kind === 'bed' && this.isDoubted(entry)) this.doubt(entry.facility);
    if (isSeen) this.note(entry.facility, board.shown(entry.kind, entry.id)!);
    return [keyOf(entry)];
  }

  async write(tx: Tx, lanes: readonly LaneWrite[], log: string): Promise<void> {
    const entries = lanes.flatMap(({ keys }) => keys.flatMap((key) => this.entryAt(key) ?? []));
    for (const newer of await this.rows.write(tx, entries, log)) this.takeBack(newer);
  }

  async recall(tx: Tx, event: EventEnvelope): Promise<void> {
    const entry = entryOf(event);
    const stored = await this.rows.find(tx, entry, this.followed?.log ?? '');
    if (stored !== null) this.takeBack(stored);
  }

  folded(): void {
    if (this.areLettersNew) this.readLetters();
    for (const [facility, changed] of this.changed) {
      for (const listener of this.listeners) listener(facility, [...changed.values()]);
    }
    this.changed.clear();
  }

  lettersChanged(): void {
    if (this.areLettersNew) return;
    this.areLettersNew = true;
    // At the end of the batch that is being folded, or else soon.
    setImmediate(() => this.folded());
  }

  /** Lets go of what is kept no longer. */
  prune(keep: Keeping): void {
    for (const board of this.facilities.values()) {
      const partition = this.partitionOf(board.id);
      board.prune(
        systemClock.nowMs(),
        this.clock.nowMs(),
        keep,
        (key) => this.followed?.isUnwritten(partition, key) ?? true,
      );
    }
  }

  private boardOf(facility: string): FacilityBoard {
    let board = this.facilities.get(facility);
    if (board === undefined) {
      this.facilities.set(facility, (board = new FacilityBoard(facility)));
      if (this.letters.size > 0) this.doubt(facility);
    }
    return board;
  }

  private entryAt(key: string): ShownEntry | undefined {
    const [facility, kind, ...id] = key.split('\n');
    return this.facilities.get(facility!)?.get(kind as ShownEntry['kind'], id.join('\n'));
  }

  /** A row knows better than memory, which had let go of the thing. */
  private takeBack(entry: ShownEntry): void {
    const board = this.boardOf(entry.facility);
    const known = board.versionOf(entry.kind, entry.id);
    if (known !== undefined && known >= entry.version) return;
    board.put(entry);
    this.note(entry.facility, entry);
  }

  private note(facility: string, entry: ShownEntry): void {
    let changed = this.changed.get(facility);
    if (changed === undefined) this.changed.set(facility, (changed = new Map()));
    const key = keyOf(entry);
    changed.delete(key);
    changed.set(key, entry);
  }

  private readLetters(): void {
    this.areLettersNew = false;
    const former = this.letters;
    const letters = this.followed?.letters() ?? [];
    const byFacility = new Map<string | null, LetterCopy[]>();
    for (const each of letters) {
      const known = byFacility.get(each.facility);
      if (known === undefined) byFacility.set(each.facility, [each]);
      else known.push(each);
    }
    this.letters = byFacility;
    this.lettersName = lettersNamed(letters.map((l) => `${l.topic} ${l.partition} ${l.offset}`));
    const isEverywhere = former.has(null) || this.letters.has(null);
    const concerned = isEverywhere ? this.facilities.keys() : new Set([...former.keys(), ...this.letters.keys()]);
    for (const facility of concerned) if (facility !== null && this.facilities.has(facility)) this.doubt(facility);
  }

  private isDoubted({ facility, id }: Pick<ShownEntry, 'facility' | 'id'>): boolean {
    return (this.letters.get(facility) ?? []).some(
      ({ topic, subject }) => topic === bedChanged.topic && subject === id,
    );
  }

  /** Brings what is shown of a facility in line with what could not be taken. */
  private doubt(facility: string): void {
    const board = this.boardOf(facility);
    const now = nowIso(this.clock);
    const letters = [...(this.letters.get(facility) ?? []), ...(this.letters.get(null) ?? [])];
    const { beds, line } = doubtsOf(facility, letters, (id) => board.get('bed', id), now);
    const overlay = new Map<string, ShownEntry>();
    for (const [id, body] of beds) {
      const bed = board.get('bed', id)!;
      overlay.set(keyOf(bed), { ...bed, body });
    }
    if (line !== null) overlay.set(keyOf(line), { ...line, at: null, changedAtMs: systemClock.nowMs() });
    for (const { kind, id } of board.overlayWith(overlay)) {
      const shown = board.shown(kind, id);
      const settled = { ...settledLine(facility, now), at: null, changedAtMs: systemClock.nowMs() };
      this.note(facility, shown ?? settled);
    }
  }
}
