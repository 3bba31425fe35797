import type { TopicDefinition } from '@wardstream/events';
import { newOpaqueId } from '@wardstream/kernel';
import type { EventLog, LogHealth, LogRecord, SubscribeOptions, Subscription } from '../event-log.js';
import { errorFields, silentLogger, type MessagingLogger } from '../messaging-logger.js';
import { partitionOf } from '../partitioning.js';
import { backoffMs, Coalesced, pause } from '../waiting.js';
import { GroupSubscription } from './group-subscription.js';
import { type Appended, LogDatabase, type Head } from './log-database.js';
import { LogSession, type LogNotification } from './log-session.js';
import { RecentRecords } from './recent-records.js';
import { removeExpired } from './retention.js';

export interface PostgresEventLogOptions {
  /** The database that keeps the log, in the schema `event_log`. */
  readonly url: string;
  readonly logger?: MessagingLogger;
  /** Connections held at most for appending, and as many again for reading; 8 unless told. */
  readonly poolSize?: number;
  /** How often a member says that it lives and looks for what a lost notification did not tell, ms; 1,000 unless told. */
  readonly heartbeatMs?: number;
  /** How long `close` lets a batch run before it is told to stop early, ms; 10,000 unless told. */
  readonly closeGraceMs?: number;
}

const retentionEveryMs = 10 * 60_000;
/** A member that said nothing for so many heartbeats counts as dead even though its connection stands. */
const silentBeats = 15;
/** Of records that were just appended, for readers in the same process. */
const mostRecentCharacters = 8 * 1024 * 1024;
/** NOTIFY takes less than 8,000 bytes. */
const mostHeadsTold = 250;

/**
 * The durable log in PostgreSQL, for one box without Kafka. What is written to `append` survives a crash of everything;
 * see EventLog for the guarantees. Connects with the first call and again by itself after every loss.
 *
 * While idle a process holds one connection that listens and has one short statement a second; each group reads all its
 * partitions with one query, and from memory what this process has just appended. Appenders tell readers in the same
 * process directly and others by NOTIFY, which is sent after the commit: inside the transaction it would make all appenders
 * of the server wait for each other's commits.
 */
export class PostgresEventLog implements EventLog {
  private readonly instance = newOpaqueId();
  private readonly database: LogDatabase;
  private readonly logger: MessagingLogger;
  private readonly heads = new Map<number, number>();
  private readonly recent = new RecentRecords(mostRecentCharacters);
  private readonly untold = new Map<number, number>();
  private readonly subscriptions = new Set<GroupSubscription>();
  private readonly closing = new AbortController();
  private readonly beating = new Coalesced(() => this.beat());
  private readonly telling = new Coalesced(() => this.tell());
  private readonly announcing = new Coalesced(() => this.announceMembers());
  private readonly retaining = new Coalesced(() => this.retain());
  private migrated: Promise<void> | undefined;
  private session: LogSession | undefined;
  private connecting: Promise<void> | undefined;
  private timers: NodeJS.Timeout[] = [];
  private beats = 0;
  /** Whether a member lives in another process, so that it is worth telling. */
  private othersRead = true;
  private closed: Promise<void> | undefined;

  constructor(private readonly options: PostgresEventLogOptions) {
    this.logger = options.logger ?? silentLogger;
    this.database = new LogDatabase(options.url, options.poolSize ?? 8, this.logger);
  }

  async ensureTopics(topics: readonly TopicDefinition[]): Promise<void> {
    await this.ready();
    await this.database.ensureTopics(topics);
  }

  async append(records: readonly LogRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.ready();
    const byTopic = await this.database.partitionsOf(records.map(({ topic }) => topic));
    const ids = records.map(({ topic, key }) => {
      const partitions = byTopic.get(topic)!;
      return partitions[partitionOf(key, partitions.length)]!.id;
    });
    const heads = await this.database.append(
      ids,
      records.map(({ key }) => key),
      records.map(({ headers }) => headers),
      records.map(({ value }) => value),
    );
    this.remember(records, ids, heads);
    this.headsAre(heads);
    if (this.othersRead) {
      heads.forEach(({ id, next }) => this.untold.set(id, next));
      this.telling.ask();
    }
  }

  /** Keeps at hand what groups in this process will read next. */
  private remember(records: readonly LogRecord[], ids: readonly number[], appended: readonly Appended[]): void {
    const subscriptions = [...this.subscriptions];
    for (const { id, next, appendedAtMs } of appended) {
      if (!subscriptions.some((subscription) => subscription.reads(id))) continue;
      const mine = records.filter((_, i) => ids[i] === id);
      const first = next - mine.length;
      this.recent.add(
        id,
        first,
        mine.map(({ key, headers, value }, i) => ({ id, offset: first + i, key, headers, value, appendedAtMs })),
      );
    }
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    await this.ready();
    const byTopic = await this.database.partitionsOf(options.topics);
    const topicPartitions = options.topics.flatMap((topic) => byTopic.get(topic)!);
    const subscription = new GroupSubscription(options, topicPartitions, {
      database: this.database,
      recent: this.recent,
      logger: this.logger,
      heads: this.heads,
      closeGraceMs: this.options.closeGraceMs ?? 10_000,
      session: () => this.session,
      announce: () => this.announcing.ask(),
      onClosed: (each) => void this.subscriptions.delete(each),
    });
    this.subscriptions.add(subscription);
    this.startBeating();
    await this.connect();
    this.announcing.ask();
    this.beating.ask();
    return subscription;
  }

