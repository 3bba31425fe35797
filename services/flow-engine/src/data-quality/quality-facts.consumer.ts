import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  admissionsFeedHeard,
  bedConflictChanged,
  bedManagementFeedHeard,
  cleaningJobChanged,
  departmentFeedHeard,
  encounterConflictChanged,
  senderCounted,
  type ConflictData,
  type EventEnvelope,
  type FeedData,
  type SenderCountedData,
} from '@wardstream/events';
import { checkClocks } from '@wardstream/flow-model';
import { nowIso, type Clock } from '@wardstream/kernel';
import type { EventContext } from '@wardstream/messaging';
import { CLOCK } from '@wardstream/service-kit';
import { QualityStore, type FacilityClocks, type QualityFact } from '../persistence/quality-store.js';

/** What is known of the data itself. */
export const qualityEvents = [
  admissionsFeedHeard,
  bedManagementFeedHeard,
  departmentFeedHeard,
  senderCounted,
  encounterConflictChanged,
  bedConflictChanged,
  cleaningJobChanged,
] as const;

/**
 * Feeds, what was counted of senders, conflicts and cleaning jobs, in batches. Exactly once in effect by the inbox, and harmless
 * to repeat: the highest version counts.
 */
@Controller()
export class QualityFactsConsumer {
  constructor(
    private readonly store: QualityStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @EventPattern<string>(admissionsFeedHeard.pattern, { batch: true })
  admissionsFeeds(@Payload() events: EventEnvelope<FeedData>[], @Ctx() { tx }: EventContext): Promise<void> {
    return this.store.save(tx, events.map(feedFact));
  }

  @EventPattern<string>(bedManagementFeedHeard.pattern, { batch: true })
  bedFeeds(@Payload() events: EventEnvelope<FeedData>[], @Ctx() { tx }: EventContext): Promise<void> {
    return this.store.save(tx, events.map(feedFact));
  }

  @EventPattern<string>(departmentFeedHeard.pattern, { batch: true })
  departmentFeeds(@Payload() events: EventEnvelope<FeedData>[], @Ctx() { tx }: EventContext): Promise<void> {
    return this.store.save(tx, events.map(feedFact));
  }

  @EventPattern<string>(senderCounted.pattern, { batch: true })
  senders(@Payload() events: EventEnvelope<SenderCountedData>[], @Ctx() { tx }: EventContext): Promise<void> {
    return this.store.save(
      tx,
      events.map(({ facility, aggregateVersion: version, data }) => ({
        ...{ facility, kind: 'sender', id: data.sender, version, closedAt: null, data },
      })),
    );
  }

  @EventPattern<string>(encounterConflictChanged.pattern, { batch: true })
  encounterConflicts(@Payload() events: EventEnvelope<ConflictData>[], @Ctx() { tx }: EventContext): Promise<void> {
    return this.store.save(tx, events.map(conflictFact));
  }

  @EventPattern<string>(bedConflictChanged.pattern, { batch: true })
  bedConflicts(@Payload() events: EventEnvelope<ConflictData>[], @Ctx() { tx }: EventContext): Promise<void> {
    return this.store.save(tx, events.map(conflictFact));
  }

  @EventPattern<string>(cleaningJobChanged.pattern, { batch: true })
  cleaningJobs(@Payload() events: EventEnvelope[], @Ctx() { tx }: EventContext): Promise<void> {
    return this.store.saveClocks(tx, checkedClocks(events), nowIso(this.clock));
  }
}

/** Which clocks of the things these events speak of are invalid now. */
export function checkedClocks(events: readonly EventEnvelope[]): FacilityClocks[] {
  return events.flatMap((event) => {
    const checked = checkClocks(event);
    return checked === null ? [] : [{ facility: event.facility, ...checked }];
  });
}

function feedFact({ source, facility, aggregateVersion: version, data }: EventEnvelope<FeedData>): QualityFact {
  const id = `${source}/${data.feed}`;
  return { facility, kind: 'feed', id, version, closedAt: null, data: { ...data, owner: source } };
}

function conflictFact({ facility, aggregateVersion: version, data }: EventEnvelope<ConflictData>): QualityFact {
  const { id, kind, severity, openedAt, closedAt } = data;
  return { facility, kind: 'conflict', id, version, closedAt, data: { kind, severity, openedAt } };
}
