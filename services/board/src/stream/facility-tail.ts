import { monotonicMs } from '@wardstream/kernel';
import type { BoardSnapshots } from '../board-snapshot/board-snapshots.js';
import { boardTopics } from '../domain/entry-of.js';
import { clockFrame, frame } from '../domain/frame.js';
import { formatPlace, type StreamPlace } from '../domain/stream-place.js';
import type { BoardView } from '../view/board-view.js';
import type { ShownEntry } from '../view/shown-entry.js';
import { deltaFrames, inLogOrder } from './delta-frames.js';
import type { Viewer } from './viewer.js';

/** A reader that takes nothing for so long is gone. */
const BEHIND_AT_MOST_MS = 60_000;

/**
 * One facility's stream in this process: hands what changes to all viewers, each change written out once. A viewer gets every change from
 * its snapshot or its Last-Event-ID on; whoever cannot be continued gets a fresh snapshot instead. It never waits: what is shown is in memory.
 */
export class FacilityTail {
  private readonly viewers = new Set<Viewer>();
  /** Where those who are sent every change stand. */
  private place: StreamPlace;

  constructor(
    readonly facility: string,
    private readonly view: Pick<BoardView, 'board' | 'placeOf' | 'isOfThisStream' | 'hasReached'>,
    private readonly snapshots: Pick<BoardSnapshots, 'take' | 'text' | 'sync'>,
    /** Whether what was read last is all there is to read. */
    private readonly isLive: () => boolean,
    /** Further back a snapshot is less. */
    private readonly mostResumed: number,
  ) {
    this.place = view.placeOf(facility);
  }

  get size(): number {
    return this.viewers.size;
  }

  /** Lets a viewer in, after `last` if that can be resumed, else from a snapshot. Throws where nothing is known of the facility. */
  join(viewer: Viewer, last: StreamPlace | null): void {
    if (last === null || !this.resume(viewer, last)) this.begin(viewer);
    this.viewers.add(viewer);
  }

  leave(viewer: Viewer): void {
    this.viewers.delete(viewer);
  }

  /** Something is shown otherwise. */
  changed(entries: readonly ShownEntry[]): void {
    const to = this.view.placeOf(this.facility);
    const from = this.place;
    this.place = to;
    if (entries.length === 0 || this.viewers.size === 0) return;
    const text = deltaFrames(entries, from, to) + this.clockText();
    const now = monotonicMs();
    for (const viewer of this.viewers) if (!viewer.paused) viewer.deltas(text, now);
  }

  /** Cuts off who takes nothing, sends those away whose time is over so that they come again, and tells the others the time. */
  beat(): void {
    const now = monotonicMs();
    for (const viewer of [...this.viewers]) {
      if (viewer.behindSince !== null && now - viewer.behindSince > BEHIND_AT_MOST_MS) {
        this.leave(viewer);
        viewer.destroy();
      } else if (now >= viewer.endsAt && !viewer.paused) {
        this.leave(viewer);
        viewer.end();
      }
    }
    // Whoever hears the time takes what they see for live. Out of touch with the log nothing is said, and readers find the line silent.
    if (!this.isLive()) return;
    const text = this.clockText();
    for (const viewer of this.viewers) viewer.aside(text);
  }

  /** The reader of a viewer has taken everything it was sent. */
  onDrain(viewer: Viewer): void {
    if (viewer.behind && viewer.drained() && this.viewers.has(viewer)) this.begin(viewer);
  }

  close(): void {
    for (const viewer of this.viewers) viewer.end();
    this.viewers.clear();
  }

  private resume(viewer: Viewer, last: StreamPlace): boolean {
    const { view, facility } = this;
    if (!view.isOfThisStream(facility, last) || !view.hasReached(facility, last)) return false;
    const missed = view.board(facility)?.since((topic) => last.next[boardTopics.indexOf(topic)] ?? 0) ?? null;
    if (missed === null || missed.length > this.mostResumed) return false;
    // Even without news something is sent at once: the reader learns that it is connected again.
    viewer.begin(deltaFrames(inLogOrder(missed), last, view.placeOf(facility)) + this.clockText());
    return true;
  }

  private begin(viewer: Viewer): void {
    const snapshot = this.snapshots.take(this.facility);
    if (snapshot === null) throw new Error('nothing is known of the facility');
    const text = this.snapshots.text(this.facility, snapshot);
    viewer.begin(frame('snapshot', text, formatPlace(snapshot.place)));
  }

  private clockText(): string {
    return clockFrame(this.snapshots.sync(this.facility));
  }
}
