import { errorFields } from '../messaging-logger.js';
import {
  advanceLane,
  failHead,
  headsOf,
  lockDueLane,
  type ParkedMessage,
  retryingLanes,
} from '../parking/parked-messages.js';
import { Wakeup, type SerialQueue } from '../waiting.js';
import { codeOf, countByPattern, runCallbacks, verdictOf, type ConsumerParts } from './batch-consumer.js';
import { causeOf, isDatabaseAway } from './failure-cause.js';
import { callHandlers } from './handler-calls.js';
import { isReadable, readIncoming, type Incoming } from './incoming-event.js';

/** Events of one lane that are taken in one transaction once its head went through. */
const together = 100;

/**
 * Tries parked events again when they are due: the head of a lane first, then what waits behind it, in order. Takes only
 * lanes of the partitions this process holds, each as a task of that partition's queue, so that it never runs beside the
 * handling of new events of the same facility.
 */
export class LaneRetry {
  private readonly wakeup = new Wakeup();
  private stopped = false;
  private running: Promise<void> | undefined;

  constructor(
    private readonly parts: ConsumerParts,
    private readonly queue: SerialQueue<number>,
    private readonly heldPartitions: () => readonly number[],
  ) {}

  start(): void {
    this.running = this.loop();
  }

  /** Looks for due lanes now: something was put aside, or a person has asked for it. */
  kick(): void {
    this.wakeup.wake();
  }

  /** Resolves when the lane in hand is done with. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wakeup.wake();
    await this.running;
  }

  private async loop(): Promise<void> {
    const { unitOfWork, logger, tuning } = this.parts;
    while (!this.stopped) {
      let somethingWaits = true;
      try {
        const held = this.heldPartitions();
        const lanes = held.length === 0 ? [] : await retryingLanes(unitOfWork, held);
        somethingWaits = lanes.length > 0;
        const due = lanes.filter((each) => each.due);
        await Promise.all(due.map(({ lane, partition }) => this.empty(lane, partition)));
      } catch (error) {
        logger.warn(errorFields(error), 'Parked events cannot be looked at now');
      }
      await this.wakeup.wait(somethingWaits ? tuning.retryPollMs : tuning.retryIdleMs);
    }
  }

  private async empty(lane: string, partition: number): Promise<void> {
    for (let more = true; more && !this.stopped;) {
      more = await this.queue.run(partition, async () => {
        if (this.stopped || !this.heldPartitions().includes(partition)) return false;
        return this.step(lane);
      });
    }
  }

  /** Takes one step in a lane; answers whether another should follow at once. Rejects when the database is away. */
  private async step(lane: string): Promise<boolean> {
    const outcome = await this.tryHeads(lane, together);
    if (outcome.kind === 'failed' && outcome.messages.length > 1) {
      const alone = await this.tryHeads(lane, 1);
      return this.settle(lane, alone);
    }
    return this.settle(lane, outcome);
  }

  private async settle(lane: string, outcome: Outcome): Promise<boolean> {
    if (outcome.kind !== 'failed') return outcome.kind === 'advanced';
    const { unitOfWork, tuning, logger, metrics } = this.parts;
    const { error, attempts, messages } = outcome;
    if (await isDatabaseAway(error, unitOfWork, outcome.handling)) throw error;
    const verdict = verdictOf(error, attempts, tuning);
    const cause = error instanceof StillUnreadable ? error.asCause() : causeOf(codeOf(error, verdict), error);
    const finalVerdict = error instanceof StillUnreadable ? ({ state: 'dead' } as const) : verdict;
    const [head] = messages;
    if (head === undefined) return false;
    await unitOfWork.run(async (tx) => {
      // Not due any more: a person has taken the lane in hand meanwhile.
      if ((await lockDueLane(tx, lane)) === undefined) return;
      await failHead(tx, lane, head.id, cause, finalVerdict);
    });
    metrics.retried(1);
    if (finalVerdict.state === 'dead') {
      metrics.dead(cause.code, 1);
      logger.error({ ...errorFields(error), letter: head.id }, 'A parked event became a dead letter');
    }
    return false;
  }

  private async tryHeads(lane: string, limit: number): Promise<Outcome> {
    const { unitOfWork, handlers, logger, metrics } = this.parts;
    const seen: Seen = { attempts: 0, messages: [], handling: false };
    const callbacks: (() => void | Promise<void>)[] = [];
    try {
      const handled = await unitOfWork.run(async (tx) => {
        const locked = await lockDueLane(tx, lane);
        if (locked === undefined) return undefined;
        seen.attempts = locked.attempts;
        // A head that has failed is tried alone, so that the ones behind it are not rolled back with it every time.
        seen.messages = await headsOf(tx, lane, locked.attempts > 0 ? 1 : limit);
        const incoming = seen.messages.map(({ record }) => readIncoming(record));
        const unreadable = incoming.find(({ decoded }) => decoded.kind === 'unreadable');
        if (unreadable !== undefined) throw new StillUnreadable(unreadable);
        const concerned = incoming.filter(isReadable).filter(({ decoded }) => handlers.has(decoded.definition.pattern));
        seen.handling = true;
        await callHandlers(handlers, concerned, { tx, afterCommit: (callback) => void callbacks.push(callback) });
        seen.handling = false;
        await advanceLane(
          tx,
          lane,
          seen.messages.map(({ id }) => id),
        );
        return concerned;
      });
      if (handled === undefined) return { kind: 'nothing' };
      for (const [pattern, count] of countByPattern(handled)) metrics.consumed(pattern, count);
      await runCallbacks(callbacks, logger);
      this.parts.parked.changed();
      return { kind: seen.messages.length === 0 ? 'nothing' : 'advanced' };
    } catch (error) {
      return { kind: 'failed', error, ...seen };
    }
  }
}

type Outcome =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'advanced' }
  | ({ readonly kind: 'failed'; readonly error: unknown } & Readonly<Seen>);

/** What a try came to see of its lane before it failed. */
interface Seen {
  attempts: number;
  messages: readonly ParkedMessage[];
  /** Whether the failure came out of a handler. */
  handling: boolean;
}

/** A parked record that no reading can make an event of, with the data and the events it has now. */
class StillUnreadable extends Error {
  override readonly name = 'UnreadableRecord';
  constructor(private readonly incoming: Incoming) {
    super('The record still cannot be read');
  }
  asCause() {
    const { decoded } = this.incoming;
    if (decoded.kind !== 'unreadable') return causeOf('failed', this);
    return { code: decoded.code, name: this.name, message: decoded.message };
  }
}
