import { newOpaqueId } from '@wardstream/kernel';
import { errorFields, type Follower, type FollowOptions, type PartitionLag } from '@wardstream/messaging';
import type { Head, TopicPartition } from './log-database.js';
import type { LogSession, Membership } from './log-session.js';
import { RecordPump, type PumpParts } from './record-pump.js';

export interface FollowerParts extends PumpParts {
  /** The session as it is now; undefined while there is none. */
  session(): LogSession | undefined;
  /** Whether the heads are of the last moments. */
  isInTouch(): boolean;
  readonly closeGraceMs: number;
  onClosed(follower: PostgresFollower): void;
}

/** Reads everything from the positions it was given on. It claims and commits nothing. */
export class PostgresFollower implements Follower {
  /** By which appenders in other processes know that somebody here wants to be told. Not the group itself, which shares out. */
  readonly membership: Membership;
  private readonly pump: RecordPump;
  private readonly idOf: ReadonlyMap<string, number>;
  private closed: Promise<void> | undefined;

  constructor(
    private readonly options: FollowOptions,
    private readonly topicPartitions: readonly TopicPartition[],
    private readonly parts: FollowerParts,
  ) {
    this.membership = { group: `${options.group} (follows)`, memberId: newOpaqueId() };
    this.pump = new RecordPump(options, topicPartitions, parts, () => undefined);
    this.idOf = new Map(topicPartitions.map(({ id, topic, partition }) => [`${topic} ${partition}`, id]));
  }

  /** Takes all partitions and begins to read. */
  async begin(): Promise<void> {
    const beginnings = await this.parts.database.beginnings(
      this.options.group,
      this.topicPartitions.map(({ id }) => id),
    );
    const byId = new Map(beginnings.map((each) => [each.id, each]));
    const positions = this.topicPartitions.map(({ id, topic, partition }) => {
      const { head, next } = byId.get(id)!;
      const wanted = Number(this.options.from(topic, partition) ?? Number.NaN);
      // Beyond its head a log was never read: that position was of another one.
      return { id, epoch: 0, next: wanted <= head ? wanted : next };
    });
    for (const reader of this.pump.readers.values()) reader.take(positions);
    this.pump.wake();
  }

  partitions(): readonly number[] {
    return [...this.pump.readers.keys()].sort((a, b) => a - b);
  }

  lag(): readonly PartitionLag[] {
    return this.pump.lag();
  }

  isLive(): boolean {
    return this.closed === undefined && this.parts.isInTouch();
  }

  async stored(
    positions: readonly { readonly topic: string; readonly partition: number; readonly next: string }[],
  ): Promise<void> {
    const heads: Head[] = positions.flatMap(({ topic, partition, next }) => {
      const id = this.idOf.get(`${topic} ${partition}`);
      return id === undefined ? [] : [{ id, next: Number(next) }];
    });
    if (heads.length === 0) return;
    try {
      await this.parts.database.stored(this.options.group, heads);
    } catch (error) {
      this.parts.logger.warn(errorFields(error), 'How far a view was stored could not be noted in the log now');
    }
  }

  close(): Promise<void> {
    this.closed ??= this.shutDown();
    return this.closed;
  }

  /** Whether this follower reads that partition. */
  reads(id: number): boolean {
    return this.pump.reads(id);
  }

  /** Something may have been appended. */
  wake(): void {
    this.pump.wake();
  }

  private async shutDown(): Promise<void> {
    await this.pump.stop();
    const readers = [...this.pump.readers.values()];
    await Promise.all(readers.map((reader) => this.pump.finish(reader, this.parts.closeGraceMs)));
    readers.forEach((reader) => reader.lose());
    this.parts.onClosed(this);
    await this.parts
      .session()
      ?.leave(this.membership)
      .catch(() => undefined);
  }
}
