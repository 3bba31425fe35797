import { monotonicMs } from '@wardstream/kernel';
import type { UnitOfWork } from '@wardstream/persistence';
import type { EventLog, LogRecord } from '../event-log.js';
import { errorFields, type MessagingLogger } from '../messaging-logger.js';
import type { MessagingMetrics } from '../messaging-metrics.js';
import type { MessagingTuning } from '../messaging-options.js';
import { backoffMs, Coalesced, pause, Wakeup } from '../waiting.js';
import { RecentPublications, type Publication } from './recent-publications.js';
import { mostPublications, RelayConnection } from './relay-connection.js';

export interface OutboxRelayParts {
  readonly service: string;
  readonly database: { readonly url: string; readonly schema: string };
  readonly unitOfWork: UnitOfWork;
  readonly log: EventLog;
  readonly metrics: MessagingMetrics;
  readonly logger: MessagingLogger;
  readonly tuning: MessagingTuning;
}

/** What a pass brought to the log, by position in the outbox, and whether it took as much as it may. */
interface Pass {
  readonly appended: readonly string[];
  readonly isFull: boolean;
}

/** Of publications that wait for the relay in memory, too, in characters. */
const mostRecentCharacters = 4 * 1024 * 1024;

const nothing: Pass = { appended: [], isFull: false };

/**
 * Brings the rows of the outbox to the log: at least once each, and never an event before one that its publisher had seen.
 *
 * One process per schema does it, the holder of a session advisory lock on a connection of its own; reading and deleting
 * go over that same connection, so whoever loses it has stopped. A successor may append again what the old leader had
 * appended and not yet deleted: the inbox of the consumers recognises it.
 *
 * A pass takes whatever is committed, by position, and appends it in one batch; once the log acknowledged it, exactly those rows are
 * deleted by the statement with which the next pass reads, or a moment later where nothing follows. There is no cursor that could run past the row of a slow transaction, so the relay does not wait for
 * such transactions either. Where transactions append to the log themselves it has nothing to do, and looks now and then. The order is sound: if transaction B has seen what A committed, A's rows have lower positions
 * and are visible in every snapshot that shows B's. (Ordering by transaction id would not be: B may have got its id first.)
 */
export class OutboxRelay {
  private readonly wakeup = new Wakeup();
  private readonly stopping = new AbortController();
  private readonly notice: Coalesced;
  private readonly recent = new RecentPublications(mostRecentCharacters);
  private running: Promise<void> | undefined;
  private leading = false;
  private isRarelyUsed = false;

  constructor(private readonly parts: OutboxRelayParts) {
    this.notice = new Coalesced(() => this.notifyLeader());
  }

  /** Whether this process relays the schema's outbox now. */
  get isLeader(): boolean {
    return this.leading;
  }

  /** `isRarelyUsed` where transactions append to the log themselves, so that rows are left over from elsewhere. */
  start({ isRarelyUsed = false } = {}): void {
    this.isRarelyUsed = isRarelyUsed;
    this.running ??= this.loop();
  }

  /**
   * Called after a commit that wrote these publications to the outbox. Wakes the relay here, or the one in another process by NOTIFY. That
   * is sent apart from the transaction, because NOTIFY inside it would make all such commits of the server wait for each
   * other; the poll covers a crash in between.
   */
  kick(publications: readonly Publication[] = []): void {
    if (this.leading) {
      this.recent.add(publications);
      this.wakeup.wake();
    } else if (this.running !== undefined && !this.stopping.signal.aborted) {
      this.notice.ask();
    }
  }

