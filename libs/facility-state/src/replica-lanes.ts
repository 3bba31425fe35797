import { monotonicMs } from '@wardstream/kernel';
import { backoffMs, pause, shareOf, Wakeup, type Follower, type ViewMessaging } from '@wardstream/messaging';
import type { Heard, LaneStore } from './lane-store.js';
import { Lane } from './lane.js';
import type { Letters } from './letters.js';
import type { ViewFold } from './view-fold.js';
import { WriteBehind } from './write-behind.js';

/** Noted in the log itself at most this often, real ms. */
const NOTE_EVERY_MS = 10_000;

export interface LaneTimes {
  readonly writeEveryMs: number;
  readonly beatMs: number;
  readonly leaseMs: number;
}

export interface ReplicaLanesParts {
  readonly messaging: ViewMessaging;
  readonly fold: ViewFold;
  readonly store: LaneStore;
  readonly letters: Letters;
  readonly times: LaneTimes;
  /** This replica among those of the view. */
  readonly me: string;
  log(): string;
  /** What reads the log; none before it has begun. */
  follower(): Follower | undefined;
  /** Told at every heartbeat what the dead letters in the rows look like. */
  lettersAre(print: string): Promise<void>;
  /** Told when a letter became one here that the rows do not have yet. */
  lettersChanged(): void;
  /** Told when lanes were taken. */
  taken(): void;
}

/**
 * The lanes of one replica of a view: which it holds among the replicas that live, and the writing of what was folded in those it holds.
 * A write checks in its own transaction that this replica holds the lane still.
 */
export class ReplicaLanes {
  private readonly writing: WriteBehind;
  private readonly byNumber = new Map<number, Lane>();
  private readonly wakeup = new Wakeup();
  private readonly heartbeat = new Wakeup();
  private readonly stopping = new AbortController();
  private readonly unnoted = new Set<Lane>();
  private notedAtMs = -Infinity;
  private loops: Promise<void>[] = [];

  constructor(private readonly parts: ReplicaLanesParts) {
    this.writing = new WriteBehind({
      messaging: parts.messaging,
      fold: parts.fold,
      store: parts.store,
      letters: parts.letters,
      log: () => parts.log(),
      lanes: () => this.byNumber.values(),
      lost: (lanes) => this.lose(lanes),
      stored: (lane) => void this.unnoted.add(lane),
      lettersChanged: () => parts.lettersChanged(),
    });
  }

  of(partition: number): Lane {
    let lane = this.byNumber.get(partition);
    if (lane === undefined) this.add((lane = new Lane(partition)));
    return lane;
  }

  /** The lane of that number if there is one by now. */
  find(partition: number): Lane | undefined {
    return this.byNumber.get(partition);
  }

  add(lane: Lane): void {
    this.byNumber.set(lane.partition, lane);
  }

  all(): Lane[] {
    return [...this.byNumber.values()];
  }

  /** The partition numbers that this replica writes for. */
  held(): number[] {
    return this.all()
      .filter((lane) => lane.held)
      .map(({ partition }) => partition);
  }

  /** Something was folded, or is to be written. */
  wake(): void {
    this.wakeup.wake();
  }

  /** Looks now who lives and what the rows say. */
  beatNow(): void {
    this.heartbeat.wake();
  }

  start(): void {
    this.loops = [this.beatLoop(), this.writeLoop()];
  }

  /** Begins no new write and no new heartbeat. */
  stop(): void {
    this.stopping.abort();
    this.wakeup.wake();
    this.heartbeat.wake();
  }

  /** Resolves when the last one is over, once it was stopped. */
  async ended(): Promise<void> {
    await Promise.all(this.loops);
  }

  /** Writes what is left and gives its lanes to the others. */
  async handOver(): Promise<void> {
    const { store, log } = this.parts;
    while (await this.writing.pass());
    await this.note();
    await store.release(log(), this.held());
    await store.leave();
  }

  private async beatLoop(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.beat();
      } catch (error) {
        this.parts.messaging.logger.warn({ err: error }, 'A view cannot say that it lives now');
      }
      await this.heartbeat.wait(this.parts.times.beatMs);
    }
  }

  /** Says that this replica lives, hears how far the others have written, and takes and gives lanes. */
  private async beat(): Promise<void> {
    const { store, letters, times, me, log } = this.parts;
    const heard = await store.beat(log(), times.leaseMs);
    for (const { partition, holder, positions } of heard.lanes) {
      const lane = this.of(partition);
      lane.writtenUpTo(positions);
      letters.saved(partition, positions);
      if (lane.held && holder !== me) this.lose([lane]);
    }
    await this.share(heard);
    await this.parts.lettersAre(heard.letters);
    if (this.all().some((lane) => lane.mayWrite && lane.hasNews)) this.wakeup.wake();
    await this.note();
  }

  private async share({ replicas, lanes }: Heard): Promise<void> {
    const { store, letters, me, log } = this.parts;
    const wanted = new Set(shareOf(replicas, me, this.parts.follower()?.partitions() ?? []));
    const living = new Set(replicas);
    const surplus = this.held().filter((partition) => !wanted.has(partition));
    if (surplus.length > 0) {
      this.lose(surplus.map((partition) => this.of(partition)));
      await store.release(log(), surplus);
    }
    const free = lanes.filter(({ partition, holder }) => {
      return wanted.has(partition) && !this.of(partition).held && (holder === null || !living.has(holder));
    });
    if (free.length === 0) return;
    for (const { partition, positions } of await store.take(
      log(),
      free.map(({ partition }) => partition),
    )) {
      const lane = this.of(partition);
      lane.writtenUpTo(positions);
      letters.saved(partition, positions);
      lane.held = true;
      lane.begun = false;
    }
    this.wakeup.wake();
    this.parts.taken();
  }

  private lose(lanes: readonly Lane[]): void {
    const held = lanes.filter((lane) => lane.held);
    for (const lane of held) lane.lose();
    if (held.length > 0) this.parts.fold.lost?.(held.map(({ partition }) => partition));
  }

  private async writeLoop(): Promise<void> {
    const { writeEveryMs } = this.parts.times;
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      await this.wakeup.wait(60_000);
      if (this.stopping.signal.aborted) return;
      try {
        if (await this.writing.pass()) this.wakeup.wake();
        failures = 0;
      } catch (error) {
        failures += 1;
        this.parts.messaging.logger.warn({ err: error, failures }, 'What was folded could not be written now');
        this.wakeup.wake();
      }
      const ms = failures === 0 ? writeEveryMs : backoffMs(failures, writeEveryMs, 5_000);
      await pause(ms, this.stopping.signal);
    }
  }

  /** Lets the log know what it need not keep for this view any more. */
  private async note(): Promise<void> {
    const isClosing = this.stopping.signal.aborted;
    if (this.unnoted.size === 0 || (!isClosing && monotonicMs() - this.notedAtMs < NOTE_EVERY_MS)) return;
    this.notedAtMs = monotonicMs();
    const lanes = [...this.unnoted];
    this.unnoted.clear();
    await this.parts
      .follower()
      ?.stored(
        lanes.flatMap(({ partition, stored }) =>
          [...stored.entries()].map(([topic, next]) => ({ topic, partition, next: String(next) })),
        ),
      );
  }
}
