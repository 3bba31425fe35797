import { ackCode, adt, type MllpSender } from '@wardstream/product-under-test';
import { type Quantiles, quantiles } from '../measures/quantiles.js';
import type { BenchBed } from './bench-hospital.js';
import type { ShownBed, WatchedBoard } from './watched-board.js';

export interface LoadResult {
  readonly sent: number;
  /** Messages whose bed was seen in its new state on the stream. */
  readonly seen: number;
  readonly refused: number;
  /** Those that had fallen due and could not be sent, as too many were unanswered. */
  readonly heldBack: number;
  /** From the first message until the last was seen. */
  readonly seconds: number;
  /** Messages seen a second. */
  readonly perSecond: number;
  /** Milliseconds from the first byte written to the change read from the stream. */
  readonly latency: Quantiles;
  /** Milliseconds from the first byte written to the acknowledgement. */
  readonly ack: Quantiles;
  /** The longest time that an acknowledged message was not on the board while the board said nothing of being behind, milliseconds. */
  readonly longestUnsaid: number;
  /** The longest time that an acknowledged message was not on the board, milliseconds. */
  readonly longestBehind: number;
}

export interface Pace {
  /** Messages a second fall due; without it they are due at once. */
  readonly rate?: number;
  /** Unanswered messages of each connection, at most. */
  readonly window?: number;
  /** Nothing new is sent after so many seconds, or so many messages, whichever comes first. */
  readonly seconds?: number;
  readonly messages?: number;
  /** How far back the events lie: spread evenly from then until now, as what a sender kept during an outage. Of now unless told. */
  readonly spreadOverMs?: number;
}

interface Expected {
  readonly at: number;
  /** Who is in the bed then. */
  readonly visit: string | null;
  /** Event time, ISO. */
  readonly since: string;
  ackedAt: number | undefined;
  seenAt: number | undefined;
}

/** Without anything seen for so long the rest is given up. */
const PATIENCE_MS = 60_000;

/** Sends admissions and discharges in turn to `beds` and waits for each bed's change on the boards. */
export class Load {
  private readonly occupantOf = new Map<string, string>();
  private readonly boards: ReadonlyMap<string, WatchedBoard>;
  private readonly latest = new Map<string, number>();
  private sentEver = 0;
  private visits = 0;

  constructor(
    private readonly senders: readonly MllpSender[],
    boards: readonly WatchedBoard[],
    private readonly beds: readonly BenchBed[],
  ) {
    this.boards = new Map(boards.map((board) => [board.facility, board]));
  }

  /** Beds stay as the run before left them. `onProgress` hears after every message seen how many were. */
  async run(pace: Pace, onProgress: (seen: number) => void = () => undefined): Promise<LoadResult> {
    const run = new Run(this.boards, onProgress);
    const began = performance.now();
    const until = pace.seconds === undefined ? Infinity : began + pace.seconds * 1000;
    const most =
      pace.messages ?? (pace.rate === undefined ? Infinity : Math.ceil(pace.rate * (pace.seconds ?? Infinity)));
    const due = (): number => {
      if (pace.rate === undefined) return most;
      return Math.min(most, Math.floor(((Math.min(performance.now(), until) - began) * pace.rate) / 1000) + 1);
    };
    const free = new FreeConnections(this.senders, pace.window ?? Infinity);
    const eventTime = this.eventTimes(pace, most);
    let sent = 0;
    let refused = 0;
    let lost: Error | undefined;
    let ended: () => void = () => undefined;
    const allSent = new Promise<void>((resolve) => (ended = resolve));

    // Without a window nothing is held back, so what fell due is sent, however late the timer.
    const isOver = (): boolean => pace.window !== undefined && performance.now() >= until;
    const pump = (): void => {
      while (lost === undefined && sent < due() && !isOver()) {
        const sender = free.take();
        if (sender === undefined) break;
        sent += 1;
        this.send(sender, eventTime(), run).then(
          (code) => {
            if (code !== 'AA') refused += 1;
            free.giveBack(sender);
            pump();
          },
          (error: Error) => {
            lost = error;
            ended();
          },
        );
      }
      if (sent >= most || isOver()) ended();
    };
    const timer = setInterval(pump, 1);
    pump();
    await allSent;
    clearInterval(timer);
    const heldBack = pace.rate === undefined ? 0 : due() - sent;
    await run.allSeen(sent, () => lost);
    run.stop();
    if (lost !== undefined) throw lost;
    const seconds = (performance.now() - began) / 1000;
    return { ...run.result(), sent, refused, heldBack, seconds, perSecond: run.seen / seconds };
  }

  /** Times of events in the order they are sent. */
  private eventTimes({ spreadOverMs }: Pace, messages: number): () => number {
    if (spreadOverMs === undefined) return () => Date.now();
    const first = Date.now() - spreadOverMs;
    let i = 0;
    return () => first + (spreadOverMs * i++) / messages;
  }

  /** Resolves with the code of the acknowledgement. */
  private async send(sender: MllpSender, when: number, run: Run): Promise<string> {
    const { bed, visit, since, message } = this.next(when);
    const expected: Expected = { at: performance.now(), visit, since, ackedAt: undefined, seenAt: undefined };
    run.expect(bed, expected);
    const ack = await sender.send(message);
    run.acknowledged(bed.facility, expected);
    return ackCode(ack);
  }

