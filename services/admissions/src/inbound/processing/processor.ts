import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { isConnectionFailure, isSerializationFailure, UnitOfWork } from '@wardstream/persistence';
import { backoffMs, LaneLeases, nextBeat, pause, Wakeup } from '@wardstream/messaging';
import type { Clock } from '@wardstream/kernel';
import { CLOCK, CONFIG, type ConfigOf, LOGGER, type Logger, Metrics } from '@wardstream/service-kit';
import type { admissionsSettings } from '../../admissions.settings.js';
import { factIdOf } from '@wardstream/encounter-model';
import { processingFailed } from '../interpretation/message-fault.js';
import { needsVisit, type Verdict, visitMissing, withoutVisit } from '../interpretation/verdict.js';
import { Directories } from '../../directory/index.js';
import {
  EncounterMoved,
  factsById,
  giveUpWaiting,
  outdatedEncounters,
  RestateEncounters,
} from '../../encounters/index.js';
import { oldestPending, quarantine, quarantineAwaiting } from '../persistence/message.rows.js';
import { findPlaceable } from './find-placeable.js';
import { interpretPending } from './interpret-pending.js';
import { MessageFailures } from './message-failures.js';
import { MOST_FACTS } from './message-facts.js';
import { type Left, MessagesInMemory } from './messages-in-memory.js';
import type { PatientsUnderWay } from './patients-under-way.js';
import { ProcessBatch } from './process-batch.js';
import { type OfSender, takeReadable } from './read-anew.js';
import type { ReceivedMessage, InterpretedMessage } from './received-message.js';
import { withKnownVisits } from './unnumbered-messages.js';
import { WorkElsewhere } from './work-elsewhere.js';

const BATCH = 300;
/** At an ordinary rate a few messages come in so long, ms, and what follows them, from here to the boards, costs as much as for one. */
const GATHER_MS = 20;
/** Messages kept in memory on their way; beyond them the database is read again. */
const MOST_IN_MEMORY = 20_000;
/** How often the database is asked for what no memory knows of: another replica's remains, another replica's configuration. */
const LOOK_MS = 5_000;
/** Batches from memory after which the database has its turn, however much comes in. */
const BATCHES_BETWEEN_LOOKS = 8;

/**
 * Processes what is stored in the lanes of this process (LaneLeases), one batch after another, in intake order. Starts with what a
 * former process left behind. A batch that fails is cut down until the message at fault stands alone; that one is quarantined with its cause and stops nothing.
 */
