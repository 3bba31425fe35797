import type { Tx, UnitOfWork } from '@wardstream/persistence';
import type { ReceivedRecord, RecordBatch } from '../event-log.js';
import { groupBy } from '@wardstream/kernel';
import { errorFields, type MessagingLogger } from '../messaging-logger.js';
import type { MessagingMetrics } from '../messaging-metrics.js';
import type { MessagingTuning } from '../messaging-options.js';
import type { ParkedEvents } from '../parking/parked-events.js';
import { parkAtHead, parkBehind, type LaneVerdict } from '../parking/parked-messages.js';
import { PermanentFailure } from '../permanent-failure.js';
import { pause } from '../waiting.js';
import { halves } from './call-plan.js';
import type { EventReader } from './event-reader.js';
import { causeOf, DatabaseAway, isDatabaseAway, type Cause } from './failure-cause.js';
import { callHandlers } from './handler-calls.js';
import type { HandlerRegistry } from './handler-registry.js';
import { admitToInbox } from './inbox.js';
import { isReadable, type Incoming, type ReadableIncoming } from './incoming-event.js';

export interface ConsumerParts {
  readonly unitOfWork: UnitOfWork;
  readonly handlers: HandlerRegistry;
  readonly reader: EventReader;
  readonly metrics: MessagingMetrics;
  readonly logger: MessagingLogger;
  readonly tuning: MessagingTuning;
  readonly parked: Pick<ParkedEvents, 'changed'>;
}

/** The batch was given up half-way because it is not wanted any more; what is not done comes again elsewhere. */
class NotWantedAnyMore extends Error {
  override readonly name = 'NotWantedAnyMore';
}

/**
 * Handles batches of records, each of one partition and several together, each event exactly once in effect.
 *
 * A batch is one transaction: inbox rows, handlers in log order, commit, then the callbacks for after the commit. If it
 * fails it is rolled back and halved until the event at fault is alone; that one is tried again a few times at once, then
 * put aside in the same way (its inbox row and its parked row in one transaction), and the rest goes on. Events behind one
 * that was put aside are put behind it. While the service's database is away nothing is put aside: `consume` rejects, and
 * the log brings the batch again.
 */
export class BatchConsumer {
  constructor(private readonly parts: ConsumerParts) {}

  /** Rejects only when the batch must come again: the database is away, or the batch's signal was aborted. */
  async consume({ records, signal }: RecordBatch): Promise<void> {
    const { concerned, ignored } = this.concerning(records);
    if (concerned.length > 0) await this.settle(concerned, signal, { left: patientFor });
    this.passedOver(records.length - concerned.length - ignored, ignored);
  }

  /**
   * Handles batches of several partitions in one transaction. False if one of them is not wanted any more or the transaction failed;
   * then nothing of it was done. Rejects when the database is away.
   */
  async consumeTogether(batches: readonly RecordBatch[]): Promise<boolean> {
    if (batches.some(({ signal }) => signal.aborted)) return false;
    const records = topicAfterTopic(batches);
    const { concerned, ignored } = this.concerning(records);
    if (concerned.length > 0 && (await this.attempt(concerned)) !== undefined) return false;
    this.passedOver(records.length - concerned.length - ignored, ignored);
    return true;
  }

  /** Those for which there is a handler, and those that cannot be read; and how many a handler would have had that are ignored. */
  private concerning(records: RecordBatch['records']): { concerned: Incoming[]; ignored: number } {
    const { handlers, reader } = this.parts;
    const concerned: Incoming[] = [];
    let ignored = 0;
    for (const record of records) {
      const incoming = reader.read(record);
      const { decoded } = incoming;
      if (decoded.kind === 'unreadable') concerned.push(incoming);
      else if (!handlers.has(decoded.definition.pattern)) continue;
      else if (decoded.kind === 'ignored') ignored += 1;
      else concerned.push(incoming);
    }
    return { concerned, ignored };
  }

