import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { type AckCode, buildAcknowledgement, codeToSend, fault } from '@wardstream/hl7v2';
import { type Clock, monotonicMs, newOpaqueId, nowIso } from '@wardstream/kernel';
import { backoffMs, pause } from '@wardstream/messaging';
import { isConnectionFailure, type Tx, UnitOfWork } from '@wardstream/persistence';
import { CLOCK, CONFIG, type ConfigOf, LOGGER, type Logger, Metrics } from '@wardstream/service-kit';
import type { admissionsSettings } from '../../admissions.settings.js';
import { identify } from '../interpretation/message-identity.js';
import { interpret } from '../interpretation/interpret.js';
import type { NormalizedMessage } from '../interpretation/interpret-normalized.js';
import { isHl7Fault, type MessageFault } from '../interpretation/message-fault.js';
import type { MessageFormat } from '../interpretation/message-format.js';
import type { Peer } from '../senders/peer.js';
import { awaitingVisit, type Disposition, needsVisit, refusedFor, type Verdict } from '../interpretation/verdict.js';
import { Directories } from '../../directory/index.js';
import { FeedMonitor, type HeardMessage } from '../monitoring/feed-monitor.js';
import { SenderCounts } from '../monitoring/sender-counts.js';
import {
  isToBeProcessed,
  type NewMessage,
  type StoredMessage,
  storeMessages,
  type Transport,
} from '../persistence/message.rows.js';
import type { Held } from '../pace/pace.js';
import { IntakePace } from '../pace/intake-pace.js';
import { countUnknown } from '../persistence/unknown-code.rows.js';
import { PatientsUnderWay } from '../processing/patients-under-way.js';
import { Processor } from '../processing/processor.js';
import { withKnownVisits } from '../processing/unnumbered-messages.js';
import { AllowedPeers } from '../senders/sender-connection.js';
import { heardOf, distinct, counted } from './new-messages.js';

/** What is handed in: the bytes of one message, or the head of one that was too large. */
export interface Incoming {
  readonly bytes: Buffer;
  /** Its whole length, where `bytes` is only its head. */
  readonly oversizeLength?: number;
  readonly transport: Transport;
  /** From where it has just come, over MLLP; what a person takes up again, or came by a token, comes from nowhere. */
  readonly peer?: Peer;
  /** HL7 v2 unless told. */
  readonly format?: MessageFormat;
  /** What was read of it, of a format whose text alone does not say it. */
  readonly statement?: NormalizedMessage;
  /** Id of the quarantined message that this one corrects. */
  readonly replayOf?: string;
  /** When that one was received, ISO: the corrected one takes its place in the order of what was received. */
  readonly receivedAt?: string;
}

/** How a message was answered. It is durable. */
export interface Answer {
  readonly id: string;
  readonly code: AckCode;
  readonly faults: readonly MessageFault[];
  readonly disposition: Disposition;
  /** Id of the profile that it was read by, where its sender has one. */
  readonly profile: string | null;
  /** It was stored before; it counts once. */
  readonly repeat: boolean;
  /** The HL7 v2 acknowledgement, unframed, in the message's own character set; null where its sender wants none. */
  readonly acknowledgement: Buffer | null;
}

/** The message could not be made durable. It must not be acknowledged: its sender sends it again. */
export class NotDurable extends Error {
  override readonly name = 'NotDurable';
}

interface Waiting {
  message: NewMessage;
  /** Since when it waits to be stored, monotonic milliseconds. */
  readonly sinceMs: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

const BATCH_MESSAGES = 500;

const BATCH_BYTES = 4 * 1024 * 1024;

/** Attempts to store one batch; with their pauses some twenty seconds. */
const ATTEMPTS = 8;

/**
 * Group commit: messages of all connections are gathered while the transaction before is under way, stored in one statement,
 * and only then answered; as many at once as the beds keep pace with (IntakePace). A repeat (same sender, MSH-10 and bytes) is answered again and stored once.
 */
@Injectable()
export class Intake implements BeforeApplicationShutdown {
  private waiting: Waiting[] = [];
  private running: Promise<void> | undefined;
  private readonly stopping = new AbortController();
  private readonly own = newOpaqueId().replaceAll('-', '').slice(0, 12).toUpperCase();
  private answers = 0;
  private readonly allowed = new AllowedPeers();
  private readonly answered;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directories: Directories,
    private readonly processor: Processor,
    private readonly feeds: FeedMonitor,
    private readonly counts: SenderCounts,
    private readonly pace: IntakePace,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof admissionsSettings>,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.answered = metrics.counter('wardstream_messages_total', 'Messages answered, repeats included.', [
      'answer',
      'disposition',
    ]);
  }

