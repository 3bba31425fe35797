import { monotonicMs, newOpaqueId } from '@wardstream/kernel';
import type { Follower, FollowOptions } from '@wardstream/messaging';
import type { Admin, EachBatchPayload } from 'kafkajs';
import { KafkaReading, nameOf, type KafkaReadingParts } from './kafka-reading.js';
import { LagTracker } from './lag-tracker.js';

export interface KafkaFollowerParts extends KafkaReadingParts {
  onClosed(follower: KafkaFollower): void;
}

/**
 * A fetch names every partition and so costs about as much as what it brings at an ordinary rate. What follows only looks, so that its
 * fetches would else come as fast as kafkajs can make them, with a record or two each.
 */
const gatherMs = 20;
/** A fetch is answered within half a second, with records or without. */
const inTouchMs = 4_000;

/**
 * Reads everything from the positions it was given on. kafkajs reads through a consumer group only, so it joins one of its own that
 * nobody else knows of, goes to its positions whenever it has joined, and commits nothing.
 */
export class KafkaFollower extends KafkaReading implements Follower {
  /** The next offset by topic and partition. */
  private readonly next = new Map<string, bigint>();

  constructor(
    private readonly followed: FollowOptions,
    private readonly follower: KafkaFollowerParts,
  ) {
    const { group, topics } = followed;
    const { kafka, logger } = follower;
    super(
      `${group}-follows-${newOpaqueId()}`,
      { gatherMs, ...followed },
      follower,
      new LagTracker(kafka, null, topics, logger),
    );
  }

  /** Finds out where to begin. Call it before `start`. */
  async locate(admin: Admin): Promise<void> {
    const { group, topics, from } = this.followed;
    const committed = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
    for (const topic of topics) {
      const ofGroup = new Map(committed.find((c) => c.topic === topic)?.partitions.map((p) => [p.partition, p.offset]));
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
        const stands = ofGroup.get(partition) ?? '-1';
        const wanted = from(topic, partition) ?? (stands === '-1' ? low : stands);
        // Before what is kept, or beyond what was ever appended: then the position was of another log.
        const isThere = BigInt(wanted) >= BigInt(low) && BigInt(wanted) <= BigInt(high);
        this.moveTo(topic, partition, isThere ? wanted : low);
        this.lags.sees(topic, partition, { head: high, next: isThere ? wanted : low });
      }
    }
  }

  isLive(): boolean {
    return this.isJoined && monotonicMs() - this.fetchedAtMs <= inTouchMs;
  }

  stored(): Promise<void> {
    // Kafka keeps records by time alone.
    return Promise.resolve();
  }

  protected joinedWith(assigned: ReadonlyMap<string, readonly number[]>): void {
    for (const [topic, partitions] of assigned) {
      for (const partition of partitions) {
        const next = this.wantedFrom(topic, partition);
        this.consumer.seek({ topic, partition, offset: next.toString() });
      }
    }
  }

  protected wantedFrom(topic: string, partition: number): bigint {
    return this.next.get(nameOf(topic, partition)) ?? 0n;
  }

  protected handled(_payload: EachBatchPayload, topic: string, partition: number, next: string): Promise<void> {
    this.moveTo(topic, partition, next);
    return Promise.resolve();
  }

  protected ended(): void {
    this.follower.onClosed(this);
  }

  private moveTo(topic: string, partition: number, next: string): void {
    this.next.set(nameOf(topic, partition), BigInt(next));
  }
}