  private passedOver(skipped: number, ignored: number): void {
    const { metrics, logger } = this.parts;
    if (skipped > 0) metrics.skipped(skipped);
    if (ignored === 0) return;
    metrics.ignored(ignored);
    logger.warn({ ignored }, 'Events of a later version were not understood and are ignored');
  }

  private async settle(incoming: readonly Incoming[], signal: AbortSignal, patience: Patience): Promise<void> {
    if (signal.aborted) throw new NotWantedAnyMore('The partition went to another member, or the consumer closes');
    const failure = await this.attempt(incoming);
    if (failure === undefined) return;
    if (incoming.length > 1) {
      this.parts.metrics.retried(incoming.length);
      const [first, second] = halves(incoming);
      await this.settle(first, signal, patience);
      await this.settle(second, signal, patience);
    } else {
      await this.settleOne(incoming[0]!, failure, signal, patience);
    }
  }

  private async settleOne(
    incoming: Incoming,
    firstFailure: Failure,
    signal: AbortSignal,
    patience: Patience,
  ): Promise<void> {
    const { tuning, metrics, logger } = this.parts;
    let failure = firstFailure;
    for (const ms of patience.left > 0 ? tuning.retryNowMs : []) {
      if (failure.error instanceof PermanentFailure) break;
      await pause(ms, signal);
      if (signal.aborted) throw new NotWantedAnyMore('The partition went to another member, or the consumer closes');
      metrics.retried(1);
      const again = await this.attempt([incoming]);
      if (again === undefined) return;
      failure = again;
    }
    if (!(failure.error instanceof PermanentFailure)) patience.left -= 1;
    const verdict = verdictOf(failure.error, 0, tuning);
    const cause = causeOf(codeOf(failure.error, verdict), failure.error);
    await this.putAside(incoming, cause, verdict);
    const fields = { ...errorFields(failure.error), event: incoming.eventId, type: incoming.meta.type };
    if (verdict.state === 'dead') logger.error(fields, 'An event became a dead letter');
    else logger.warn(fields, 'An event was put aside to be tried later');
  }

  /** Rejects only with DatabaseAway. */
  private async attempt(incoming: readonly Incoming[]): Promise<Failure | undefined> {
    const { unitOfWork } = this.parts;
    const progress = { handling: false };
    try {
      const afterwards = await unitOfWork.run((tx) => this.handleIn(tx, incoming, progress));
      await afterwards();
      return undefined;
    } catch (error) {
      if (await isDatabaseAway(error, unitOfWork, progress.handling)) {
        throw new DatabaseAway('The service database is away', { cause: error });
      }
      return { error };
    }
  }

  private async handleIn(
    tx: Tx,
    incoming: readonly Incoming[],
    progress: { handling: boolean },
  ): Promise<() => Promise<void>> {
    const { metrics, logger, handlers } = this.parts;
    const { fresh, blockedLanes } = await admitToInbox(tx, incoming);
    const sorted = sortOut(fresh, blockedLanes);
    const callbacks: (() => void | Promise<void>)[] = [];

    progress.handling = true;
    await callHandlers(handlers, sorted.handle, { tx, afterCommit: (callback) => void callbacks.push(callback) });
    await parkAtHead(tx, sorted.dead, { state: 'dead' });
    await parkBehind(tx, sorted.behind);
    progress.handling = false;

    return async () => {
      if (fresh.length < incoming.length) metrics.duplicates(incoming.length - fresh.length);
      if (sorted.behind.length > 0) metrics.parked(sorted.behind.length);
      if (sorted.behind.length + sorted.dead.length > 0) this.parts.parked.changed();
      for (const { incoming: letter, cause } of sorted.dead) {
        metrics.dead(cause.code, 1);
        logger.error({ code: cause.code, topic: letter.record.topic }, 'A record became a dead letter');
      }
      for (const [pattern, count] of countByPattern(sorted.handle)) metrics.consumed(pattern, count);
      await runCallbacks(callbacks, logger);
    };
  }

