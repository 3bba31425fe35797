import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { messageFailureChanged, type EventEnvelope } from '@wardstream/events';
import type { EventContext } from '@wardstream/messaging';
import { saveFailures, type MessageFailure } from '../persistence/doubt.rows.js';
import { Certainty } from './certainty.js';

/**
 * Learns which messages admissions took and could not process: the beds they speak of are not certain until a person has settled it.
 * Only the latest version of each counts, so a repeat changes nothing.
 */
@Controller()
export class MessageFailureConsumer {
  constructor(private readonly certainty: Certainty) {}

  @EventPattern<string>(messageFailureChanged.pattern, { batch: true })
  async on(@Payload() events: readonly EventEnvelope<MessageFailure>[], @Ctx() { tx }: EventContext): Promise<void> {
    await saveFailures(
      tx,
      events.map((e) => e.data),
    );
    await this.certainty.apply(tx);
  }
}
