import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { type AckCode, buildAcknowledgement, type Hl7Fault } from '@wardstream/hl7v2';
import { type Clock, newOpaqueId } from '@wardstream/kernel';
import { backoffMs, pause } from '@wardstream/messaging';
import { isConnectionFailure, UnitOfWork } from '@wardstream/persistence';
import { CLOCK, CONFIG, type ConfigOf, LOGGER, type Logger, Metrics } from '@wardstream/service-kit';
import type { admissionsSettings } from '../admissions.settings.js';
import { identify } from '../domain/identify.js';
import { type Disposition, judgeMessage, judgeOversize, needsVisit, withVisit } from '../domain/judge-message.js';
import { Directories } from '../facilities/directories.js';
import { FeedKeeper } from '../feeds/feed-keeper.js';
import { findMessage, isToBeProcessed, type NewMessage, storeMessages } from '../persistence/message.rows.js';
import { Processor } from '../processing/processor.js';

/** What is handed in: the bytes of one message, or the head of one that was too large. */
export interface Incoming {
  readonly bytes: Buffer;
  /** Its whole length, where `bytes` is only its head. */
  readonly oversizeLength?: number;
  readonly transport: 'mllp' | 'http';
  /** Id of the quarantined message that this one corrects. */
  readonly replayOf?: string;
}

/** How a message was answered. It is durable. */
export interface Answer {
  readonly id: string;
  readonly code: AckCode;
  readonly faults: readonly Hl7Fault[];
  readonly disposition: Disposition;
  /** The acknowledgement, unframed, in the message's own character set. */
  readonly acknowledgement: Buffer;
}

/** The message could not be made durable. It must not be acknowledged: its sender sends it again. */
export class NotDurable extends Error {
  override readonly name = 'NotDurable';
}

interface Waiting {
  message: NewMessage;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

const BATCH_MESSAGES = 500;
const BATCH_BYTES = 4 * 1024 * 1024;
/** Attempts to store one batch; with their pauses some twenty seconds. */
const ATTEMPTS = 8;

/**
 * Group commit: messages of all connections are gathered while the transaction before is under way, stored in one statement,
 * and only then answered. A repeat (same sender, MSH-10 and bytes) is answered again and stored once.
 */
@Injectable()
export class Intake implements BeforeApplicationShutdown {
  private waiting: Waiting[] = [];
  private running: Promise<void> | undefined;
  private readonly stopping = new AbortController();
  private readonly own = newOpaqueId().replaceAll('-', '').slice(0, 12).toUpperCase();
  private answers = 0;
  private readonly answered;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directories: Directories,
    private readonly processor: Processor,
    private readonly feeds: FeedKeeper,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof admissionsSettings>,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.answered = metrics.counter('wardstream_messages_total', 'HL7 messages answered, repeats included.', [
      'answer',
      'disposition',
    ]);
  }

