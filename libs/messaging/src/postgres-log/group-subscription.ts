import { newOpaqueId } from '@wardstream/kernel';
import type { PartitionLag, ReceivedRecord, SubscribeOptions, Subscription } from '../event-log.js';
import { errorFields, type MessagingLogger } from '../messaging-logger.js';
import { groupBy } from '../grouping.js';
import { shareOf } from '../partitioning.js';
import { backoffMs, Coalesced, pause } from '../waiting.js';
import type { Claim, FetchedRecord, Head, LogDatabase, TopicPartition } from './log-database.js';
import type { LogSession, Membership } from './log-session.js';
import { PartitionReader } from './partition-reader.js';
import type { RecentRecords } from './recent-records.js';

export interface SubscriptionParts {
  readonly database: LogDatabase;
  readonly recent: RecentRecords;
  readonly logger: MessagingLogger;
  /** The next offset of every partition, kept up to date by the log. */
  readonly heads: ReadonlyMap<number, number>;
  /** The session as it is now; undefined while there is none. */
  session(): LogSession | undefined;
  /** Tells the other members to look who lives. */
  announce(): void;
  /** How long a batch may run on when its partition is given up before it is told to stop early, ms. */
  readonly closeGraceMs: number;
  onClosed(subscription: GroupSubscription): void;
}

const defaultMaxRecords = 500;
/** Even when many topics of a partition are behind, each gets this many records in a batch. */
const leastPerTopic = 20;

/** One member of a consumer group. */
export class GroupSubscription implements Subscription {
  readonly membership: Membership;
  private readonly readers: Map<number, PartitionReader>;
  private readonly ids: ReadonlySet<number>;
  private readonly dirty = new Map<number, Claim>();
  private readonly pumping = new Coalesced(() => this.pump());
  private readonly committing = new Coalesced(() => this.commit());
  private readonly rebalancing = new Coalesced(() => this.rebalance());
  private readonly closing = new AbortController();
  private liveMembers: readonly string[] = [];
  private closed: Promise<void> | undefined;

  constructor(
    private readonly options: SubscribeOptions,
    topicPartitions: readonly TopicPartition[],
    private readonly parts: SubscriptionParts,
  ) {
    this.membership = { group: options.group, memberId: newOpaqueId() };
    this.ids = new Set(topicPartitions.map(({ id }) => id));
    this.readers = new Map(
      [...groupBy(topicPartitions, ({ partition }) => partition)].map(([partition, of]) => [
        partition,
        new PartitionReader(partition, of, parts.heads),
      ]),
    );
  }

  partitions(): readonly number[] {
    return [...this.readers.values()].filter(({ held }) => held).map(({ partition }) => partition);
  }

  lag(): readonly PartitionLag[] {
    return [...this.readers.values()].filter(({ held }) => held).flatMap((reader) => reader.lag());
  }

  close(): Promise<void> {
    this.closed ??= this.shutDown();
    return this.closed;
  }

  /** Whether this group reads that partition. */
  reads(id: number): boolean {
    return this.ids.has(id);
  }

  /** Something may have been appended. */
  wake(): void {
    this.pumping.ask();
  }

  /** Told at every heartbeat who lives. */
  membersAre(memberIds: readonly string[]): void {
    this.liveMembers = memberIds;
    if (this.closed === undefined && !sameSet(this.wanted(), this.partitions())) this.rebalancing.ask();
  }

  /** The session is gone and with it every lock: nothing here is ours any more. */
  sessionLost(): void {
    for (const reader of this.readers.values()) reader.lose();
    this.dirty.clear();
  }

  private wanted(): number[] {
    return shareOf(this.liveMembers, this.membership.memberId, [...this.readers.keys()]);
  }

  private async rebalance(): Promise<void> {
    const session = this.parts.session();
    if (session === undefined || this.closing.signal.aborted) return;
    try {
      const wanted = new Set(this.wanted());
      const held = this.partitions();
      await this.release(
        session,
        held.filter((partition) => !wanted.has(partition)),
      );
      await this.acquire(
        session,
        [...wanted].filter((partition) => !held.includes(partition)),
      );
    } catch (error) {
      this.parts.logger.warn(errorFields(error), 'The members of a group could not share its partitions now');
    }
  }

  /** Lets the running batches finish, commits them, and gives the partitions free. */
  private async release(session: LogSession, partitions: readonly number[]): Promise<void> {
    if (partitions.length === 0) return;
    const readers = partitions.map((partition) => this.readers.get(partition)!);
    readers.forEach((reader) => reader.retire());
    await Promise.all(readers.map((reader) => this.finish(reader)));
    await this.flush();
    readers.forEach((reader) => reader.lose());
    await session.unlock(this.options.group, partitions);
    this.parts.announce();
  }

  /** Waits for the running batch; tells it to stop early after the grace, and goes on without it after another. */
  private async finish(reader: PartitionReader): Promise<void> {
    const done = new AbortController();
    const running = (reader.running ?? Promise.resolve()).finally(() => done.abort());
    await Promise.race([running, pause(this.parts.closeGraceMs, done.signal)]);
    if (done.signal.aborted) return;
    reader.stopEarly();
    await Promise.race([running, pause(this.parts.closeGraceMs, done.signal)]);
  }

