import { monotonicMs } from '@wardstream/kernel';
import type { Logger } from '@wardstream/service-kit';
import type { BoardSnapshots, Snapshot } from '../board-snapshot/board-snapshots.js';
import type { StreamPlace } from '../domain/event-id.js';
import { clockFrame, frame } from '../domain/frame.js';
import type { BoardStore, LoggedEntry } from '../persistence/board-store.js';
import { RecentFrames } from './recent-frames.js';
import type { Viewer } from './viewer.js';

/** Numbers read from the log in one go, and at most for one resumption; further back a snapshot is less. */
const READ_AT_ONCE = 500;
const MOST_RESUMED = 5_000;
/** A snapshot serves everyone who comes within this time; what happened since is sent after it. */
const SNAPSHOT_FRESH_MS = 1_000;
/** A reader that takes nothing for so long is gone. */
const BEHIND_AT_MOST_MS = 60_000;

/** A snapshot and the monotonic time (ms) at which it was asked for. */
type Taken = Snapshot & { readonly takenAt: number };

/**
 * One facility's stream in this process: reads the log once for all viewers and hands each what continues where it stands.
 * A viewer gets every number once and in order, from its snapshot or its Last-Event-ID on; whoever cannot be continued
 * without gap gets a fresh snapshot instead.
 */
export class FacilityTail {
  private readonly viewers = new Set<Viewer>();
  private frames: RecentFrames | null = null;
  private epoch = '';
  private snapshot: Taken | null = null;
  private taking: Promise<Taken | null> | null = null;
  private reading: Promise<boolean> | null = null;
  private asked = false;
  private isTelling = false;

  constructor(
    readonly facility: string,
    private readonly store: BoardStore,
    private readonly snapshots: BoardSnapshots,
    private readonly logger: Logger,
  ) {}

  get size(): number {
    return this.viewers.size;
  }

  /** Lets a viewer in, after `last` if that can be resumed, else from a snapshot. Rejects when the database is away. */
  async join(viewer: Viewer, last: StreamPlace | null): Promise<void> {
    this.viewers.add(viewer);
    try {
      if (last === null || !(await this.resume(viewer, last))) await this.begin(viewer);
    } catch (error) {
      this.viewers.delete(viewer);
      throw error;
    }
  }

  leave(viewer: Viewer): void {
    this.viewers.delete(viewer);
  }

  /** There may be news: looks into the log soon, never twice at once. A failed look is made up for by the next. */
  wake(): void {
    if (this.reading !== null) {
      this.asked = true;
      return;
    }
    if (this.viewers.size === 0 || this.frames === null) return;
    this.reading = this.readOn().finally(() => {
      this.reading = null;
    });
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
    void this.tellTime();
  }

  /**
   * The time is told once the log was read: whoever hears it takes what they see for live. While the log cannot be read nothing
   * is said, and readers find the line silent.
   */
  private async tellTime(): Promise<void> {
    if (this.isTelling) return;
    this.isTelling = true;
    this.wake();
    const isRead = await this.reading;
    this.isTelling = false;
    if (isRead !== true) return;
    const text = this.clockText();
    for (const viewer of this.viewers) viewer.aside(text);
  }

  /** The reader of a viewer has taken everything it was sent. */
  onDrain(viewer: Viewer): void {
    if (!viewer.behind || !viewer.drained() || !this.viewers.has(viewer)) return;
    viewer.behindSince = null;
    this.begin(viewer).catch((err: unknown) => this.cutOff(viewer, err));
  }

  close(): void {
    for (const viewer of this.viewers) viewer.end();
    this.viewers.clear();
  }

  private async resume(viewer: Viewer, last: StreamPlace): Promise<boolean> {
    const extent = await this.store.extent(this.facility);
    if (extent === null || extent.head.epoch !== last.epoch) return false;
    if (last.seq > extent.head.seq || last.seq < extent.oldest - 1) return false;
    if (extent.head.seq - last.seq > MOST_RESUMED) return false;
    this.startAt(extent.head);
    const missed: LoggedEntry[] = [];
    for (let at = last.seq; at < extent.head.seq;) {
      const rows = await this.store.logAfter(this.facility, at, READ_AT_ONCE);
      const wanted = rows.filter((r) => r.seq <= extent.head.seq);
      if (wanted[0]?.seq !== at + 1) return false;
      missed.push(...wanted);
      at = wanted.at(-1)!.seq;
    }
    const text = missed.map((m) => this.frameOf(m)).join('');
    // Even without news something is sent at once: the reader learns that it is connected again.
    return this.goOn(viewer, text + this.clockText(), extent.head.seq);
  }

