import type { ClockSync } from '@wardstream/api-contract';
import { notFollowed } from '@wardstream/flow-model';
import { Signal } from '../app/signal.js';
import { jitter, timerMs } from '../time/timer.js';
import { reduceBoard } from './board.reducer.js';
import { emptyBoard, type BoardMessage, type BoardState } from './board-state.js';
import { connectionPhase, type ConnectionFacts, type ConnectionPhase } from './connection.js';
import { BedsWatch, type BedsBehind } from './beds-watch.js';
import { readClock, syncClock, untilNextMinute, type ClockAnchor } from './server-clock.js';
import { StreamClient } from './stream-client.js';

/** Changes are shown together at most this often; a burst of deltas is one render. */
const FLUSH_MS = 33;
/** How the line stands is looked at this often. */
const LOOK_MS = 1_000;
/** Ages in seconds are told anew with every fifth look. */
const LOOKS_PER_BEAT = 5;
/** A demo may run so fast that its minutes pass quicker than anyone reads. */
const LEAST_TICK_MS = 500;

/** The board of one facility, fed by one stream. All signals are in the facility's time; the browser's own is never used. */
export class BoardStore {
  readonly board = new Signal<BoardState>(emptyBoard);
  readonly phase = new Signal<ConnectionPhase>('starting');
  /** The facility's minute (minutes since the epoch), which all running clocks share. Stands still while stale. */
  readonly minute = new Signal<number | null>(null);
  /** The facility's minute for the clock on the wall; goes on while stale. */
  readonly wallMinute = new Signal<number | null>(null);
  /**
   * The facility's time in ms, told anew every few seconds, for ages of feeds. Stands still while the stream is lost: of
   * that time nobody knows whether a feed was heard.
   */
  readonly beat = new Signal<number | null>(null);
  /** The same, but goes on while the stream is lost. */
  readonly wallBeat = new Signal<number | null>(null);
  readonly speed = new Signal<number>(1);
  /** The facility's time (ms) of the last word of the stream. */
  readonly heardAt = new Signal<number | null>(null);
  /** The board reads what lies behind it: as of when it shows what it shows (null: not known); undefined while it is live. */
  readonly catchingUp = new Signal<string | null | undefined>(undefined);
  /** Beds that do not follow the visits any more; null while they do. */
  readonly bedsBehind = new Signal<BedsBehind | null>(null);

  private anchor: ClockAnchor | null = null;
  private facts: ConnectionFacts = { received: false, lostAt: null, signedOut: false, refused: false };
  private readonly queue: BoardMessage[] = [];
  private readonly client: StreamClient;
  private flushing: ReturnType<typeof setTimeout> | undefined;
  private ticking: ReturnType<typeof setTimeout> | undefined;
  private looking: ReturnType<typeof setInterval> | undefined;
  private looks = 0;
  private readonly watch = new BedsWatch();

  constructor(readonly facility: string) {
    this.client = new StreamClient({
      url: `/api/v1/facilities/${encodeURIComponent(facility)}/stream`,
      fetch: (url, init) => fetch(url, init),
      timer: timerMs,
      random: jitter,
      onMessages: (messages) => this.enqueue(messages),
      onClock: (sync) => this.sync(sync),
      onConnection: (facts) => this.connection(facts),
    });
  }

  start(): void {
    this.client.start();
    this.looking = setInterval(() => this.look(), LOOK_MS);
    addEventListener('online', this.retry);
    document.addEventListener('visibilitychange', this.onVisible);
  }

  stop(): void {
    this.client.stop();
    clearInterval(this.looking);
    clearTimeout(this.flushing);
    clearTimeout(this.ticking);
    removeEventListener('online', this.retry);
    document.removeEventListener('visibilitychange', this.onVisible);
  }

  readonly retry = (): void => this.client.retryNow();

  /** The facility's time now, in ms; null before the server has told it. */
  nowMs(): number | null {
    return this.anchor === null ? null : readClock(this.anchor, timerMs());
  }

  private readonly onVisible = (): void => {
    if (document.visibilityState === 'visible') this.retry();
  };

  private enqueue(messages: readonly BoardMessage[]): void {
    this.queue.push(...messages);
    this.flushing ??= setTimeout(() => {
      this.flushing = undefined;
      this.board.set(reduceBoard(this.board.get(), this.queue.splice(0)));
    }, FLUSH_MS);
  }

  private sync(sync: ClockSync): void {
    this.anchor = syncClock(this.anchor, Date.parse(sync.now), sync.speed, timerMs());
    this.speed.set(sync.speed);
    this.catchingUp.set(sync.catchingUp === undefined ? undefined : sync.catchingUp.asOf);
    this.heardAt.set(this.nowMs());
    this.tick();
  }

  private connection(facts: ConnectionFacts): void {
    this.facts = facts;
    this.phase.set(connectionPhase(this.facts, timerMs()));
    this.tellTime();
  }

  private look(): void {
    this.phase.set(connectionPhase(this.facts, timerMs()));
    this.looks = (this.looks + 1) % LOOKS_PER_BEAT;
    if (this.looks === 0) this.tellTime();
    if (this.phase.get() === 'live') this.watchBeds();
    if (this.ticking === undefined) this.tick();
  }

  private watchBeds(): void {
    const { encounters, beds } = this.board.get();
    this.bedsBehind.set(this.watch.look(notFollowed(encounters.values(), beds), timerMs()));
  }

  private tellTime(): void {
    this.wallBeat.set(this.nowMs());
    this.beat.set(this.facts.lostAt === null ? this.nowMs() : this.heardAt.get());
  }

  private tick(): void {
    clearTimeout(this.ticking);
    this.ticking = undefined;
    if (this.anchor === null) return;
    const minute = Math.floor(readClock(this.anchor, timerMs()) / 60_000);
    this.wallMinute.set(minute);
    if (this.phase.get() !== 'stale' || this.minute.get() === null) this.minute.set(minute);
    if (this.beat.get() === null) this.tellTime();
    this.ticking = setTimeout(() => this.tick(), untilNextMinute(this.anchor, timerMs(), LEAST_TICK_MS));
  }
}