  /** Resolves once the message is durable. @throws NotDurable if the database stays away; then nothing is known of it. */
  take(incoming: Incoming): Promise<Answer> {
    const message = this.judge(incoming);
    return new Promise((resolve, reject) => {
      this.waiting.push({ message, resolve, reject });
      this.running ??= this.run().finally(() => (this.running = undefined));
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private judge({ bytes, oversizeLength, transport, replayOf }: Incoming): NewMessage {
    const verdict =
      oversizeLength === undefined
        ? judgeMessage(bytes, this.directories)
        : judgeOversize(bytes, oversizeLength, this.config.mllpMaxFrameBytes, this.directories);
    return {
      ...identify(bytes, verdict),
      reusedInBatch: false,
      receivedAt: new Date(this.clock.nowMs()).toISOString(),
      transport,
      verdict,
      raw: bytes,
      length: oversizeLength ?? bytes.length,
      replayOf: replayOf ?? null,
    };
  }

  private async run(): Promise<void> {
    // Let all that has arrived in this turn of the loop join the first batch.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const [first] = this.waiting;
      if (first !== undefined && needsVisit(first.message.verdict)) {
        await this.findVisit(first);
        if (this.waiting[0] !== first) continue;
      }
      await this.store(this.nextBatch());
    }
  }

  /** As many as fit; one that needs its patient's open visit begins a batch of its own, after all before it is processed. */
  private nextBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { message } of this.waiting) {
      bytes += message.raw.length;
      if (count === BATCH_MESSAGES || (count > 0 && (bytes > BATCH_BYTES || needsVisit(message.verdict)))) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  private async findVisit(waiting: Waiting): Promise<void> {
    const { message } = waiting;
    try {
      const before = await this.unitOfWork.run((tx) => findMessage(tx, message.id));
      if (before !== undefined && before.disposition !== 'quarantined') {
        // A repeat: it is answered as its first was, and nothing of it is processed again.
        waiting.message = { ...message, verdict: { ...message.verdict, facts: [] } };
        return;
      }
      await this.processor.settled();
      const visit = await this.processor.onlyOpenVisit(message.verdict);
      waiting.message = { ...message, verdict: withVisit(message.verdict, visit) };
    } catch (error) {
      this.logger.error({ err: error }, 'the visit of a message could not be looked up');
      this.waiting.shift();
      waiting.reject(new NotDurable('the database is not there'));
    }
  }

  private async store(batch: readonly Waiting[]): Promise<void> {
    const generation = this.directories.generation;
    const messages = distinct(batch.map((w) => w.message));
    const heard = batch.map(({ message: { verdict, receivedAt } }) => ({
      facility: verdict.facility,
      application: verdict.application,
      receivedMs: Date.parse(receivedAt),
    }));
    for (let failures = 1; ; failures += 1) {
      try {
        const stored = await this.unitOfWork.run(async (tx) => {
          const rows = await storeMessages(tx, messages);
          await this.feeds.count(tx, heard);
          return rows;
        });
        const byId = new Map(messages.map((m) => [m.id, m]));
        this.processor.hand(
          stored.flatMap(({ id, position, reused }) => {
            const { verdict, receivedAt } = byId.get(id)!;
            if (!isToBeProcessed(verdict)) return [];
            // What is read from it is in the facts; the text itself need not wait in memory.
            return [{ id, position, reused, receivedAt, verdict: { ...verdict, message: null }, judgedAnew: false }];
          }),
        );
        this.feeds.committed(heard);
        for (const waiting of batch) waiting.resolve(this.answer(waiting.message));
        if (this.directories.generation !== generation) this.processor.placeAnew();
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
          for (const waiting of batch) waiting.reject(new NotDurable('the message could not be stored'));
          return;
        }
        await pause(backoffMs(failures, 100, 5_000), this.stopping.signal);
      }
    }
  }

  private answer({ id, verdict }: NewMessage): Answer {
    const { answer: code, faults, disposition, message } = verdict;
    // At most 20 characters, of which the first tell this process from any other.
    const controlId = `${this.own}${(this.answers += 1).toString(36).toUpperCase()}`;
    this.answered.inc({ answer: code, disposition });
    const acknowledgement = buildAcknowledgement({ message, code, faults, controlId, atMs: this.clock.nowMs() });
    return { id, code, faults, disposition, acknowledgement };
  }
}

/** Each message once; one whose control id another message of the batch has, says so. */
function distinct(messages: readonly NewMessage[]): NewMessage[] {
  const byId = new Map<string, NewMessage>();
  const firstOfControl = new Map<string, string>();
  for (const message of messages) {
    if (byId.has(message.id)) continue;
    const { controlKey, id } = message;
    const first = controlKey === null ? undefined : firstOfControl.get(controlKey);
    if (controlKey !== null && first === undefined) firstOfControl.set(controlKey, id);
    byId.set(id, first === undefined ? message : { ...message, reusedInBatch: true });
  }
  return [...byId.values()];
}