  private async begin(viewer: Viewer): Promise<void> {
    for (;;) {
      const snapshot = await this.freshSnapshot();
      if (!this.viewers.has(viewer)) return;
      if (snapshot === null) throw new Error('nothing is known of the facility');
      this.startAt(snapshot.place);
      const since = this.frames?.after(snapshot.place.seq) ?? null;
      if (since === null && this.frames !== null && this.frames.lastSeq > snapshot.place.seq) {
        this.snapshot = null;
        continue;
      }
      viewer.snapshot(
        frame('snapshot', this.snapshots.text(this.facility, snapshot), snapshot.place),
        snapshot.place.seq,
      );
      if (this.goOn(viewer, '', snapshot.place.seq)) return;
    }
  }

  /** Brings a viewer that stands at `seq` to where the tail stands, in one step without waiting, and lets it run with the others. */
  private goOn(viewer: Viewer, text: string, seq: number): boolean {
    if (this.frames === null) return false;
    // The tail may stand behind a place that was read later; then the viewer waits there and the tail catches up with it.
    const since = seq >= this.frames.lastSeq ? '' : this.frames.after(seq);
    if (since === null) return false;
    viewer.deltas(text + since, Math.max(seq, this.frames.lastSeq), monotonicMs());
    if (!viewer.behind) viewer.paused = false;
    this.wake();
    return true;
  }

  /** The first place anyone asks for is where this tail begins. With another epoch it begins anew, and so must everyone. */
  private startAt(place: StreamPlace): void {
    if (this.frames !== null && this.epoch === place.epoch) return;
    for (const viewer of [...this.viewers]) {
      if (viewer.paused) continue;
      this.leave(viewer);
      viewer.end();
    }
    this.epoch = place.epoch;
    this.frames = new RecentFrames(place.seq);
    this.snapshot = null;
  }

  private async freshSnapshot(): Promise<Taken | null> {
    if (this.snapshot !== null && monotonicMs() - this.snapshot.takenAt < SNAPSHOT_FRESH_MS) return this.snapshot;
    this.taking ??= this.takeSnapshot().finally(() => {
      this.taking = null;
    });
    return this.taking;
  }

  private async takeSnapshot(): Promise<Taken | null> {
    const takenAt = monotonicMs();
    const snapshot = await this.snapshots.take(this.facility);
    this.snapshot = snapshot === null ? null : { ...snapshot, takenAt };
    return this.snapshot;
  }

  /** Whether the log was read to its end. */
  private async readOn(): Promise<boolean> {
    try {
      do {
        this.asked = false;
        while (await this.readSome());
      } while (this.asked);
      return true;
    } catch (err) {
      this.logger.warn({ err, facility: this.facility }, 'the stream could not be read; the next look makes up for it');
      return false;
    }
  }

  /** One step through the log; true if there may be more. */
  private async readSome(): Promise<boolean> {
    const { frames, facility } = this;
    if (frames === null) return false;
    const rows = await this.store.logAfter(facility, frames.lastSeq, READ_AT_ONCE);
    if (rows.length === 0 || this.frames !== frames) return false;
    if (rows[0]!.seq !== frames.lastSeq + 1) {
      await this.startAnew();
      return false;
    }
    const fresh = rows.map((row) => ({ seq: row.seq, text: this.frameOf(row) }));
    frames.add(fresh);
    this.broadcast(fresh);
    return rows.length === READ_AT_ONCE;
  }

  private broadcast(fresh: readonly { seq: number; text: string }[]): void {
    const first = fresh[0]!.seq;
    const last = fresh.at(-1)!.seq;
    const now = monotonicMs();
    const whole = fresh.map((f) => f.text).join('') + this.clockText();
    for (const viewer of this.viewers) {
      if (viewer.paused || viewer.seq >= last) continue;
      // Somebody may stand within these numbers: a snapshot or a resumption that was read later than the tail had come.
      const text = viewer.seq === first - 1 ? whole : this.from(fresh, viewer.seq);
      if (text !== null) viewer.deltas(text, last, now);
    }
  }

  private from(fresh: readonly { seq: number; text: string }[], seq: number): string | null {
    const rest = fresh.filter((f) => f.seq > seq);
    return rest[0]?.seq === seq + 1 ? rest.map((f) => f.text).join('') + this.clockText() : null;
  }

  /** The log no longer holds what comes next (this process slept through it): everyone begins from a snapshot. */
  private async startAnew(): Promise<void> {
    this.frames = null;
    this.snapshot = null;
    const running = [...this.viewers].filter((viewer) => !viewer.paused);
    for (const viewer of running) viewer.paused = true;
    for (const viewer of running) await this.begin(viewer).catch((err: unknown) => this.cutOff(viewer, err));
  }

  /** Who cannot be continued now comes again by itself. */
  private cutOff(viewer: Viewer, err: unknown): void {
    this.logger.warn({ err, facility: this.facility }, 'a reader could not be given a snapshot');
    this.leave(viewer);
    viewer.destroy();
  }

  private frameOf(entry: LoggedEntry): string {
    return frame(entry.kind, entry.body, { epoch: this.epoch, seq: entry.seq });
  }

  private clockText(): string {
    return clockFrame(this.snapshots.sync(this.facility));
  }
}
