import { errorFields, type SubscribeOptions, type Subscription } from '@wardstream/messaging';
import type { EachBatchPayload } from 'kafkajs';
import { KafkaReading, nameOf, type KafkaReadingParts } from './kafka-reading.js';
import { LagTracker } from './lag-tracker.js';

export interface KafkaSubscriptionParts extends KafkaReadingParts {
  onClosed(subscription: KafkaSubscription): void;
}

/** One member of a Kafka consumer group. Offsets are committed after the handler, cut by cut. */
export class KafkaSubscription extends KafkaReading implements Subscription {
  /** Where a partition goes on whose last commit failed: what was handled here is not handled again after a rebalance. */
  private readonly uncommitted = new Map<string, bigint>();

  constructor(
    private readonly subscribed: SubscribeOptions,
    private readonly subscription: KafkaSubscriptionParts,
  ) {
    const { group, topics } = subscribed;
    const { kafka, logger } = subscription;
    super(group, subscribed, subscription, new LagTracker(kafka, group, topics, logger));
  }

  protected joinedWith(): void {
    // The group knows where its partitions go on.
  }

  protected wantedFrom(topic: string, partition: number): bigint {
    return this.uncommitted.get(nameOf(topic, partition)) ?? 0n;
  }

  /** A commit that fails is made up for by the next one; if there is none, the records come again elsewhere. */
  protected async handled(payload: EachBatchPayload, topic: string, partition: number, offset: string): Promise<void> {
    try {
      await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
      this.uncommitted.delete(nameOf(topic, partition));
    } catch (error) {
      this.uncommitted.set(nameOf(topic, partition), BigInt(offset));
      const fields = { ...errorFields(error), group: this.subscribed.group };
      this.subscription.logger.warn(fields, 'An offset was not committed');
    }
  }

  protected ended(): void {
    this.subscription.onClosed(this);
  }
}