  /** The next message: an empty bed is given a patient, an occupied one loses its own. `visit` is who is in it then. */
  private next(wanted: number): { bed: BenchBed; visit: string | null; since: string; message: string } {
    const bed = this.beds[this.sentEver % this.beds.length]!;
    const key = `${bed.facility}/${bed.id}`;
    // Event times of a bed move on with each message, so that an admission never precedes the discharge before it.
    const when = new Date(Math.max(Math.floor(wanted), (this.latest.get(key) ?? 0) + 1));
    this.latest.set(key, when.getTime());
    this.sentEver += 1;
    const inside = this.occupantOf.get(key);
    const visit = inside ?? `B${process.pid}${++this.visits}`;
    if (inside === undefined) this.occupantOf.set(key, visit);
    else this.occupantOf.delete(key);
    const message = adt({
      trigger: inside === undefined ? 'A01' : 'A03',
      visit,
      at: bed.place,
      when,
      facility: bed.facility,
      sender: 'BENCH',
      controlId: `${process.pid}-${this.sentEver}`,
    });
    return { bed, visit: inside === undefined ? visit : null, since: when.toISOString(), message };
  }
}

/** Connections that may take another message, in turn. */
class FreeConnections {
  private readonly slots: MllpSender[] = [];
  private next = 0;

  constructor(
    private readonly senders: readonly MllpSender[],
    private readonly window: number,
  ) {
    if (window !== Infinity) for (let i = 0; i < window; i += 1) this.slots.push(...senders);
    this.slots.reverse();
  }

  take(): MllpSender | undefined {
    if (this.window === Infinity) return this.senders[this.next++ % this.senders.length];
    return this.slots.pop();
  }

  giveBack(sender: MllpSender): void {
    if (this.window !== Infinity) this.slots.push(sender);
  }
}

/** What one run waits for on the boards, and what it found. */
class Run {
  seen = 0;
  private readonly waiting = new Map<string, Expected[]>();
  private readonly latencies: number[] = [];
  private readonly acks: number[] = [];
  private longestUnsaid = 0;
  private longestBehind = 0;
  private lastSeenAt = performance.now();

  constructor(
    private readonly boards: ReadonlyMap<string, WatchedBoard>,
    private readonly onProgress: (seen: number) => void,
  ) {
    for (const board of boards.values()) board.listener = (facility, bed, at) => this.shown(facility, bed, at);
  }

  stop(): void {
    for (const board of this.boards.values()) board.listener = () => undefined;
    const now = performance.now();
    for (const [key, left] of this.waiting) {
      const facility = key.slice(0, key.indexOf('/'));
      for (const expected of left) this.compare(facility, { ...expected, seenAt: now });
    }
  }

  expect(bed: BenchBed, expected: Expected): void {
    const key = `${bed.facility}/${bed.id}`;
    const list = this.waiting.get(key);
    if (list === undefined) this.waiting.set(key, [expected]);
    else list.push(expected);
  }

  acknowledged(facility: string, expected: Expected): void {
    expected.ackedAt = performance.now();
    this.acks.push(expected.ackedAt - expected.at);
    this.compare(facility, expected);
  }

  /** Resolves when all were seen, or nothing was for long. */
  async allSeen(sent: number, failed: () => Error | undefined): Promise<void> {
    this.lastSeenAt = Math.max(this.lastSeenAt, performance.now());
    while ((this.seen < sent || this.acks.length < sent) && failed() === undefined) {
      if (performance.now() - this.lastSeenAt > PATIENCE_MS) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  result(): Pick<LoadResult, 'seen' | 'latency' | 'ack' | 'longestUnsaid' | 'longestBehind'> {
    return {
      seen: this.seen,
      latency: quantiles(this.latencies),
      ack: quantiles(this.acks),
      longestUnsaid: this.longestUnsaid,
      longestBehind: this.longestBehind,
    };
  }

  private shown(facility: string, bed: ShownBed, at: number): void {
    const waiting = this.waiting.get(`${facility}/${bed.id}`);
    if (waiting === undefined || waiting.length === 0) return;
    const visit = bed.occupants[0]?.visitNumber ?? null;
    // One change may stand for several messages of the bed: all up to the one it shows. An empty bed tells by its time which that is.
    const reached = waiting.findIndex((e) => e.visit === visit && (visit !== null || e.since === bed.since));
    for (const expected of waiting.splice(0, reached + 1)) {
      expected.seenAt = at;
      this.latencies.push(at - expected.at);
      this.seen += 1;
      this.lastSeenAt = at;
      this.compare(facility, expected);
    }
    this.onProgress(this.seen);
  }

  /** How long the board was behind a message that was acknowledged, once both are known. */
  private compare(facility: string, { ackedAt, seenAt }: Expected): void {
    if (ackedAt === undefined || seenAt === undefined || seenAt <= ackedAt) return;
    this.longestBehind = Math.max(this.longestBehind, seenAt - ackedAt);
    if (seenAt - ackedAt <= this.longestUnsaid) return;
    const unsaid = this.boards.get(facility)!.said.longestUnsaid(ackedAt, seenAt);
    this.longestUnsaid = Math.max(this.longestUnsaid, unsaid);
  }
}
