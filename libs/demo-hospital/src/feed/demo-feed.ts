import type { FacilityData } from '@wardstream/events';
import { digest, type Clock } from '@wardstream/kernel';
import { writeBedStatus, writeMessage } from '../hl7/adt-message.js';
import {
  senders,
  type BedStatusAct,
  type CommandAct,
  type DepartmentAct,
  type MessageAct,
  type Sender,
} from '../simulation/acts.js';
import { DAY, HOUR, LocalTime, MINUTE } from '../simulation/local-time.js';
import { simulate, SIMULATION_REVISION } from '../simulation/simulate.js';
import { actorOf, type StaffMember } from '../staff/people.js';
import { pause } from './backoff.js';
import { CausalDispatcher } from './causal-dispatcher.js';
import { DepartmentApi } from './department-api.js';
import { FeedCursor } from './feed-cursor.js';
import type { FeedLog } from './feed-log.js';
import { MllpSender, SenderClosed, type MllpTarget } from './mllp-sender.js';

export interface DemoFeedOptions {
  /** The hospital as the product has it configured. */
  readonly facility: FacilityData;
  /** Hospital time; it may run faster than real time. */
  readonly clock: Clock;
  readonly mllp: MllpTarget;
  /** Origin of the HTTP API, without a trailing slash. */
  readonly httpBase: string;
  /** Bearer token of role department-system. */
  readonly token: string;
  /**
   * Bearer tokens of those who act in their own name once the clock is followed: bed managers and ward nurses. Without it the
   * departments' systems tell of everything.
   */
  readonly tokenOf?: (member: StaffMember) => string;
  /** Where the feed keeps how far it has come. */
  readonly cursorFile: string;
  /** Of a new run; one that continues keeps its own. */
  readonly seed?: number;
  /** Days of hospital time played before now by a new run; 3 unless told. */
  readonly backfillDays?: number;
  readonly logger: FeedLog;
  /** Acts that may be unfinished at once; 256 unless told. */
  readonly inFlight?: number;
}

export interface FeedProgress {
  /** Acts that have had their effect since the run began, restarts included. */
  readonly done: number;
  /** Acknowledged since this start. */
  readonly messages: number;
  readonly commands: number;
  /** Since this start: AE and AR by trigger, refused calls by act and code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Hospital time of the last act given out; null before the first. */
  readonly playedTo: string | null;
  readonly caughtUp: boolean;
}

export interface DemoFeed {
  progress(): FeedProgress;
  /** Resolves when the past has been played and all of it is acknowledged; also when the feed is stopped before. */
  readonly caughtUp: Promise<void>;
  /** Takes no further act, gives those under way a moment, closes the connections and saves the cursor. */
  stop(): Promise<void>;
}

/** Hospital time for which an act still counts as done now. */
const LIVE_MS = 5 * MINUTE;
const SAVE_EVERY_MS = 500;
const STOP_GRACE_MS = 1500;
const STEPS_BETWEEN_BREATHS = 2000;

/**
 * Plays the demonstration hospital against a running product, over MLLP and HTTP only. The past is played as fast as it is
 * taken, then the clock is followed. Every act is sent at least once and none is left out, also over a crash: acts are
 * regenerated from the seed and those after the cursor are sent (again). What is refused is counted and told, and the feed goes on.
 * @throws DomainError `demo-feed-differs` if the cursor is of another hospital or simulation
 */
export async function startDemoFeed(options: DemoFeedOptions): Promise<DemoFeed> {
  const { facility, clock } = options;
  const now = clock.nowMs();
  const from = Math.floor((now - (options.backfillDays ?? 3) * DAY) / HOUR) * HOUR;
  const cursor = await FeedCursor.open(options.cursorFile, fingerprintOf(facility), {
    seed: options.seed ?? 2026,
    from,
  });
  await cursor.save();
  const feed = new Feed(options, cursor);
  feed.start();
  return feed;
}

/** Equal for what gives equal acts: all of a facility that the simulation looks at. */
function fingerprintOf({ id, timeZone, units, rooms, beds }: FacilityData): string {
  const parts = [
    [SIMULATION_REVISION, id, timeZone],
    units.map((u) => [u.id, u.levelOfCare]).sort(),
    rooms.map((r) => [r.unit, r.id, r.sex, r.negativePressure]).sort(),
    beds.map((b) => [b.id, b.unit, b.room, b.bed, b.staffed, b.surge, [...b.attributes].sort()]).sort(),
  ];
  return digest(JSON.stringify(parts));
}

class Feed implements DemoFeed {
  readonly caughtUp: Promise<void>;
  private readonly stopping = new AbortController();
  private readonly local: LocalTime;
  private readonly senders: ReadonlyMap<Sender, MllpSender>;
  private readonly api: DepartmentApi;
  private readonly dispatcher: CausalDispatcher<DepartmentAct>;
  private readonly refused = new Map<string, number>();
  private messages = 0;
  private commands = 0;
  private playedTo: number | null = null;
  private isCaughtUp = false;
  private resolveCaughtUp: () => void = () => undefined;
  private playing: Promise<void> = Promise.resolve();
  private saving: NodeJS.Timeout | null = null;
  private stopped: Promise<void> | null = null;

  constructor(
    private readonly options: DemoFeedOptions,
    private readonly cursor: FeedCursor,
  ) {
    const { facility, httpBase, token, mllp, logger } = options;
    this.local = new LocalTime(facility.timeZone);
    this.caughtUp = new Promise((resolve) => (this.resolveCaughtUp = resolve));
    this.senders = new Map(senders.map((name) => [name, new MllpSender({ ...mllp, name, log: logger })]));
    this.api = new DepartmentApi({
      ...{ httpBase, token, facility: facility.id },
      signal: this.stopping.signal,
      requests: cursor.requests,
      personFor: (act) => this.tokenFor(act),
      settleWithinMs: (status) => (this.isCaughtUp ? 5000 : status === 404 ? 60_000 : 10_000),
    });
    this.dispatcher = new CausalDispatcher(
      (act) => this.perform(act),
      (act, error) => this.failed(act, error),
      options.inFlight ?? 256,
    );
  }

