import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { isConnectionFailure, isSerializationFailure, UnitOfWork } from '@wardstream/persistence';
import { backoffMs, pause, Wakeup } from '@wardstream/messaging';
import type { Clock } from '@wardstream/kernel';
import { CLOCK, CONFIG, type ConfigOf, LOGGER, type Logger, Metrics } from '@wardstream/service-kit';
import type { admissionsSettings } from '../admissions.settings.js';
import { factIdOf } from '../domain/identify.js';
import { judge } from '../domain/judge.js';
import { processingFailed } from '../domain/message-fault.js';
import { needsVisit, type Verdict, visitMissing, withoutVisit } from '../domain/verdict.js';
import { stillUnknown, type UnknownCode } from '../domain/unknown-codes.js';
import { Directories } from '../facilities/directories.js';
import { EncounterMoved, outdatedEncounters } from '../persistence/encounter.rows.js';
import {
  isToBeProcessed,
  judgeable,
  type KeptMessage,
  oldestPending,
  quarantine,
  updateVerdicts,
  takePending,
} from '../persistence/message.rows.js';
import {
  facilitiesNamed,
  type NamedFacility,
  putWithoutFacility,
  putWithUnknown,
  unknownInMessages,
} from '../persistence/unknown-code.rows.js';
import { factsById } from '../persistence/replay-check.rows.js';
import { giveUpWaiting, quarantineAwaiting } from '../persistence/unnumbered.rows.js';
import { MessageFailures } from './message-failures.js';
import { MOST_FACTS } from './message-facts.js';
import { ProcessBatch } from './process-batch.js';
import { type OfSender, takeReadable } from './read-anew.js';
import type { ReceivedMessage } from './received-message.js';
import { withKnownVisits } from './unnumbered-messages.js';
import { PatientsUnderWay } from './patients-under-way.js';

const BATCH = 300;
/** Messages kept in memory on their way; beyond them the database is read again. */
const MOST_IN_MEMORY = 20_000;
/** How often the database is asked for what no memory knows of: another replica's remains, another replica's configuration. */
const LOOK_MS = 5_000;
/** Batches from memory after which the database has its turn, however much comes in. */
const BATCHES_BETWEEN_LOOKS = 8;

/**
 * Processes what is stored, one batch after another, in intake order. Starts with what a former process left behind. A batch
 * that fails is cut down until the message at fault stands alone; that one is quarantined with its cause and stops nothing.
 */
