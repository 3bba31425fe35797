import { Inject, Injectable } from '@nestjs/common';
import { operationalStatusOf } from '@wardstream/fhir';
import type { BedStatusCode } from '@wardstream/hl7v2';
import type { Clock } from '@wardstream/kernel';
import type { NewDelivery } from '@wardstream/delivery';
import type { Tx } from '@wardstream/persistence';
import { CLOCK, Deliveries } from '@wardstream/service-kit';
import type { BedCopy } from '../../directory/index.js';
import { type MessageListener, messageTexts, type ReceivedMessage } from '../../inbound/index.js';
import { Destinations } from './destinations.js';
import { bedStatusDelivery, concerns, deliveriesOf } from './outgoing-messages.js';

/** What was known of a bed, and all that was told of it since, in order. */
export interface BedCourse {
  readonly before: BedCopy | null;
  readonly since: readonly BedCopy[];
}

/**
 * Queues what destinations are to be sent, in the transaction of what caused it: so it is sent if and only if that was committed.
 * Where nobody is to be sent anything, nothing is read and nothing is written.
 */
@Injectable()
export class Forwarding implements MessageListener {
  constructor(
    private readonly destinations: Destinations,
    private readonly deliveries: Deliveries,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Messages in the order they are processed. One that is processed again is not queued again. */
  async messages(tx: Tx, messages: readonly ReceivedMessage[]): Promise<void> {
    const { current } = this.destinations;
    if (current.length === 0) return;
    const concerning = messages.filter(({ verdict }) => current.some((to) => concerns(to, verdict)));
    if (concerning.length === 0) return;
    const texts = await messageTexts(
      tx,
      concerning.map((m) => m.id),
    );
    const queued: NewDelivery[] = [];
    for (const { id, verdict } of concerning) {
      const text = texts.get(id);
      if (text === undefined) continue;
      for (const to of current) queued.push(...deliveriesOf(to, { id, verdict, ...text }, this.clock.nowMs()));
    }
    await this.deliveries.queue.add(tx, queued);
  }

  /** One A20 for every step in which a bed's status by table 0116 became another. */
  async beds(tx: Tx, courses: readonly BedCourse[]): Promise<void> {
    const told = this.destinations.current.filter(({ destination }) => destination.bedStatus);
    if (told.length === 0) return;
    const queued: NewDelivery[] = [];
    for (const { before, since } of courses) {
      let last = before;
      for (const bed of since) {
        const now = codeOf(bed);
        const former = last;
        last = bed;
        if (former !== null && now === codeOf(former)) continue;
        // A bed that is dirty for something else now is in the same state: then it is so since what said it.
        const at = former?.state === bed.state && former.since === bed.since ? bed.cause.at : bed.since;
        for (const to of told) {
          const { cause, facility, version, id: bedId, unit, room } = bed;
          const change = { facility, bedId, version, code: now, place: { unit, room, bed: bed.bed }, at };
          const reportedBy = cause.kind === 'bed-status' ? cause.by : null;
          const recorded = { recordedAt: cause.recordedAt, reportedBy };
          const delivery = bedStatusDelivery(to, { ...change, ...recorded }, this.clock.nowMs());
          if (delivery !== null) queued.push(delivery);
        }
      }
    }
    await this.deliveries.queue.add(tx, queued);
  }
}

function codeOf({ state, cleaningKind }: BedCopy): BedStatusCode {
  return operationalStatusOf(state, cleaningKind === 'terminal').code as BedStatusCode;
}
