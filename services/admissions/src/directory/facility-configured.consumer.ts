import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { type EventEnvelope, type FacilityData, facilityConfigured } from '@wardstream/events';
import type { EventContext } from '@wardstream/messaging';
import { saveFacility } from './persistence/facility.rows.js';
import { Directories } from './directories.js';

/**
 * Learns a facility's units, rooms and beds. What could not be placed before, and the visits that are open, are then looked at
 * anew. A repeat or an older version changes nothing.
 */
@Controller()
export class FacilityConfiguredConsumer {
  constructor(private readonly directories: Directories) {}

  @EventPattern<string>(facilityConfigured.pattern)
  async onFacilityConfigured(
    @Payload() event: EventEnvelope<FacilityData>,
    @Ctx() { tx, afterCommit }: EventContext,
  ): Promise<void> {
    await saveFacility(tx, event.data);
    afterCommit(() => this.directories.configured());
  }
}
