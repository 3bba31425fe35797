import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { facilityConfigured, type EventEnvelope, type FacilityData } from '@wardstream/events';
import type { EventContext } from '@wardstream/messaging';
import { RequestProjector } from '../bed-requests/request-projector.js';
import { listRequests } from '../persistence/bed-request.rows.js';
import { lockFacilities } from '../persistence/facility-lock.js';
import { readFacilities, saveFacility } from '../persistence/copies.rows.js';

/** More open requests than any house has. */
const MOST = 100_000;

/**
 * Learns the units, their levels of care and their targets. Open requests are derived anew by them, so that it makes no difference
 * whether a move or the configuration was heard first. An older configuration than the known one changes nothing.
 */
@Controller()
export class FacilityConfiguredConsumer {
  constructor(private readonly requests: RequestProjector) {}

  @EventPattern<string>(facilityConfigured.pattern)
  async on(@Payload() { data, time }: EventEnvelope<FacilityData>, @Ctx() { tx }: EventContext): Promise<void> {
    await lockFacilities(tx, [data.id]);
    const known = (await readFacilities(tx, [data.id])).get(data.id);
    if (known !== undefined && known.version >= data.version) return;
    await saveFacility(tx, data);
    const open = { statuses: ['requested', 'assigned'], toUnit: null, visitNumber: null, limit: MOST };
    await this.requests.rederive(tx, await listRequests(tx, data.id, open), () => time);
  }
}