  private async acquire(session: LogSession, partitions: readonly number[]): Promise<void> {
    // A batch of an earlier tenure may still run after the session was lost; the partition waits for it.
    const free = partitions.filter((partition) => this.readers.get(partition)!.running === undefined);
    const locked = free.length === 0 ? [] : await session.tryLock(this.options.group, free);
    if (locked.length === 0) return;
    const readers = locked.map((partition) => this.readers.get(partition)!);
    try {
      const claims = await this.parts.database.claim(
        this.options.group,
        readers.flatMap(({ ids }) => ids),
      );
      if (this.parts.session() !== session) return;
      readers.forEach((reader) => reader.take(claims));
    } catch (error) {
      await session.unlock(this.options.group, locked).catch(() => undefined);
      throw error;
    }
    this.pumping.ask();
  }

  /** One reading for all partitions that have something new and nothing in hand; each then handles its part on its own. */
  private async pump(): Promise<void> {
    const ready = [...this.readers.values()].filter((reader) => reader.ready);
    if (ready.length === 0 || this.closing.signal.aborted) return;
    const asked = ready.map((reader) => ({ reader, tenure: reader.tenure, cursors: reader.cursors() }));
    const until = new Map(this.parts.heads);
    const most = this.options.maxRecords ?? defaultMaxRecords;
    const mostTopics = Math.max(...asked.map(({ cursors }) => cursors.length));
    try {
      const fetched = await this.fetch(
        asked.flatMap(({ cursors }) => cursors),
        Math.min(most, Math.max(leastPerTopic, Math.floor(most / mostTopics))),
      );
      const byId = groupBy(fetched, ({ id }) => id);
      for (const { reader, tenure, cursors } of asked) {
        if (!reader.held || reader.tenure !== tenure || this.closing.signal.aborted) continue;
        const records = reader.batchOf(
          cursors.flatMap(({ id }) => byId.get(id) ?? []),
          cursors,
          until,
        );
        if (records.length > 0) reader.running = this.handle(reader, records);
      }
    } catch (error) {
      this.parts.logger.warn(errorFields(error), 'The log cannot be read now');
      await pause(backoffMs(3, 100, 1_000), this.closing.signal);
      this.pumping.ask();
    }
  }

  /** From memory what this process has just appended itself, and the rest with one query. */
  private async fetch(cursors: readonly Head[], limit: number): Promise<FetchedRecord[]> {
    const { recent, database } = this.parts;
    const inMemory = cursors.map((cursor) => recent.from(cursor, limit));
    const others = cursors.filter((_, i) => inMemory[i] === undefined);
    const read = others.length === 0 ? [] : await database.fetch(others, limit);
    return [...inMemory.flatMap((records) => records ?? []), ...read];
  }

  private async handle(reader: PartitionReader, records: readonly ReceivedRecord[]): Promise<void> {
    const { tenure, signal, partition } = reader;
    try {
      await this.options.onBatch({ partition, records, signal });
      if (reader.tenure === tenure) {
        for (const claim of reader.advance(records)) this.dirty.set(claim.id, claim);
        reader.failures = 0;
        this.committing.ask();
      }
    } catch (error) {
      if (!signal.aborted && !this.closing.signal.aborted) this.backOff(reader, error);
    } finally {
      reader.running = undefined;
      this.pumping.ask();
    }
  }

  private backOff(reader: PartitionReader, error: unknown): void {
    reader.failures += 1;
    const ms = backoffMs(reader.failures, 100, 5_000);
    const { group } = this.options;
    this.parts.logger.warn(
      { ...errorFields(error), group, partition: reader.partition, failures: reader.failures, againInMs: ms },
      'A batch was not handled and will come again',
    );
    reader.backingOff = true;
    void pause(ms, this.closing.signal).then(() => {
      reader.backingOff = false;
      this.pumping.ask();
    });
  }

  private async commit(): Promise<void> {
    const claims = [...this.dirty.values()];
    if (claims.length === 0) return;
    this.dirty.clear();
    try {
      await this.parts.database.commit(this.options.group, claims);
    } catch (error) {
      this.parts.logger.warn(errorFields(error), 'Offsets could not be committed now');
      // Unless a later batch of the same partition has moved on meanwhile.
      for (const claim of claims) if (!this.dirty.has(claim.id)) this.dirty.set(claim.id, claim);
      await pause(backoffMs(3, 100, 1_000), this.closing.signal);
      if (!this.closing.signal.aborted) this.committing.ask();
    }
  }

  private async flush(): Promise<void> {
    this.committing.ask();
    await this.committing.settled();
  }

  private async shutDown(): Promise<void> {
    this.closing.abort();
    await this.rebalancing.settled();
    await this.pumping.settled();
    const session = this.parts.session();
    try {
      const readers = [...this.readers.values()];
      await Promise.all(readers.map((reader) => this.finish(reader)));
      await this.flush();
      const held = this.partitions();
      readers.forEach((reader) => reader.lose());
      await session?.unlock(this.options.group, held);
      // First out of the next heartbeat, then out of the table: a heartbeat after the leaving would bring it back.
      this.parts.onClosed(this);
      await session?.leave(this.membership);
    } catch (error) {
      this.parts.logger.warn(errorFields(error), 'A member left its group without saying so');
    }
    this.parts.onClosed(this);
    this.parts.announce();
  }
}

function sameSet(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((each) => b.includes(each));
}