  /** Makes last passes until the outbox is empty or `drainMs` are over, and gives up the lead. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wakeup.wake();
    await this.running;
    await this.notice.drained();
  }

  private async loop(): Promise<void> {
    const { logger, database } = this.parts;
    const { signal } = this.stopping;
    let failures = 0;
    while (!signal.aborted) {
      let connection: RelayConnection | undefined;
      try {
        connection = await RelayConnection.open(database, `${this.parts.service} relay`, () => this.wakeup.wake());
        failures = 0;
        await this.serve(connection);
      } catch (error) {
        if (!signal.aborted) {
          failures += 1;
          logger.warn({ ...errorFields(error), failures }, 'The relay lost its connection and will make a new one');
          await pause(backoffMs(failures, 100, 5_000), signal);
        }
      } finally {
        this.leading = false;
        this.recent.clear();
        await connection?.close();
      }
    }
  }

  private async serve(connection: RelayConnection): Promise<void> {
    const { tuning, logger, service } = this.parts;
    const { signal } = this.stopping;
    while (!signal.aborted && !(await connection.tryLead())) await pause(tuning.leadershipPollMs, signal);
    if (signal.aborted) return;
    this.leading = true;
    logger.info({ service }, 'Relays the outbox');
    let last: Pass = nothing;
    while (!signal.aborted) {
      last = await this.pass(connection, last.appended, signal);
      if (!last.isFull) await this.wakeup.wait(this.pauseAfter(last));
      connection.assertAlive();
    }
    await this.drain(connection, last);
  }

  /** Where rows are rare, transactions append themselves again as soon as these are deleted. */
  private pauseAfter({ appended }: Pass): number {
    const { relayDeleteMs, relayPollMs, relayRarePollMs } = this.parts.tuning;
    if (appended.length > 0) return this.isRarelyUsed ? 0 : relayDeleteMs;
    return this.isRarelyUsed ? relayRarePollMs : relayPollMs;
  }

  private async drain(connection: RelayConnection, before: Pass): Promise<void> {
    const deadline = AbortSignal.timeout(this.parts.tuning.drainMs);
    let last = before;
    do last = await this.pass(connection, last.appended, deadline);
    while (last.appended.length > 0);
  }

  /**
   * Deletes the publications that the pass before brought to the log, reads the next and brings them there. Rejects when the
   * connection is lost; what is not deleted by then is appended again.
   */
  private async pass(connection: RelayConnection, done: readonly string[], signal: AbortSignal): Promise<Pass> {
    const { metrics, tuning } = this.parts;
    const committed = this.recent.positions;
    const { publications, oldestAgeSeconds } = await connection.next(done, this.recent);
    metrics.relayLagSeconds(oldestAgeSeconds);
    const records = publications.flatMap((publication) => publication.records);
    const isFull = publications.length === mostPublications;
    // What was committed before and did not come although there was room is not in the table any more.
    for (const position of isFull ? publications.map((each) => each.position) : committed) this.recent.remove(position);
    if (publications.length === 0 || signal.aborted) return nothing;
    for (let at = 0; at < records.length; at += tuning.relayBatch) {
      const some = records.slice(at, at + tuning.relayBatch);
      if (!(await this.append(some, oldestAgeSeconds, connection, signal))) return nothing;
    }
    if (!isFull) metrics.relayLagSeconds(0);
    metrics.published(records.length);
    return { appended: publications.map(({ position }) => position), isFull };
  }

  /** Repeats until the log has it; answers false when it gives up because `signal` was aborted. */
  private async append(
    records: readonly LogRecord[],
    ageSeconds: number,
    connection: RelayConnection,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { log, logger, metrics } = this.parts;
    const since = monotonicMs();
    for (let failures = 0; ;) {
      try {
        await log.append(records);
        return true;
      } catch (error) {
        failures += 1;
        logger.warn({ ...errorFields(error), failures, records: records.length }, 'The log took no events');
        metrics.relayLagSeconds(ageSeconds + (monotonicMs() - since) / 1_000);
      }
      await pause(backoffMs(failures, 50, 5_000), signal);
      connection.assertAlive();
      if (signal.aborted) return false;
    }
  }

  private async notifyLeader(): Promise<void> {
    const { unitOfWork, database } = this.parts;
    try {
      await unitOfWork.query('SELECT pg_notify($1, $2)', [RelayConnection.channel(database.schema), '']);
    } catch {
      // The leader's poll finds the rows a little later.
    }
  }
}
