import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { bedChanged, type BedData, type EventEnvelope } from '@wardstream/events';
import type { EventContext } from '@wardstream/messaging';
import { Forwarding } from './forwarding/forwarding.js';
import { type BedCopy, bedCopyOf, saveBeds } from '../directory/index.js';
import { Subscriptions } from './subscriptions/subscriptions.js';

/**
 * Keeps what every bed is now, and queues what systems outside are told of it: in one transaction. Only a newer version of a bed
 * counts, so a repeat or an old version changes nothing and tells nobody; a batch is one statement.
 */
@Controller()
export class BedChangedConsumer {
  constructor(
    private readonly forwarding: Forwarding,
    private readonly subscriptions: Subscriptions,
  ) {}

  @EventPattern<string>(bedChanged.pattern, { batch: true })
  async on(@Payload() events: readonly EventEnvelope<BedData>[], @Ctx() { tx }: EventContext): Promise<void> {
    const told = new Map<string, BedCopy[]>();
    for (const { data } of events) {
      const bed = bedCopyOf(data);
      const key = keyOf(bed);
      const before = told.get(key) ?? [];
      if (before.every(({ version }) => version !== bed.version)) told.set(key, [...before, bed]);
    }
    for (const beds of told.values()) beds.sort((a, b) => a.version - b.version);
    const changed = await saveBeds(
      tx,
      [...told.values()].map((beds) => beds.at(-1)!),
    );
    const courses = changed.map(({ bed, before }) => ({
      before,
      since: told.get(keyOf(bed))!.filter(({ version }) => version > (before?.version ?? -Infinity)),
    }));
    await this.forwarding.beds(tx, courses);
    await this.subscriptions.beds(
      tx,
      changed.map(({ bed }) => bed),
    );
  }
}

function keyOf({ facility, id }: BedCopy): string {
  return JSON.stringify([facility, id]);
}
