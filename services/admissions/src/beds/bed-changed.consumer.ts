import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { bedChanged, type BedData, type EventEnvelope } from '@wardstream/events';
import type { EventContext } from '@wardstream/messaging';
import { type KnownBed, saveBeds } from '../persistence/bed.rows.js';

/**
 * Keeps what every bed is now, for systems that are told of beds from here. Only the latest version of a bed counts, so a repeat
 * or an old version changes nothing; a batch is one statement.
 */
@Controller()
export class BedChangedConsumer {
  @EventPattern<string>(bedChanged.pattern, { batch: true })
  async on(@Payload() events: readonly EventEnvelope<BedData>[], @Ctx() { tx }: EventContext): Promise<void> {
    const latest = new Map<string, KnownBed>();
    for (const { data } of events) {
      const key = `${data.facility} ${data.id}`;
      const known = latest.get(key);
      const { history: _history, ...bed } = data;
      if (known === undefined || known.version < bed.version) latest.set(key, bed);
    }
    await saveBeds(tx, [...latest.values()]);
  }
}