  start(): void {
    const { cursor, options } = this;
    const behindHours = Math.round((options.clock.nowMs() - cursor.from) / HOUR);
    options.logger.info(
      { facility: options.facility.id, seed: cursor.seed, done: cursor.done, behindHours },
      'The demo hospital begins',
    );
    this.saving = setInterval(() => this.save(), SAVE_EVERY_MS);
    this.playing = this.play()
      .catch((error: unknown) => options.logger.warn({ err: error }, 'The demo hospital has stopped'))
      .finally(() => this.resolveCaughtUp());
  }

  progress(): FeedProgress {
    return {
      done: this.cursor.done,
      messages: this.messages,
      commands: this.commands,
      refused: Object.fromEntries(this.refused),
      playedTo: this.playedTo === null ? null : new Date(this.playedTo).toISOString(),
      caughtUp: this.isCaughtUp,
    };
  }

  stop(): Promise<void> {
    this.stopped ??= this.end();
    return this.stopped;
  }

  private async end(): Promise<void> {
    this.stopping.abort();
    await this.playing;
    const grace = new AbortController();
    await Promise.race([this.dispatcher.idle().then(() => grace.abort()), pause(STOP_GRACE_MS, grace.signal)]);
    for (const sender of this.senders.values()) sender.close();
    await this.dispatcher.idle();
    if (this.saving) clearInterval(this.saving);
    await this.cursor.save();
    this.options.logger.info(this.progress(), 'The demo hospital ends');
  }

  private async play(): Promise<void> {
    const { cursor, dispatcher, options } = this;
    const { signal } = this.stopping;
    const { facility: hospital } = options;
    let steps = 0;
    for (const act of simulate({ hospital, seed: cursor.seed, from: cursor.from })) {
      if (++steps % STEPS_BETWEEN_BREATHS === 0) await new Promise((resolve) => setImmediate(resolve));
      if (signal.aborted) return;
      if (cursor.isDone(act.index)) continue;
      await this.until(act.sendAt);
      await dispatcher.room();
      if (signal.aborted) return;
      this.playedTo = act.sendAt;
      dispatcher.submit(act);
    }
  }

  /** Waits until hospital time has come to `at`; the first wait means that the past is played. */
  private async until(at: number): Promise<void> {
    const { clock } = this.options;
    const { signal } = this.stopping;
    for (;;) {
      const wait = (at - clock.nowMs()) / clock.speed;
      if (wait <= 0 || signal.aborted) return;
      if (!this.isCaughtUp) {
        await this.dispatcher.idle();
        if (signal.aborted) return;
        this.isCaughtUp = true;
        this.options.logger.info(this.progress(), 'The demo hospital has caught up with the clock');
        this.resolveCaughtUp();
        continue;
      }
      // In short steps, since hospital time may be set forward.
      await pause(Math.min(wait, 1000), signal);
    }
  }

  private async perform(act: DepartmentAct): Promise<void> {
    // What an act that was cut off should have come before, is left for the next start as well.
    if (this.stopping.signal.aborted) return;
    if (act.type !== 'command') {
      const code = await this.senders.get(act.sender)!.send(act.controlId, this.bytesOf(act));
      this.messages++;
      const trigger = act.type === 'message' ? act.trigger : 'A20';
      if (act.type === 'message' && (trigger === 'A03' || trigger === 'A11'))
        this.cursor.requests.delete(act.visit.number);
      const isMeant = act.type === 'message' && act.mistake === 'time';
      if (code !== 'AA' && !isMeant) this.count(`${trigger} ${code}`, { sender: act.sender, controlId: act.controlId });
    } else {
      const outcome = await this.api.perform(act);
      if (outcome.kind === 'stopped') return;
      this.commands++;
      const { command } = act;
      const about = command.on === 'bed' ? { bed: command.bedId } : {};
      if (outcome.kind === 'refused') {
        this.count(`${command.on} ${command.do} ${outcome.code}`, {
          ...about,
          status: outcome.status,
          index: act.index,
        });
      }
    }
    this.cursor.complete(act.index);
  }

  /** Who acts in their own name: only what is done now, since what lies in the past a system tells with its time. */
  private tokenFor(act: CommandAct): string | null {
    const { clock, tokenOf } = this.options;
    if (tokenOf === undefined || !this.isCaughtUp || clock.nowMs() - act.sendAt > LIVE_MS) return null;
    const member = actorOf(act, this.local);
    return member === null ? null : tokenOf(member);
  }

  private bytesOf(act: MessageAct | BedStatusAct): Buffer {
    const { id } = this.options.facility;
    return act.type === 'message' ? writeMessage(act, id, this.local) : writeBedStatus(act, id, this.local);
  }

  private count(what: string, about: object): void {
    this.refused.set(what, (this.refused.get(what) ?? 0) + 1);
    this.options.logger.debug({ what, ...about }, 'An act of the demo hospital was refused');
  }

  private failed(act: DepartmentAct, error: unknown): void {
    if (error instanceof SenderClosed) return;
    this.options.logger.warn({ err: error, index: act.index }, 'An act of the demo hospital failed');
    this.cursor.complete(act.index);
  }

  private save(): void {
    this.cursor
      .save()
      .catch((error: unknown) => this.options.logger.warn({ err: error }, 'The demo cursor was not saved'));
  }
}
