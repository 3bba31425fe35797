import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { bedChanged, type BedData, type EventEnvelope } from '@wardstream/events';
import type { EventContext } from '@wardstream/messaging';
import { RequestProjector } from '../bed-requests/request-projector.js';
import type { BedCopy } from '../domain/copies.js';
import { copyOfBed } from '../domain/bed-copy.js';
import { requestsConcerned } from '../persistence/bed-request.rows.js';
import { lockFacilities } from '../persistence/facility-lock.js';
import { bedKey, readBeds, saveBeds } from '../persistence/copies.rows.js';

/**
 * Learns which bed is kept for whom, and when it was ready. Versions of one bed are taken in their order, because each tells
 * only the part of its history that changed; an old one is ignored.
 */
@Controller()
export class BedChangedConsumer {
  constructor(private readonly requests: RequestProjector) {}

  @EventPattern<string>(bedChanged.pattern, { batch: true })
  async on(@Payload() events: readonly EventEnvelope<BedData>[], @Ctx() { tx }: EventContext): Promise<void> {
    await lockFacilities(
      tx,
      events.map((e) => e.facility),
    );
    const names = new Map(events.map(({ data }) => nameOf(data)).map((name) => [bedKey(name), name]));
    const stored = await readBeds(tx, [...names.values()]);
    const changed = new Map<string, BedCopy>();
    let time = '';
    for (const { data, time: at } of events) {
      const key = bedKey(nameOf(data));
      const before = changed.get(key) ?? stored.get(key);
      if (before !== undefined && before.version >= data.version) continue;
      changed.set(key, copyOfBed(data, before));
      if (at > time) time = at;
    }
    if (changed.size === 0) return;
    const beds = [...changed.values()];
    await saveBeds(tx, beds);
    const holds = [...beds, ...stored.values()].flatMap((b) => b.hold ?? []);
    const rows = await requestsConcerned(tx, {
      beds: beds.map((b) => ({ facility: b.facility, bedId: b.id })),
      requests: holds.flatMap((h) => h.bedRequestId ?? []),
      encounters: [...holds.map((h) => h.encounterId), ...beds.flatMap((b) => b.occupants)],
    });
    await this.requests.rederive(tx, rows, () => time);
  }
}

function nameOf({ facility, id }: BedData) {
  return { facility, bedId: id };
}
