import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { bottleneckChanged, type BottleneckData, type EventEnvelope } from '@wardstream/events';
import type { EventContext } from '@wardstream/messaging';
import { ApplyBottlenecks } from './apply-bottlenecks.js';

/** Bottlenecks in batches. Exactly once in effect by the inbox; a version that was taken in before changes nothing. */
@Controller()
export class BottlenecksConsumer {
  constructor(private readonly bottlenecks: ApplyBottlenecks) {}

  @EventPattern<string>(bottleneckChanged.pattern, { batch: true })
  on(@Payload() events: EventEnvelope<BottleneckData>[], @Ctx() context: EventContext): Promise<void> {
    return this.bottlenecks.apply(
      events.map((e) => e.data),
      context,
    );
  }
}
