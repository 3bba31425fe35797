import { newOpaqueId } from '@wardstream/kernel';
import {
  Coalesced,
  errorFields,
  type PartitionLag,
  shareOf,
  type SubscribeOptions,
  type Subscription,
} from '@wardstream/messaging';
import type { TopicPartition } from './log-database.js';
import type { LogSession, Membership } from './log-session.js';
import type { OffsetCommits } from './offset-commits.js';
import { RecordPump, type PumpParts } from './record-pump.js';

export interface SubscriptionParts extends PumpParts {
  /** The session as it is now; undefined while there is none. */
  session(): LogSession | undefined;
  readonly commits: OffsetCommits;
  /** Tells the other members to look who lives. */
  announce(): void;
  /** How long a batch may run on when its partition is given up before it is told to stop early, ms. */
  readonly closeGraceMs: number;
  onClosed(subscription: GroupSubscription): void;
}

/** One member of a consumer group. */
export class GroupSubscription implements Subscription {
  readonly membership: Membership;
  private readonly pump: RecordPump;
  private readonly rebalancing = new Coalesced(() => this.rebalance());
  private liveMembers: readonly string[] = [];
  private closed: Promise<void> | undefined;

  constructor(
    private readonly options: SubscribeOptions,
    topicPartitions: readonly TopicPartition[],
    private readonly parts: SubscriptionParts,
  ) {
    this.membership = { group: options.group, memberId: newOpaqueId() };
    this.pump = new RecordPump(options, topicPartitions, parts, (moved) => {
      parts.commits.add(moved.map((claim) => ({ ...claim, group: options.group })));
    });
  }

  partitions(): readonly number[] {
    return this.pump.held();
  }

  lag(): readonly PartitionLag[] {
    return this.pump.lag();
  }

  close(): Promise<void> {
    this.closed ??= this.shutDown();
    return this.closed;
  }

  /** Whether this group reads that partition. */
  reads(id: number): boolean {
    return this.pump.reads(id);
  }

  /** Something may have been appended. */
  wake(): void {
    this.pump.wake();
  }

  /** Told at every heartbeat who lives. */
  membersAre(memberIds: readonly string[]): void {
    this.liveMembers = memberIds;
    if (this.closed === undefined && !sameSet(this.wanted(), this.partitions())) this.rebalancing.ask();
  }

  /** The session is gone and with it every lock: nothing here is ours any more. */
  sessionLost(): void {
    for (const reader of this.pump.readers.values()) reader.lose();
  }

  private wanted(): number[] {
    return shareOf(this.liveMembers, this.membership.memberId, [...this.pump.readers.keys()]);
  }

  private async rebalance(): Promise<void> {
    const session = this.parts.session();
    if (session === undefined || this.pump.stopping.signal.aborted) return;
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
    const readers = partitions.map((partition) => this.pump.readers.get(partition)!);
    readers.forEach((reader) => reader.retire());
    await Promise.all(readers.map((reader) => this.pump.finish(reader, this.parts.closeGraceMs)));
    await this.parts.commits.flush();
    readers.forEach((reader) => reader.lose());
    await session.unlock(this.options.group, partitions);
    this.parts.announce();
  }

  private async acquire(session: LogSession, partitions: readonly number[]): Promise<void> {
    // A batch of an earlier tenure may still run after the session was lost; the partition waits for it.
    const free = partitions.filter((partition) => this.pump.readers.get(partition)!.running === undefined);
    const locked = free.length === 0 ? [] : await session.tryLock(this.options.group, free);
    if (locked.length === 0) return;
    const readers = locked.map((partition) => this.pump.readers.get(partition)!);
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
    this.pump.wake();
  }

  private async shutDown(): Promise<void> {
    this.pump.stopping.abort();
    await this.rebalancing.drained();
    await this.pump.stop();
    const session = this.parts.session();
    try {
      const readers = [...this.pump.readers.values()];
      await Promise.all(readers.map((reader) => this.pump.finish(reader, this.parts.closeGraceMs)));
      await this.parts.commits.flush();
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