  private async putAside(incoming: Incoming, cause: Cause, verdict: LaneVerdict): Promise<void> {
    const { unitOfWork, metrics } = this.parts;
    try {
      await unitOfWork.run(async (tx) => {
        const { fresh, blockedLanes } = await admitToInbox(tx, [incoming]);
        if (fresh.length === 0) return;
        if (blockedLanes.size > 0) await parkBehind(tx, fresh);
        else await parkAtHead(tx, [{ incoming, cause }], verdict);
      });
    } catch (error) {
      // It can be neither handled nor put aside, so the batch must come again: the log is the only place that holds it.
      throw new DatabaseAway('An event could not be put aside', { cause: error });
    }
    if (verdict.state === 'dead') metrics.dead(cause.code, 1);
    else metrics.parked(1);
    this.parts.parked.changed();
  }
}

/**
 * The records of several partitions, topic after topic as within one: so a handler is called as often for a hundred as for one. What
 * is of one partition and topic keeps its order; the topic with the oldest record comes first, as what caused something is older.
 */
export function topicAfterTopic(batches: readonly RecordBatch[]): ReceivedRecord[] {
  const byTopic = groupBy(
    batches.flatMap(({ records }) => records),
    ({ topic }) => topic,
  );
  const oldest = (records: readonly ReceivedRecord[]): number =>
    records.reduce((least, { appendedAtMs }) => Math.min(least, appendedAtMs), Infinity);
  return [...byTopic.values()].sort((a, b) => oldest(a) - oldest(b)).flat();
}

interface Failure {
  readonly error: unknown;
}

/**
 * How many more events of a batch are tried again at once. When this many went on failing, something that all of them
 * need is away; the others are put aside after one try, or the partition would stand still for minutes.
 */
interface Patience {
  left: number;
}
const patientFor = 3;

/** What follows from a failure after `attempts` tries that came later than the first. */
export function verdictOf(
  error: unknown,
  attempts: number,
  tuning: Pick<MessagingTuning, 'retryLaterMs'>,
): LaneVerdict {
  const inMs = tuning.retryLaterMs[attempts];
  if (error instanceof PermanentFailure || inMs === undefined) return { state: 'dead' };
  return { state: 'retrying', attempts: attempts + 1, inMs };
}

export function codeOf(error: unknown, verdict: LaneVerdict): string {
  if (error instanceof PermanentFailure) return 'permanent-failure';
  return verdict.state === 'dead' ? 'attempts-exhausted' : 'failed';
}

/** Calls what was asked for after a commit, in order. What one throws is logged and harms nothing else. */
export async function runCallbacks(
  callbacks: readonly (() => void | Promise<void>)[],
  logger: MessagingLogger,
): Promise<void> {
  for (const callback of callbacks) {
    try {
      await callback();
    } catch (error) {
      logger.error(errorFields(error), 'A callback after a commit failed');
    }
  }
}

/** Which events are to be handled now, which must wait, and which no handler can be given; each list in log order. */
export function sortOut(
  fresh: readonly Incoming[],
  blockedLanes: ReadonlySet<string>,
): { handle: ReadableIncoming[]; behind: Incoming[]; dead: { incoming: Incoming; cause: Cause }[] } {
  const blocked = new Set(blockedLanes);
  const handle: ReadableIncoming[] = [];
  const behind: Incoming[] = [];
  const dead: { incoming: Incoming; cause: Cause }[] = [];
  for (const incoming of fresh) {
    if (blocked.has(incoming.lane)) {
      behind.push(incoming);
    } else if (isReadable(incoming)) {
      handle.push(incoming);
    } else if (incoming.decoded.kind === 'unreadable') {
      blocked.add(incoming.lane);
      const { code, message } = incoming.decoded;
      dead.push({ incoming, cause: { code, name: 'UnreadableRecord', message } });
    }
  }
  return { handle, behind, dead };
}

export function countByPattern(handled: readonly ReadableIncoming[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { decoded } of handled) {
    counts.set(decoded.definition.pattern, (counts.get(decoded.definition.pattern) ?? 0) + 1);
  }
  return counts;
}
