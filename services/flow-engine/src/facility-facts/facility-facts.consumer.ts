import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  bedChanged,
  bedRequestChanged,
  dischargePlanChanged,
  encounterChanged,
  facilityConfigured,
  type EventEnvelope,
} from '@wardstream/events';
import type { EventContext } from '@wardstream/messaging';
import { AbsorbFacts } from './absorb-facts.js';

/**
 * The five kinds of facts a facility's state is made of, in batches. Exactly once in effect by the inbox, and harmless to
 * repeat besides: each event carries the whole state of its thing, and the highest version counts.
 */
@Controller()
export class FacilityFactsConsumer {
  constructor(private readonly facts: AbsorbFacts) {}

  @EventPattern<string>(facilityConfigured.pattern, { batch: true })
  configured(@Payload() events: EventEnvelope[], @Ctx() context: EventContext): Promise<void> {
    return this.facts.absorb(events, context);
  }

  @EventPattern<string>(bedChanged.pattern, { batch: true })
  beds(@Payload() events: EventEnvelope[], @Ctx() context: EventContext): Promise<void> {
    return this.facts.absorb(events, context);
  }

  @EventPattern<string>(encounterChanged.pattern, { batch: true })
  encounters(@Payload() events: EventEnvelope[], @Ctx() context: EventContext): Promise<void> {
    return this.facts.absorb(events, context);
  }

  @EventPattern<string>(bedRequestChanged.pattern, { batch: true })
  bedRequests(@Payload() events: EventEnvelope[], @Ctx() context: EventContext): Promise<void> {
    return this.facts.absorb(events, context);
  }

  @EventPattern<string>(dischargePlanChanged.pattern, { batch: true })
  dischargePlans(@Payload() events: EventEnvelope[], @Ctx() context: EventContext): Promise<void> {
    return this.facts.absorb(events, context);
  }
}
