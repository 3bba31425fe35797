import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { FollowedView } from '@wardstream/facility-state';
import { jitter, monotonicMs, systemClock } from '@wardstream/kernel';
import { CONFIG, type ConfigOf } from '@wardstream/service-kit';
import { BoardSnapshots } from '../board-snapshot/board-snapshots.js';
import type { boardSettings } from '../board.settings.js';
import type { StreamPlace } from '../domain/stream-place.js';
import { BoardView } from '../view/board-view.js';
import { FacilityTail } from './facility-tail.js';
import { Viewer, type Sink } from './viewer.js';

/** Every stream says the time this often, so that silence means a broken line. */
const BEAT_MS = 4_000;
/** A stream is ended after about this long and taken up again: the token is looked at anew. */
const LIFETIME_MS = 15 * 60_000;
/** A facility configured a moment ago may not have reached the board yet, nor what another replica has shown before. */
const UNKNOWN_FOR_MS = 3_000;
const LOOK_AGAIN_MS = 20;
/** Changes sent to somebody who comes back, at most; further back a snapshot is less. */
const MOST_RESUMED = 5_000;

/** The open streams of this process, by facility. */
@Injectable()
export class LiveStreams implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly tails = new Map<string, FacilityTail>();
  private timer: NodeJS.Timeout | undefined;
  private unlisten: (() => void) | undefined;

  constructor(
    private readonly view: BoardView,
    private readonly followed: FollowedView,
    private readonly snapshots: BoardSnapshots,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof boardSettings>,
  ) {}

  onApplicationBootstrap(): void {
    this.unlisten = this.view.listen((facility, changed) => this.tails.get(facility)?.changed(changed));
    this.timer = setInterval(() => this.beat(), BEAT_MS);
  }

  beforeApplicationShutdown(): void {
    this.unlisten?.();
    clearInterval(this.timer);
    for (const tail of this.tails.values()) tail.close();
    this.tails.clear();
  }

  /** Whether the facility has a stream; waits a moment for one that is new. */
  has(facility: string): Promise<boolean> {
    return soon(() => this.view.board(facility) !== null);
  }

  /**
   * Writes a facility's stream to `sink` until it is left: what came after `last` where that can be resumed, else a
   * snapshot, then every delta once and in order. Tell it of `drained` and `left`. It is over at `expiresAtMs`, real time, at the latest.
   */
  async open(
    facility: string,
    sink: Sink,
    last: StreamPlace | null,
    expiresAtMs: number,
  ): Promise<{ drained: () => void; left: () => void }> {
    if (last !== null && this.view.isOfThisStream(facility, last)) {
      await soon(() => this.view.hasReached(facility, last));
    }
    const tail = this.tailOf(facility);
    const lifetimeMs = Math.min(LIFETIME_MS * (1 - jitter() / 3), expiresAtMs - systemClock.nowMs());
    const viewer = new Viewer(sink, monotonicMs() + lifetimeMs);
    tail.join(viewer, last);
    return { drained: () => tail.onDrain(viewer), left: () => tail.leave(viewer) };
  }

  /** What its heartbeat does. */
  beat(): void {
    for (const [facility, tail] of this.tails) {
      tail.beat();
      if (tail.size === 0) this.tails.delete(facility);
    }
  }

  /** How many look at each facility here. */
  viewers(): Map<string, number> {
    return new Map([...this.tails].filter(([, { size }]) => size > 0).map(([facility, { size }]) => [facility, size]));
  }

  private tailOf(facility: string): FacilityTail {
    let tail = this.tails.get(facility);
    if (tail === undefined) {
      const most = Math.min(MOST_RESUMED, this.config.keepEvents);
      tail = new FacilityTail(facility, this.view, this.snapshots, () => this.followed.isLive(), most);
      this.tails.set(facility, tail);
    }
    return tail;
  }
}

/** Whether it comes to hold within a moment. */
async function soon(holds: () => boolean): Promise<boolean> {
  const until = monotonicMs() + UNKNOWN_FOR_MS;
  while (!holds()) {
    if (monotonicMs() >= until) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  return true;
}
