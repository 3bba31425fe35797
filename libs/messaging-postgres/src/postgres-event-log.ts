import type { TopicDefinition } from '@wardstream/events';
import { monotonicMs, newOpaqueId } from '@wardstream/kernel';
import {
  backoffMs,
  Coalesced,
  type DatabaseConnection,
  errorFields,
  type EventLog,
  type Follower,
  type FollowOptions,
  type GroupProgress,
  type LogHealth,
  type LogRecord,
  type MessagingLogger,
  pause,
  silentLogger,
  type SubscribeOptions,
  type Subscription,
  type TransactionAppender,
} from '@wardstream/messaging';
import { GroupSubscription } from './group-subscription.js';
import { type Appended, LogDatabase, type Head, type TopicPartition } from './log-database.js';
import { LogAppender } from './log-appender.js';
import { LogSession, type LogNotification } from './log-session.js';
import { OffsetCommits } from './offset-commits.js';
import { PostgresFollower } from './postgres-follower.js';
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
/** After so many heartbeats without an answer nobody can say any more that all was read. */
const inTouchBeats = 4;
/** Of records that were just appended, for readers in the same process. */
const mostRecentCharacters = 8 * 1024 * 1024;
/** NOTIFY takes less than 8,000 bytes. */
const MOST_HEADS = 250;

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
  private readonly commits: OffsetCommits;
  private readonly appender: LogAppender;
  private readonly unannounced = new Map<number, number>();
  private readonly subscriptions = new Set<GroupSubscription>();
  private readonly followers = new Set<PostgresFollower>();
  private readonly closing = new AbortController();
  private readonly beating = new Coalesced(() => this.beat());
  private readonly announcingHeads = new Coalesced(() => this.announceHeads());
  private readonly announcing = new Coalesced(() => this.announceMembers());
  private readonly retaining = new Coalesced(() => this.retain());
  private migrated: Promise<void> | undefined;
  private session: LogSession | undefined;
  private connecting: Promise<void> | undefined;
  private timers: NodeJS.Timeout[] = [];
  private beats = 0;
  private inTouchAtMs = -Infinity;
  /** Whether a member lives in another process, so that it is worth telling. */
  private othersRead = true;
  private closed: Promise<void> | undefined;

  constructor(private readonly options: PostgresEventLogOptions) {
    this.logger = options.logger ?? silentLogger;
    this.database = new LogDatabase(options.url, options.poolSize ?? 8, this.logger);
    this.commits = new OffsetCommits(this.database, this.logger);
    this.appender = new LogAppender(this.database, (byPartition, heads) => this.appended(byPartition, heads));
  }

  async ensureTopics(topics: readonly TopicDefinition[]): Promise<void> {
    await this.ready();
    await this.database.ensureTopics(topics);
  }

  async append(records: readonly LogRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.ready();
    await this.appender.append(records);
  }

  async appenderWithin(database: DatabaseConnection, unless: string): Promise<TransactionAppender | null> {
    await this.ready();
    return this.appender.within(database, unless);
  }

  /** What is durable now is handed on: here at once, to other processes by NOTIFY. */
  private appended(byPartition: ReadonlyMap<number, readonly LogRecord[]>, heads: readonly Appended[]): void {
    this.remember(byPartition, heads);
    this.headsAre(heads);
    if (this.othersRead) {
      heads.forEach(({ id, next }) => this.unannounced.set(id, next));
      this.announcingHeads.ask();
    }
  }

  /** Keeps at hand what groups in this process will read next. */
  private remember(byPartition: ReadonlyMap<number, readonly LogRecord[]>, appended: readonly Appended[]): void {
    const readers = this.readers();
    for (const { id, next, appendedAtMs } of appended) {
      if (!readers.some((reader) => reader.reads(id))) continue;
      const own = byPartition.get(id)!;
      const first = next - own.length;
      this.recent.add(
        id,
        first,
        own.map(({ key, headers, value }, i) => ({ id, offset: first + i, key, headers, value, appendedAtMs })),
      );
    }
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    await this.ready();
    const subscription = new GroupSubscription(options, await this.partitionsOf(options), {
      ...this.readingParts(),
      announce: () => this.announcing.ask(),
      onClosed: (each) => void this.subscriptions.delete(each),
    });
    this.subscriptions.add(subscription);
    await this.beginBeating();
    return subscription;
  }

  async follow(options: FollowOptions): Promise<Follower> {
    await this.ready();
    const follower = new PostgresFollower(options, await this.partitionsOf(options), {
      ...this.readingParts(),
      isInTouch: () => this.isInTouch(),
      onClosed: (each) => void this.followers.delete(each),
    });
    // What is appended from here on is told to it; what was before, the first heartbeat finds.
    this.followers.add(follower);
    try {
      await follower.begin();
      await this.beginBeating();
      await this.beating.drained();
    } catch (error) {
      this.followers.delete(follower);
      throw error;
    }
    return follower;
  }

  private async partitionsOf({ topics }: { readonly topics: readonly string[] }): Promise<TopicPartition[]> {
    const byTopic = await this.database.partitionsOf(topics);
    return topics.flatMap((topic) => byTopic.get(topic)!);
  }

  private readingParts() {
    const { database, recent, logger, heads, commits } = this;
    const closeGraceMs = this.options.closeGraceMs ?? 10_000;
    return { database, recent, logger, heads, commits, closeGraceMs, session: () => this.session };
  }

  private async beginBeating(): Promise<void> {
    this.startBeating();
    await this.connect();
    this.announcing.ask();
    this.beating.ask();
  }

  async identity(): Promise<string> {
    await this.ready();
    return (await this.database.identity()).slice(0, 8);
  }

  async progressOf(group: string, topics: readonly string[]): Promise<readonly GroupProgress[]> {
    await this.ready();
    const progress = await this.database.progressOf(group, topics);
    // What was handled here and is not noted yet is known all the same.
    return progress.map(({ id, handled, ...of }) => {
      const here = this.commits.handled(group, id);
      return { ...of, handled: here === undefined ? handled : Math.max(here, handled ?? 0) };
    });
  }

  async health(): Promise<LogHealth> {
    if (this.closing.signal.aborted) return { ok: false, reason: 'The event log is closed' };
    if (this.readers().length > 0 && this.session === undefined) {
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
    await Promise.all(this.readers().map((reader) => reader.close()));
    this.closing.abort();
    this.timers.forEach((timer) => clearInterval(timer));
    await Promise.all([this.connecting, this.beating.drained(), this.announcing.drained()]);
    await Promise.all([this.announcingHeads.drained(), this.retaining.drained(), this.commits.close()]);
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
    this.commits.clear();
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
    if (session === undefined || this.readers().length === 0) return;
    const ttlMs = silentBeats * (this.options.heartbeatMs ?? 1_000);
    try {
      if (this.beats++ % silentBeats === 0) await this.buryDead(session, ttlMs);
      // Looked at only now: who left while the dead were buried must not be said to live.
      const mine = [...this.subscriptions];
      const [{ members, elsewhere }, heads] = await Promise.all([
        session.heartbeat(
          [...mine, ...this.followers].map(({ membership }) => membership),
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
      this.inTouchAtMs = monotonicMs();
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
    if (news) this.readers().forEach((reader) => reader.wake());
  }

  private readers(): (GroupSubscription | PostgresFollower)[] {
    return [...this.subscriptions, ...this.followers];
  }

  private isInTouch(): boolean {
    const lately = inTouchBeats * (this.options.heartbeatMs ?? 1_000);
    return this.session !== undefined && monotonicMs() - this.inTouchAtMs <= lately;
  }

  private notified({ from, heads, members }: LogNotification): void {
    if (from === this.instance) return;
    if (members === true) {
      this.othersRead = true;
      this.beating.ask();
    }
    if (heads !== undefined) this.headsAre(heads.map(([id, next]) => ({ id, next })));
  }

  private async announceHeads(): Promise<void> {
    const heads = [...this.unannounced].slice(0, MOST_HEADS);
    heads.forEach(([id, next]) => this.unannounced.get(id) === next && this.unannounced.delete(id));
    await this.notify({ from: this.instance, heads });
    if (this.unannounced.size > 0) this.announcingHeads.ask();
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
