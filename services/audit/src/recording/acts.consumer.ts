import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { type ActData, actRecorded, type EventEnvelope } from '@wardstream/events';
import type { EventContext } from '@wardstream/messaging';
import { AppendActs } from './append-acts.js';

/** Acts in batches, from all services. Each is appended once, by the inbox: what it keeps commits with the entries. */
@Controller()
export class ActsConsumer {
  constructor(private readonly acts: AppendActs) {}

  @EventPattern<string>(actRecorded.pattern, { batch: true })
  on(@Payload() events: EventEnvelope<ActData>[], @Ctx() context: EventContext): Promise<void> {
    return this.acts.append(
      context.tx,
      events.map((e) => e.data),
    );
  }
}