  /** Resolves once the message is durable. @throws NotDurable if the database stays away; then nothing is known of it. */
  take(incoming: Incoming): Promise<Answer> {
    const message = this.interpret(incoming);
    return new Promise((resolve, reject) => {
      this.waiting.push({ message, sinceMs: monotonicMs(), resolve, reject });
      this.running ??= this.run().finally(() => (this.running = undefined));
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /**
   * Takes a message within the caller's transaction, for one whose meaning depends on what else that transaction holds. It is
   * answered only after the commit, and `committed` is to be called then. Every fact in it names its visit, or that is known.
   */
  async takeWithin(tx: Tx, incoming: Incoming): Promise<{ readonly answer: Answer; readonly committed: () => void }> {
    const message = this.interpret(incoming);
    const generation = this.directories.generation;
    const stored = await this.write(tx, [message], [message]);
    return {
      answer: this.answer(message, stored.length === 0),
      committed: () => this.written([message], stored, heardOf([message]), generation),
    };
  }

  private interpret({ bytes, oversizeLength, transport, replayOf, peer, ...of }: Incoming): NewMessage {
    const { format = 'hl7v2', statement = null } = of;
    const length = oversizeLength ?? bytes.length;
    const most = format === 'event' ? this.config.eventMaxBytes : this.config.mllpMaxFrameBytes;
    const receivedAt = of.receivedAt ?? nowIso(this.clock);
    const verdict = this.ofPeer(
      interpret({ format, statement, bytes, length, receivedAt }, this.directories, most),
      peer,
    );
    return {
      ...identify(bytes, verdict),
      reusedInBatch: false,
      receivedAt,
      ...{ transport, format, statement, verdict, raw: bytes, length, replayOf: replayOf ?? null },
    };
  }

  /** Refuses what comes in the name of a sender from where that does not send. */
  private ofPeer(verdict: Verdict, peer: Peer | undefined): Verdict {
    const sender = verdict.profile === null ? undefined : this.directories.senders.withId(verdict.profile);
    const text = peer === undefined || sender === undefined ? null : this.allowed.fault(sender, peer);
    if (text === null) return verdict;
    return refusedFor(verdict, 'sender-not-allowed', fault({ segment: 'MSH', field: 3 }, 207, text));
  }

  private async run(): Promise<void> {
    // Let all that has arrived in this turn of the loop join the first batch.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const allowed = await this.pace.turn(() => this.held());
      await this.store(this.nextBatch(Math.min(BATCH_MESSAGES, allowed)));
    }
  }

  private held(): Held {
    const { length: count, 0: first } = this.waiting;
    return { count, firstMs: first === undefined ? 0 : monotonicMs() - first.sinceMs };
  }

  /** As many as fit, `most` at most. */
  private nextBatch(most: number): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { message } of this.waiting) {
      bytes += message.raw.length;
      if (count === most || (count > 0 && bytes > BATCH_BYTES)) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  private async store(batch: readonly Waiting[]): Promise<void> {
    const generation = this.directories.generation;
    for (let failures = 1; ; failures += 1) {
      try {
        await this.findVisits(batch);
        const messages = distinct(batch.map((w) => w.message));
        const arrived = batch.map((w) => w.message);
        const stored = await this.unitOfWork.run((tx) => this.write(tx, messages, arrived));
        this.written(messages, stored, heardOf(arrived), generation);
        const first = new Set(stored.map(({ id }) => id));
        // Of two alike in one batch, the second is the repeat.
        for (const { message, resolve } of batch) resolve(this.answer(message, !first.delete(message.id)));
        return;
      } catch (error) {
        const passing = isConnectionFailure(error);
        if (!passing && batch.length > 1) {
          this.logger.error(
            { err: error, messages: batch.length },
            'a batch of messages could not be stored; storing them singly',
          );
          for (const waiting of batch) await this.store([waiting]);
          return;
        }
        if (!passing || failures === ATTEMPTS || this.stopping.signal.aborted) {
          this.logger.error(
            { err: error, messages: batch.length },
            'messages could not be stored and are not acknowledged',
          );
          for (const waiting of batch)
            waiting.reject(new NotDurable('the message could not be stored', { cause: error }));
          return;
        }
        await pause(backoffMs(failures, 100, 5_000), this.stopping.signal);
      }
    }
  }

  /**
   * Says of messages without a visit number whether their visit is known; nobody waits for that. Where something of the patient is still
   * under way it may be the visit: if it is not, that is found when the message is processed.
   */
  private async findVisits(batch: readonly Waiting[]): Promise<void> {
    const told = batch.filter(({ message }) => needsVisit(message.verdict));
    if (told.length === 0) return;
    const inBatch = new PatientsUnderWay();
    for (const { message } of batch) if (!needsVisit(message.verdict)) inBatch.add(message.verdict);
    const { patientsUnderWay } = this.processor;
    const open = told.filter(
      ({ message: { verdict } }) => !inBatch.includes(verdict) && !patientsUnderWay.includes(verdict),
    );
    if (open.length === 0) return;
    const found = await this.unitOfWork.read((tx) =>
      withKnownVisits(
        tx,
        open.map(({ message }) => message),
      ),
    );
    open.forEach((waiting, i) => {
      const { message } = waiting;
      if (needsVisit(found[i]!)) waiting.message = { ...message, verdict: awaitingVisit(message.verdict) };
    });
  }

  /** Stores `messages`, and counts all that have `arrived`, repeats among them. */
  private async write(
    tx: Tx,
    messages: readonly NewMessage[],
    arrived: readonly NewMessage[],
  ): Promise<StoredMessage[]> {
    const rows = await storeMessages(tx, messages);
    await this.counts.count(tx, counted(arrived, rows));
    await countUnknown(tx, messages, new Set(rows.map((row) => row.id)));
    return rows;
  }

  /** What follows once messages are durable. `generation`: of the directories they were interpreted by. */
  private written(
    messages: readonly NewMessage[],
    stored: readonly StoredMessage[],
    heard: readonly HeardMessage[],
    generation: number,
  ): void {
    const byId = new Map(messages.map((m) => [m.id, m]));
    this.pace.acknowledged(stored.length);
    this.processor.enqueue(
      stored.flatMap(({ id, position, reused, lane }) => {
        const { verdict, receivedAt } = byId.get(id)!;
        if (!isToBeProcessed(verdict)) return [];
        // What is read from it is in the facts; the text itself need not wait in memory.
        return [
          { id, position, reused, lane, receivedAt, verdict: { ...verdict, message: null }, reinterpreted: false },
        ];
      }),
    );
    this.feeds.committed(heard);
    if (this.directories.generation !== generation) this.processor.retryUnmapped();
  }

  /** MSH-10 of an answer: at most 20 characters, of which the first tell this process from any other. */
  ownControlId(): string {
    return `${this.own}${(this.answers += 1).toString(36).toUpperCase()}`;
  }

  private answer({ id, verdict }: NewMessage, repeat: boolean): Answer {
    const { answer: code, faults, disposition, message, enhanced, profile } = verdict;
    const controlId = this.ownControlId();
    this.answered.inc({ answer: code, disposition });
    const said = faults.filter(isHl7Fault);
    const sent = codeToSend(message, code, enhanced ?? false);
    const acknowledgement =
      sent === null
        ? null
        : buildAcknowledgement({ message, code: sent, faults: said, controlId, atMs: this.clock.nowMs() });
    return { id, code, faults, disposition, profile, repeat, acknowledgement };
  }
}