@Injectable()
export class Processor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private queue: ReceivedMessage[] = [];
  private lookInDatabase = true;
  private placing = false;
  private readonly readingAnew: OfSender[] = [];
  /** What was unplaced was last looked at with the directories of this generation. */
  private placedGeneration = 0;
  private running: Promise<void> | undefined;
  private readonly stopping = new AbortController();
  private readonly wakeup = new Wakeup();
  private readonly waiting;
  /** Messages taken into memory, and of those the ones that are processed. */
  private handed = 0;
  private done = 0;
  private busy = true;
  private waiters: { readonly until: number; readonly resolve: () => void }[] = [];
  private batchesSinceLook = 0;
  /** Patients of whom something that was taken is not processed yet. */
  readonly patientsUnderWay = new PatientsUnderWay();
  private readonly underWay = new Set<string>();
  private readonly processedWaiters = new Map<string, (() => void)[]>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly batch: ProcessBatch,
    private readonly failures: MessageFailures,
    private readonly directories: Directories,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof admissionsSettings>,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.waiting = metrics.gauge(
      'wardstream_messages_waiting',
      'Messages taken and not yet processed, in this process.',
      [],
    );
  }

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  /** Finishes the batch under way; what is left waits in the database. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    this.wakeup.wake();
    await this.running;
  }

  /** Takes over messages that were just stored. */
  hand(messages: readonly ReceivedMessage[]): void {
    if (messages.length === 0) return;
    if (this.queue.length + messages.length > MOST_IN_MEMORY) this.lookInDatabase = true;
    else {
      this.queue.push(...messages);
      this.handed += messages.length;
      for (const { id, verdict } of messages) {
        this.underWay.add(id);
        this.patientsUnderWay.add(verdict);
      }
    }
    this.waiting.set(this.queue.length);
    this.wakeup.wake();
  }

  /** Something new waits in the database. */
  look(): void {
    this.lookInDatabase = true;
    this.wakeup.wake();
  }

  /** Looks again at what could not be placed: the directory has changed. */
  placeAnew(): void {
    this.placing = true;
    this.wakeup.wake();
  }

  /** Looks again at what was quarantined of senders whose profile is another one now: some of it can be read by that. */
  readAnew(ofSender: OfSender): void {
    this.readingAnew.push(ofSender);
    this.wakeup.wake();
  }

  /** Resolves when all that was handed over before is processed or quarantined. */
  async settled(): Promise<void> {
    const nothingLeft =
      this.done >= this.handed && !this.busy && !this.lookInDatabase && this.readingAnew.length === 0 && !this.placing;
    if (nothingLeft || this.stopping.signal.aborted) return;
    await new Promise<void>((resolve) => {
      // What is in the database only is done when nothing at all is left to do.
      this.waiters.push({ until: this.lookInDatabase ? Infinity : this.handed, resolve });
      this.wakeup.wake();
    });
  }

  /** Resolves when this message, just handed over, is processed or quarantined: whatever else there is to do. */
  async processed(id: string): Promise<void> {
    if (!this.underWay.has(id) || this.stopping.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const others = this.processedWaiters.get(id) ?? [];
      this.processedWaiters.set(id, [...others, resolve]);
    });
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
        this.lookInDatabase = true;
        this.logger.warn({ err: error, failures }, 'processing waits for the database');
        await pause(backoffMs(failures, 100, 5_000), this.stopping.signal);
        continue;
      }
      this.release(Infinity);
      await this.wakeup.wait(LOOK_MS);
      if (this.queue.length === 0) this.lookInDatabase = true;
    }
    this.release(Infinity);
    for (const id of this.processedWaiters.keys()) this.announce(id);
  }

  private announce(id: string): void {
    this.underWay.delete(id);
    const waiters = this.processedWaiters.get(id);
    if (waiters === undefined) return;
    this.processedWaiters.delete(id);
    for (const resolve of waiters) resolve();
  }

  private release(done: number): void {
    const ready = this.waiters.filter((w) => w.until <= done);
    this.waiters = this.waiters.filter((w) => w.until > done);
    for (const { resolve } of ready) resolve();
  }

  /** Until nothing is left. */
  private async work(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      if (this.queue.length > 0 && !(this.lookInDatabase && this.batchesSinceLook >= BATCHES_BETWEEN_LOOKS)) {
        this.batchesSinceLook += 1;
        const next = this.queue.splice(0, BATCH);
        await this.process(next);
        this.done += next.length;
        for (const { id, verdict } of next) {
          this.patientsUnderWay.remove(verdict);
          this.announce(id);
        }
        this.waiting.set(this.queue.length);
        if (!this.lookInDatabase) this.release(this.done);
      } else if (this.placing || this.placedGeneration !== this.directories.generation) {
        this.placing = false;
        this.placedGeneration = this.directories.generation;
        await this.findPlaceable();
      } else if (this.readingAnew.length > 0) {
        const [ofSender] = this.readingAnew;
        const taken = await takeReadable(this.unitOfWork, this.directories, ofSender!);
        if (taken > 0) this.logger.info({ messages: taken }, 'quarantined messages that can be read now are taken up');
        this.readingAnew.shift();
        this.lookInDatabase = true;
      } else if (this.lookInDatabase) {
        this.lookInDatabase = false;
        this.batchesSinceLook = 0;
        await this.directories.refresh();
        await this.giveUpWaiting();
        const failuresLeft = await this.failures.settle();
        const pending = await this.unitOfWork.run((tx) => oldestPending(tx, BATCH));
        const outdated = await this.rederive();
        if (pending.length > 0) await this.process(await this.judgeAnew(pending));
        if (pending.length > 0 || outdated || failuresLeft) this.lookInDatabase = true;
      } else return;
    }
  }

  private async process(messages: readonly ReceivedMessage[]): Promise<void> {
    if (messages.length === 0) return;
    for (let failures = 1; ; failures += 1) {
      try {
        const again = await this.unitOfWork.run((tx) => this.batch.process(tx, messages));
        if (again.length > 0) this.lookInDatabase = true;
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
      if (outdated.length > 0) await this.batch.rederive(tx, outdated);
      return outdated.length > 0;
    });
  }

  /** Messages of which more is known now, by the directory or by a profile, put on the list of what waits. */
  private async findPlaceable(): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const named = await facilitiesNamed(tx);
      await putWithoutFacility(
        tx,
        named.filter((of) => this.isPlacedNow(of)),
      );
      const unknown = await unknownInMessages(tx);
      await putWithUnknown(
        tx,
        unknown.filter((m) => m.unknown.some((code) => this.isKnownNow(m, code))),
      );
    });
    this.lookInDatabase = true;
  }

  private isPlacedNow({ application, sendingFacility, named }: NamedFacility): boolean {
    const known = named.some((code) => this.directories.facility(code) !== undefined);
    return known || this.directories.facilityOf(application, sendingFacility) !== undefined;
  }

  private isKnownNow(
    { application, sendingFacility, facility }: { application: string; sendingFacility: string; facility: string },
    code: UnknownCode,
  ): boolean {
    // A trigger without a rule has none whatever the profile says.
    if (code.kind === 'trigger') return false;
    const sender = this.directories.sender(application, sendingFacility);
    return stillUnknown(code, sender, this.directories.facility(facility)) === null;
  }

  /** What is read from the database is judged by what is known now. A message that turns out not to be processed says so. */
  private async judgeAnew(pending: readonly KeptMessage[]): Promise<ReceivedMessage[]> {
    const received: ReceivedMessage[] = [];
    const settled: { id: string; verdict: Verdict }[] = [];
    for (const message of pending) {
      const verdict = judge(judgeable(message), this.directories, message.raw.length);
      const { id, position, reused } = message;
      if (isToBeProcessed(verdict) || hasFacts(message)) {
        received.push({
          id,
          position,
          reused,
          verdict,
          receivedAt: message.receivedAt.toISOString(),
          judgedAnew: true,
        });
      } else settled.push({ id, verdict });
    }
    if (settled.length > 0) {
      await this.unitOfWork.run(async (tx) => {
        await takePending(
          tx,
          settled.map((s) => s.id),
        );
        await updateVerdicts(tx, settled);
      });
    }
    return received;
  }

  /**
   * The verdict on a message that names no visit, once all that was handed over before is processed: AE where there is none that it
   * could belong to. For one that is replayed: whoever asks for that is told at once.
   */
  async withItsVisit(id: string, receivedAt: string, verdict: Verdict): Promise<Verdict> {
    await this.settled();
    const [found] = await this.unitOfWork.run((tx) => withKnownVisits(tx, [{ id, receivedAt, verdict }]));
    return needsVisit(found!) ? withoutVisit(verdict) : verdict;
  }
}

/** Whether facts were taken from it before: then what is read of it now takes their place, also if that is nothing. */
function hasFacts({ disposition, cause }: KeptMessage): boolean {
  return disposition === 'processed' || (disposition === 'unplaced' && cause !== 'facility-unknown');
}

/** Whether the same batch may succeed unchanged. */
function isPassing(error: unknown): boolean {
  return isConnectionFailure(error) || isSerializationFailure(error) || error instanceof EncounterMoved;
}