  async health(): Promise<LogHealth> {
    if (this.closing.signal.aborted) return { ok: false, reason: 'The event log is closed' };
    if (this.subscriptions.size > 0 && this.session === undefined) {
      return { ok: false, reason: 'The event log has no session with its database' };
    }
    try {
      await this.database.ping();
      return { ok: true };
    } catch {
      return { ok: false, reason: 'The database of the event log does not answer' };
    }
  }

  close(): Promise<void> {
    this.closed ??= this.shutDown();
    return this.closed;
  }

  private async shutDown(): Promise<void> {
    await Promise.all([...this.subscriptions].map((subscription) => subscription.close()));
    this.closing.abort();
    this.timers.forEach((timer) => clearInterval(timer));
    await Promise.all([this.connecting, this.beating.settled(), this.announcing.settled()]);
    await Promise.all([this.telling.settled(), this.retaining.settled()]);
    await this.session?.close();
    await this.database.close();
  }

  private ready(): Promise<void> {
    if (this.closing.signal.aborted) return Promise.reject(new Error('The event log is closed'));
    if (this.migrated === undefined) {
      this.migrated = this.database.migrate();
      this.migrated.catch(() => (this.migrated = undefined));
    }
    return this.migrated;
  }

  /** Makes the session if there is none, as often as it takes. */
  private connect(): Promise<void> {
    if (this.session !== undefined) return Promise.resolve();
    this.connecting ??= this.openSession().finally(() => (this.connecting = undefined));
    return this.connecting;
  }

  private async openSession(): Promise<void> {
    for (let failures = 0; !this.closing.signal.aborted;) {
      try {
        this.session = await LogSession.open(
          this.options.url,
          (notification) => this.notified(notification),
          () => this.sessionLost(),
        );
        return;
      } catch (error) {
        failures += 1;
        this.logger.warn({ ...errorFields(error), failures }, 'The event log cannot be reached');
        await pause(backoffMs(failures, 100, 2_000), this.closing.signal);
      }
    }
  }

  private sessionLost(): void {
    this.session = undefined;
    this.subscriptions.forEach((subscription) => subscription.sessionLost());
    if (this.closing.signal.aborted) return;
    this.logger.warn({}, 'The session with the event log was lost; its partitions are free for others');
    void this.connect().then(() => this.beating.ask());
  }

  private startBeating(): void {
    if (this.timers.length > 0) return;
    this.timers = [
      setInterval(() => this.beating.ask(), this.options.heartbeatMs ?? 1_000),
      setInterval(() => this.retaining.ask(), retentionEveryMs),
    ];
    this.retaining.ask();
  }

  /** Says that our members live, hears who else does, and looks for records nobody told us of. */
  private async beat(): Promise<void> {
    const { session } = this;
    if (session === undefined || this.subscriptions.size === 0) return;
    const ttlMs = silentBeats * (this.options.heartbeatMs ?? 1_000);
    try {
      if (this.beats++ % silentBeats === 0) await this.buryDead(session, ttlMs);
      // Looked at only now: who left while the dead were buried must not be said to live.
      const mine = [...this.subscriptions];
      const [{ members, elsewhere }, heads] = await Promise.all([
        session.heartbeat(
          mine.map(({ membership }) => membership),
          ttlMs,
        ),
        session.heads(),
      ]);
      this.othersRead = elsewhere;
      for (const subscription of mine) {
        const { group } = subscription.membership;
        subscription.membersAre(members.filter((each) => each.group === group).map(({ memberId }) => memberId));
      }
      this.headsAre(heads);
    } catch (error) {
      if (this.session !== session) return;
      this.logger.warn(errorFields(error), 'A heartbeat to the event log failed; its session is given up');
      session.abandon();
    }
  }

  private async buryDead(session: LogSession, silentMs: number): Promise<void> {
    try {
      await session.buryDead(silentMs);
    } catch (error) {
      this.logger.warn(errorFields(error), 'Dead members of the event log could not be removed now');
    }
  }

  private headsAre(heads: readonly Head[]): void {
    let news = false;
    for (const { id, next } of heads) {
      if (next <= (this.heads.get(id) ?? -1)) continue;
      this.heads.set(id, next);
      news = true;
    }
    if (news) this.subscriptions.forEach((subscription) => subscription.wake());
  }

  private notified({ from, heads, members }: LogNotification): void {
    if (from === this.instance) return;
    if (members === true) {
      this.othersRead = true;
      this.beating.ask();
    }
    if (heads !== undefined) this.headsAre(heads.map(([id, next]) => ({ id, next })));
  }

  private async tell(): Promise<void> {
    const heads = [...this.untold].slice(0, mostHeadsTold);
    heads.forEach(([id, next]) => this.untold.get(id) === next && this.untold.delete(id));
    await this.notify({ from: this.instance, heads });
    if (this.untold.size > 0) this.telling.ask();
  }

  private announceMembers(): Promise<void> {
    // Members of this same process hear it without the database.
    this.beating.ask();
    return this.notify({ from: this.instance, members: true });
  }

  private async notify(notification: LogNotification): Promise<void> {
    try {
      await this.database.notify(LogSession.channel, JSON.stringify(notification));
    } catch {
      // The heartbeat of the others finds it a little later.
    }
  }

  private async retain(): Promise<void> {
    try {
      const removed = await removeExpired(this.database, this.closing.signal);
      if (removed > 0) this.logger.info({ removed }, 'Expired records were removed from the event log');
    } catch (error) {
      this.logger.warn(errorFields(error), 'Expired records could not be removed now');
    }
  }
}