@Injectable()
export class Processor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly memory = new MessagesInMemory();
  private readonly elsewhere: WorkElsewhere;
  private pollDatabase = true;
  private placing = false;
  private readonly reinterpreting: OfSender[] = [];
  /** What was unplaced was last looked at with the directories of this generation. */
  private placedGeneration = 0;
  private running: Promise<void> | undefined;
  private readonly stopping = new AbortController();
  private readonly wakeup = new Wakeup();
  private readonly waiting;
  private busy = true;
  private batchesSincePoll = 0;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly batch: ProcessBatch,
    private readonly encounters: RestateEncounters,
    private readonly failures: MessageFailures,
    private readonly directories: Directories,
    private readonly lanes: LaneLeases,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof admissionsSettings>,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.elsewhere = new WorkElsewhere(unitOfWork, lanes, this.stopping.signal);
    this.waiting = metrics.gauge(
      'wardstream_messages_waiting',
      'Messages taken and not yet processed, in this process.',
      [],
    );
  }

  onApplicationBootstrap(): void {
    this.directories.whenConfigured(() => this.poll());
    this.lanes.onChanged(() => {
      this.memory.drop(this.lanes.held);
      this.pollHere();
    });
    this.running = this.lanes.start().then(() => this.run());
  }

  /** Finishes the batch under way; what is left waits in the database. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    this.wakeup.wake();
    await this.running;
    await this.lanes.stop();
  }

  /** Takes over messages that were just stored; those of lanes that another process has are for that one. */
  enqueue(messages: readonly InterpretedMessage[]): void {
    if (messages.length === 0) return;
    const own = messages.filter(({ lane }) => this.lanes.held.has(lane));
    this.elsewhere.enqueue(messages.filter(({ lane }) => !this.lanes.held.has(lane)));
    if (own.length === 0) return;
    if (this.memory.length + own.length > MOST_IN_MEMORY) this.pollDatabase = true;
    else this.memory.add(own);
    this.waiting.set(this.memory.length);
    this.wakeup.wake();
  }

  /** Patients of whom something that was taken is not processed yet. */
  get patientsUnderWay(): Pick<PatientsUnderWay, 'includes'> {
    return this.memory.patients;
  }

  /** What was handed over and is not processed yet, here or elsewhere. */
  left(): Promise<Left> {
    return this.elsewhere.left(this.memory.left());
  }

  /** Something new waits in the database, for this process or another. */
  poll(): void {
    this.pollHere();
    if (!this.lanes.holdsAll) this.lanes.notify();
  }

  private pollHere(): void {
    this.pollDatabase = true;
    this.wakeup.wake();
  }

  /** Looks again at what could not be placed: the directory has changed. */
  retryUnmapped(): void {
    this.placing = true;
    this.wakeup.wake();
  }

  /** Looks again at what was quarantined of senders whose profile is another one now: some of it can be read by that. */
  reinterpretQuarantined(ofSender: OfSender): void {
    this.reinterpreting.push(ofSender);
    this.wakeup.wake();
  }

  /** Resolves when all that was handed over before is processed or quarantined. */
  async drained(): Promise<void> {
    const nothingLeft =
      this.memory.allDone && !this.busy && !this.pollDatabase && this.reinterpreting.length === 0 && !this.placing;
    if (!nothingLeft && !this.stopping.signal.aborted) {
      // What is in the database only is done when nothing at all is left to do.
      const done = this.memory.whenDone(this.pollDatabase);
      this.wakeup.wake();
      await done;
    }
    await this.elsewhere.drained();
  }

  /** Resolves when this message, just handed over, is processed or quarantined, whatever else there is to do; or `signal` is aborted. */
  async processed(id: string, signal: AbortSignal): Promise<void> {
    if (!this.stopping.signal.aborted) await this.memory.processed(id);
    await this.elsewhere.processed(id, signal);
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      try {
        this.busy = true;
        await this.work();
        this.busy = false;
        failures = 0;
      } catch (error) {
        failures += 1;
        this.pollDatabase = true;
        this.logger.warn({ err: error, failures }, 'processing waits for the database');
        await pause(backoffMs(failures, 100, 5_000), this.stopping.signal);
        continue;
      }
      this.memory.release(true);
      await nextBeat(GATHER_MS, this.stopping.signal);
      await this.wakeup.wait(LOOK_MS);
      if (this.memory.length === 0) this.pollDatabase = true;
    }
    this.memory.close();
  }

  /** Until nothing is left. */
  private async work(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      if (this.memory.length > 0 && !(this.pollDatabase && this.batchesSincePoll >= BATCHES_BETWEEN_LOOKS)) {
        this.batchesSincePoll += 1;
        await this.processNext();
        if (!this.pollDatabase) this.memory.release();
      } else if (this.placing || this.placedGeneration !== this.directories.generation) {
        this.placing = false;
        this.placedGeneration = this.directories.generation;
        await findPlaceable(this.unitOfWork, this.directories);
        this.poll();
      } else if (this.reinterpreting.length > 0) {
        const [ofSender] = this.reinterpreting;
        const taken = await takeReadable(this.unitOfWork, this.directories, ofSender!);
        if (taken > 0) this.logger.info({ messages: taken }, 'quarantined messages that can be read now are taken up');
        this.reinterpreting.shift();
        this.poll();
      } else if (this.pollDatabase) {
        this.pollDatabase = false;
        this.batchesSincePoll = 0;
        await this.directories.refresh();
        await this.giveUpWaiting();
        const failuresLeft = await this.failures.settle();
        const pending = await this.unitOfWork.run((tx) => oldestPending(tx, this.lanes.held, BATCH));
        const outdated = await this.rederive();
        if (pending.length > 0) await this.process(await interpretPending(this.unitOfWork, this.directories, pending));
        if (pending.length > 0 || outdated || failuresLeft) this.pollDatabase = true;
      } else return;
    }
  }

  private async processNext(): Promise<void> {
    const next = this.memory.next(BATCH);
    try {
      await this.process(next);
    } catch (error) {
      // Taken up again: of what was processed nothing is processed twice.
      this.memory.putBack(next);
      throw error;
    }
    this.memory.finished(next);
    this.waiting.set(this.memory.length);
  }

  private async process(messages: readonly ReceivedMessage[]): Promise<void> {
    if (messages.length === 0) return;
    for (let failures = 1; ; failures += 1) {
      try {
        const again = await this.unitOfWork.run((tx) => this.batch.process(tx, messages));
        if (again.length > 0) this.pollDatabase = true;
        return;
      } catch (error) {
        if (this.stopping.signal.aborted) throw error;
        if (isPassing(error)) {
          this.logger.warn({ err: error, messages: messages.length }, 'a batch is tried again');
          await pause(backoffMs(failures, 50, 5_000), this.stopping.signal);
          if (this.stopping.signal.aborted) throw error;
          continue;
        }
        if (messages.length > 1) {
          const half = Math.ceil(messages.length / 2);
          await this.process(messages.slice(0, half));
          await this.process(messages.slice(half));
        } else await this.putAside(messages[0]!, error);
        return;
      }
    }
  }

  private async putAside(message: ReceivedMessage, error: unknown): Promise<void> {
    const { id, verdict } = message;
    this.logger.error({ err: error, message: id, trigger: verdict.trigger }, 'a message could not be processed');
    const cause = processingFailed(verdict.message !== null, error);
    await this.unitOfWork.run(async (tx) => {
      await quarantine(tx, id, [cause]);
      await this.failures.couldNotBeProcessed(tx, message);
    });
  }

  /** Messages whose visit did not come in time are for a person to look at. */
  private async giveUpWaiting(): Promise<void> {
    const before = new Date(this.clock.nowMs() - this.config.visitWaitHours * 3_600_000).toISOString();
    await this.unitOfWork.run(async (tx) => {
      const given = await giveUpWaiting(tx, before, BATCH);
      if (given.length === 0) return;
      const facts = given.flatMap((id) => Array.from({ length: MOST_FACTS }, (_, i) => factIdOf(id, i)));
      const counting = new Set((await factsById(tx, facts)).map((f) => f.messageId));
      const inVain = given.filter((id) => !counting.has(id));
      await quarantineAwaiting(tx, inVain, (isHl7) => JSON.stringify([visitMissing(isHl7, 'E')]));
    });
  }

  private async rederive(): Promise<boolean> {
    return this.unitOfWork.run(async (tx) => {
      const outdated = await outdatedEncounters(tx, BATCH);
      if (outdated.length > 0) await this.encounters.rederive(tx, outdated);
      return outdated.length > 0;
    });
  }

  /**
   * The verdicts on messages that name no visit, once all that was handed over before is processed: AE where there is none that it
   * could belong to. For those that are replayed: whoever asks for that is told at once.
   */
  async withTheirVisits(
    messages: readonly Pick<ReceivedMessage, 'id' | 'receivedAt' | 'verdict'>[],
  ): Promise<Verdict[]> {
    await this.drained();
    const found = await this.unitOfWork.run((tx) => withKnownVisits(tx, messages));
    return messages.map(({ verdict }, i) => (needsVisit(found[i]!) ? withoutVisit(verdict) : verdict));
  }
}

/** Whether the same batch may succeed unchanged. */
function isPassing(error: unknown): boolean {
  return isConnectionFailure(error) || isSerializationFailure(error) || error instanceof EncounterMoved;
}
