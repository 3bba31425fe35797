import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { INBOUND_TOPIC } from '@wardstream/events/inbound';
import { type ExternalReader, ExternalRecords, type ReceivedRecord } from '@wardstream/messaging';
import { CONFIG, type ConfigOf } from '@wardstream/service-kit';
import type { admissionsSettings } from '../../admissions.settings.js';
import { Intake } from '../intake/intake.js';
import { incomingEvent } from './incoming-event.js';
import { textOfRecord } from './event-texts.js';

/** Its own consumer group: what departments publish must not wait for what services tell each other. */
export const MOVEMENTS_GROUP = 'admissions-movements';

/**
 * Takes what departments publish on their topic, through the same intake as every message: durable before its offset is committed,
 * a repeat counts once, what is wrong is quarantined with its cause, and nothing stops the topic.
 */
@Injectable()
export class MovementRecordsConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private reader: ExternalReader | undefined;

  constructor(
    private readonly records: ExternalRecords,
    private readonly intake: Intake,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof admissionsSettings>,
  ) {}

  onApplicationBootstrap(): void {
    this.reader = this.records.read({
      group: MOVEMENTS_GROUP,
      topic: INBOUND_TOPIC,
      take: (records) => this.take(records),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.reader?.close();
  }

  private async take(records: readonly ReceivedRecord[]): Promise<void> {
    const most = this.config.eventMaxBytes;
    const taken = await Promise.allSettled(
      records.map((record) => this.intake.take(incomingEvent(textOfRecord(record), 'kafka', most))),
    );
    const failed = taken.find((each) => each.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
}
