import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { jitter, monotonicMs, systemClock } from '@wardstream/kernel';
import { CONFIG, LOGGER, type ConfigOf, type Logger } from '@wardstream/service-kit';
import { BoardSnapshots } from '../board-snapshot/board-snapshots.js';
import type { boardSettings } from '../board.settings.js';
import type { StreamPlace } from '../domain/event-id.js';
import { FANOUT, type Fanout } from '../fanout/fanout.js';
import { BoardStore } from '../persistence/board-store.js';
import { FacilityTail } from './facility-tail.js';
import { Viewer, type Sink } from './viewer.js';

/** Every stream says the time this often, so that silence means a broken line. */
const BEAT_MS = 10_000;
/** A stream is ended after about this long and taken up again: the token is looked at anew. */
const LIFETIME_MS = 15 * 60_000;
/** A facility configured a moment ago may not have reached the board yet. */
const UNKNOWN_FOR_MS = 3_000;
const LOOK_AGAIN_MS = 100;

/** The open streams of this process, by facility. */
@Injectable()
export class LiveStreams implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly tails = new Map<string, FacilityTail>();
  private readonly timers: NodeJS.Timeout[] = [];
  private unlisten: (() => void) | undefined;

  constructor(
    private readonly store: BoardStore,
    private readonly snapshots: BoardSnapshots,
    @Inject(FANOUT) private readonly fanout: Fanout,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof boardSettings>,
  ) {}

  onApplicationBootstrap(): void {
    this.unlisten = this.fanout.listen((facility) => this.tails.get(facility)?.wake());
    this.timers.push(
      setInterval(() => this.look(), this.config.pollMs),
      setInterval(() => this.beat(), BEAT_MS),
    );
  }

  beforeApplicationShutdown(): void {
    this.unlisten?.();
    for (const timer of this.timers) clearInterval(timer);
    for (const tail of this.tails.values()) tail.close();
    this.tails.clear();
  }

  /** Whether the facility has a stream; waits a moment for one that is new. */
  async has(facility: string): Promise<boolean> {
    const until = monotonicMs() + UNKNOWN_FOR_MS;
    for (;;) {
      if ((await this.store.extent(facility)) !== null) return true;
      if (monotonicMs() >= until) return false;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
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
    const tail = this.tailOf(facility);
    const lifetimeMs = Math.min(LIFETIME_MS * (1 - jitter() / 3), expiresAtMs - systemClock.nowMs());
    const viewer = new Viewer(sink, monotonicMs() + lifetimeMs);
    await tail.join(viewer, last);
    return { drained: () => tail.onDrain(viewer), left: () => tail.leave(viewer) };
  }

  /** What its poll does: looks for news of every facility somebody watches. */
  look(): void {
    for (const tail of this.tails.values()) tail.wake();
  }

  /** What its heartbeat does. */
  beat(): void {
    for (const [facility, tail] of this.tails) {
      tail.beat();
      if (tail.size === 0) this.tails.delete(facility);
    }
  }

  private tailOf(facility: string): FacilityTail {
    let tail = this.tails.get(facility);
    if (tail === undefined) {
      tail = new FacilityTail(facility, this.store, this.snapshots, this.logger);
      this.tails.set(facility, tail);
    }
    return tail;
  }
}
