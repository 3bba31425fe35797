import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Clock, newId, nowIso } from '@wardstream/kernel';
import { backoffMs, pause, Wakeup } from '@wardstream/messaging';
import { UnitOfWork } from '@wardstream/persistence';
import { CLOCK, LOGGER, type Logger } from '@wardstream/service-kit';
import {
  isToBeProcessed,
  type KeptMessage,
  needsVisit,
  PatientsUnderWay,
  Processor,
  putPending,
  updateVerdicts,
  type Verdict,
} from '../../inbound/index.js';
import {
  cancelReplay,
  finishReplay,
  forgetReplays,
  insertReplay,
  lockQuarantined,
  lockRunning,
  nextOfReplay,
  noteResults,
  type Replay,
  type ReplayFilter,
  type ReplayResult,
} from '../persistence/replay.rows.js';
import { interpretAgain } from '../quarantine/interpret-again.js';
import { Directories } from '../../directory/index.js';

/** Memory of one step: so many messages, and no more text than this, at a time. */
const MOST = { messages: 100, bytes: 8 * 1024 * 1024 };
/** How often a process looks for a replay that another one left behind. */
const LOOK_MS = 5_000;
const KEPT_DAYS = 30;

/**
 * Replays quarantined messages in bulk, after a mapping or a profile was put right. All that match are interpreted anew by what is known
 * now, in the order they came in; those that are sound are processed in that order, and a message that names no visit waits until all of
 * its patient before it are. A step is one transaction with its results and how far it came, so a restart goes on where
 * the last step ended; a message that left the quarantine meanwhile is passed over, so nothing is done twice.
 */
@Injectable()
export class Replays implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private running: Promise<void> | undefined;
  private readonly stopping = new AbortController();
  private readonly wakeup = new Wakeup();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directories: Directories,
    private readonly processor: Processor,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    this.wakeup.wake();
    await this.running;
  }

  /** Asks for a replay of all that match; answers the one that is running where it was asked for already. */
  async start(filter: ReplayFilter, by: string): Promise<Replay> {
    const now = nowIso(this.clock);
    const before = new Date(this.clock.nowMs() - KEPT_DAYS * 86_400_000).toISOString();
    const replay = await this.unitOfWork.run(async (tx) => {
      await forgetReplays(tx, before);
      return insertReplay(tx, { id: newId(), filter, by, now });
    });
    this.wakeup.wake();
    return replay;
  }

  /** Takes nothing more up; a repeat, or for one that has ended, changes nothing. */
  async cancel(id: string): Promise<void> {
    await this.unitOfWork.run((tx) => cancelReplay(tx, id, nowIso(this.clock)));
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      try {
        while (!this.stopping.signal.aborted && (await this.step()));
        failures = 0;
        await this.wakeup.wait(LOOK_MS);
      } catch (error) {
        failures += 1;
        this.logger.warn({ err: error, failures }, 'a replay waits for the database');
        await pause(backoffMs(failures, 100, 5_000), this.stopping.signal);
      }
    }
  }

  /** Takes the next messages of the replay that is to go on; false if there is none. */
  private async step(): Promise<boolean> {
    const went = await this.unitOfWork.run(async (tx) => {
      const replay = await lockRunning(tx);
      if (replay === undefined) return false;
      const messages = await nextOfReplay(tx, replay, MOST);
      if (messages.length === 0) {
        await finishReplay(tx, replay.id, nowIso(this.clock));
        return true;
      }
      const interpreted = await this.interpret(messages);
      const inQuarantine = await lockQuarantined(
        tx,
        interpreted.map((j) => j.message.id),
      );
      const taken = interpreted.filter((j) => inQuarantine.has(j.message.id));
      await updateVerdicts(
        tx,
        taken.map(({ message, verdict }) => ({ id: message.id, verdict })),
      );
      const sound = taken.filter(({ verdict }) => verdict.answer === 'AA' && isToBeProcessed(verdict));
      await putPending(
        tx,
        sound.map((j) => j.message.id),
      );
      await noteResults(
        tx,
        replay.id,
        interpreted.map(({ message, verdict }) => resultOf(message, verdict, inQuarantine.has(message.id))),
      );
      return true;
    });
    if (went) this.processor.poll();
    return went;
  }

  /**
   * Interprets messages in order, as far as they can be interpreted before those in front of them are processed: up to one that names no visit
   * and speaks of a patient of whom one of those speaks, or who may have been merged by one. Those of different patients go together.
   */
  private async interpret(messages: readonly KeptMessage[]): Promise<{ message: KeptMessage; verdict: Verdict }[]> {
    const interpreted: { message: KeptMessage; verdict: Verdict }[] = [];
    const inFront = new PatientsUnderWay();
    let merges = false;
    for (const message of messages) {
      const verdict = interpretAgain(message, message.raw, this.directories);
      if (needsVisit(verdict) && (merges || inFront.includes(verdict))) break;
      inFront.add(verdict);
      merges ||= verdict.facts.some(({ retires }) => retires !== null && retires !== undefined);
      interpreted.push({ message, verdict });
    }
    const unnumbered = interpreted.filter(({ verdict }) => needsVisit(verdict));
    if (unnumbered.length === 0) return interpreted;
    const found = await this.processor.withTheirVisits(
      unnumbered.map(({ message: { id, receivedAt }, verdict }) => ({
        id,
        receivedAt: receivedAt.toISOString(),
        verdict,
      })),
    );
    const verdicts = new Map(unnumbered.map(({ message }, i) => [message.id, found[i]!]));
    return interpreted.map(({ message, verdict }) => ({ message, verdict: verdicts.get(message.id) ?? verdict }));
  }
}

function resultOf({ id, position }: KeptMessage, { answer, faults }: Verdict, inQuarantine: boolean): ReplayResult {
  const outcome = !inQuarantine ? 'passed-over' : answer === 'AA' ? 'taken-up' : 'still-wrong';
  return { messageId: id, position, outcome, faults: outcome === 'still-wrong' ? faults : [] };
}
