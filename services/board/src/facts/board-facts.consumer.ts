import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  admissionsFeedHeard,
  alertChanged,
  bedChanged,
  bedConflictChanged,
  bedManagementFeedHeard,
  bedRequestChanged,
  certaintyChanged,
  departmentFeedHeard,
  dischargePlanChanged,
  encounterChanged,
  encounterConflictChanged,
  facilityConfigured,
  unitOccupancyChanged,
  type AlertData,
  type BedData,
  type BedRequestData,
  type CertaintyData,
  type ConflictData,
  type DischargePlanData,
  type EncounterData,
  type EventEnvelope,
  type FacilityData,
  type FeedData,
  type UnitOccupancyData,
} from '@wardstream/events';
import type { EventContext } from '@wardstream/messaging';
import {
  alertEntry,
  bedEntry,
  certaintyEntry,
  conflictEntry,
  encounterEntry,
  facilityEntry,
  feedEntry,
  planEntry,
  requestEntry,
  unitEntry,
} from '../domain/board-entry.js';
import { AbsorbFacts } from './absorb-facts.js';
import { Freshness } from './freshness.js';

/**
 * Everything people see, in batches. Exactly once in effect by the inbox, and harmless to repeat besides: each event
 * carries the whole state of its thing, and only a higher version replaces what is shown.
 */
@Controller()
export class BoardFactsConsumer {
  constructor(
    private readonly facts: AbsorbFacts,
    private readonly freshness: Freshness,
  ) {}

  @EventPattern<string>(facilityConfigured.pattern, { batch: true })
  facilities(@Payload() events: EventEnvelope<FacilityData>[], @Ctx() context: EventContext): Promise<void> {
    return this.facts.absorb(events, facilityEntry, context);
  }

  @EventPattern<string>(bedChanged.pattern, { batch: true })
  beds(@Payload() events: EventEnvelope<BedData>[], @Ctx() context: EventContext): Promise<void> {
    return this.facts.absorb(events, bedEntry, context);
  }

  @EventPattern<string>(certaintyChanged.pattern, { batch: true })
  certainties(@Payload() events: EventEnvelope<CertaintyData>[], @Ctx() context: EventContext): Promise<void> {
    return this.facts.absorb(events, certaintyEntry, context);
  }

  @EventPattern<string>(unitOccupancyChanged.pattern, { batch: true })
  units(@Payload() events: EventEnvelope<UnitOccupancyData>[], @Ctx() context: EventContext): Promise<void> {
    return this.facts.absorb(events, unitEntry, context);
  }

  @EventPattern<string>(alertChanged.pattern, { batch: true })
  alerts(@Payload() events: EventEnvelope<AlertData>[], @Ctx() context: EventContext): Promise<void> {
    return this.facts.absorb(events, alertEntry, context);
  }

  @EventPattern<string>(encounterConflictChanged.pattern, { batch: true })
  encounterConflicts(@Payload() events: EventEnvelope<ConflictData>[], @Ctx() context: EventContext): Promise<void> {
    return this.facts.absorb(events, conflictEntry, context);
  }

  @EventPattern<string>(bedConflictChanged.pattern, { batch: true })
  bedConflicts(@Payload() events: EventEnvelope<ConflictData>[], @Ctx() context: EventContext): Promise<void> {
    return this.facts.absorb(events, conflictEntry, context);
  }

  @EventPattern<string>(admissionsFeedHeard.pattern, { batch: true })
  admissionsFeeds(@Payload() events: EventEnvelope<FeedData>[], @Ctx() context: EventContext): Promise<void> {
    return this.facts.absorb(events, feedEntry, context);
  }

  @EventPattern<string>(bedManagementFeedHeard.pattern, { batch: true })
  bedManagementFeeds(@Payload() events: EventEnvelope<FeedData>[], @Ctx() context: EventContext): Promise<void> {
    return this.facts.absorb(events, feedEntry, context);
  }

  @EventPattern<string>(departmentFeedHeard.pattern, { batch: true })
  departmentFeeds(@Payload() events: EventEnvelope<FeedData>[], @Ctx() context: EventContext): Promise<void> {
    return this.facts.absorb(events, feedEntry, context);
  }

  @EventPattern<string>(bedRequestChanged.pattern, { batch: true })
  bedRequests(@Payload() events: EventEnvelope<BedRequestData>[], @Ctx() context: EventContext): Promise<void> {
    return this.facts.absorb(events, requestEntry, context);
  }

  @EventPattern<string>(dischargePlanChanged.pattern, { batch: true })
  dischargePlans(@Payload() events: EventEnvelope<DischargePlanData>[], @Ctx() context: EventContext): Promise<void> {
    return this.facts.absorb(events, planEntry, context);
  }

  @EventPattern<string>(encounterChanged.pattern, { batch: true })
  encounters(@Payload() events: EventEnvelope<EncounterData>[], @Ctx() context: EventContext): Promise<void> {
    context.afterCommit(() => this.freshness.note(events));
    return this.facts.absorb(events, encounterEntry, context);
  }
}
