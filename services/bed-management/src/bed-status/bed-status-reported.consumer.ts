import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { bedStatusReported, type DataOf, type EventEnvelope } from '@wardstream/events';
import type { EventContext } from '@wardstream/messaging';
import { BedProjector } from '../beds/bed-projector.js';
import { lockFacilities } from '../persistence/facility-lock.js';
import { insertFacts } from '../persistence/fact.rows.js';

type StatusReported = EventEnvelope<DataOf<typeof bedStatusReported>>;

/** Records what senders say of beds (A20). The event's id is the fact's, so a repeat changes nothing. */
@Controller()
export class BedStatusReportedConsumer {
  constructor(private readonly projector: BedProjector) {}

  @EventPattern<string>(bedStatusReported.pattern, { batch: true })
  async on(@Payload() events: readonly StatusReported[], @Ctx() { tx }: EventContext): Promise<void> {
    const reports = events.flatMap(({ id, data }) => {
      const { facility, place, code, cause } = data;
      if (place.bedId === null) return [];
      const [at, recordedAt, receivedAt] = [cause.at, cause.recordedAt, cause.receivedAt].map((t) => Date.parse(t));
      const times = { at: at!, recordedAt: recordedAt!, receivedAt: receivedAt!, by: cause.by };
      const fact = { id, ...times, kind: 'status-reported' as const, code };
      return [{ facility, bedId: place.bedId, subject: null, fact, cause }];
    });
    await lockFacilities(
      tx,
      events.map((e) => e.facility),
    );
    const added = await insertFacts(tx, reports);
    await this.projector.rederive(
      tx,
      reports
        .filter((r) => added.has(r.fact.id))
        .map(({ facility, bedId, fact, cause }) => ({ facility, bedId, from: fact.at, cause })),
    );
  }
}
