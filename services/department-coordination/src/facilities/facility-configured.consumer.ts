import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { facilityConfigured, type EventEnvelope, type FacilityData } from '@wardstream/events';
import type { EventContext } from '@wardstream/messaging';
import { saveFacility } from '../persistence/known.rows.js';

/** Learns the units and their targets. An older configuration than the known one changes nothing. */
@Controller()
export class FacilityConfiguredConsumer {
  @EventPattern<string>(facilityConfigured.pattern)
  async on(@Payload() { data }: EventEnvelope<FacilityData>, @Ctx() { tx }: EventContext): Promise<void> {
    await saveFacility(tx, data);
  }
}
