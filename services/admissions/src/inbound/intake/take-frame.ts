import { Inject, Injectable } from '@nestjs/common';
import { type AckCode, batchAnswer, isBatch, readBatch } from '@wardstream/hl7v2';
import type { Clock } from '@wardstream/kernel';
import { CLOCK } from '@wardstream/service-kit';
import { type Incoming, Intake } from './intake.js';

/** What one frame, or one request, is answered with. */
export interface FrameAnswer {
  /** Unframed; null where the sender wants none. */
  readonly acknowledgement: Buffer | null;
  /** Of a batch AA: what its messages are answered stands in it. */
  readonly code: AckCode;
  /** Id of the profile of its sender; of a batch of the first that has one. */
  readonly profile: string | null;
}

/**
 * Takes what came as one piece of HL7 v2: a message, or a batch of them (FHS, BHS), whose messages are taken in their order as if each
 * had come alone, and answered together. If one of them cannot be made durable nothing is answered: sent again, the others are repeats.
 */
@Injectable()
export class TakeFrame {
  constructor(
    private readonly intake: Intake,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Resolves once all of it is durable. @throws NotDurable */
  async take(incoming: Incoming): Promise<FrameAnswer> {
    const { bytes, oversizeLength, ...of } = incoming;
    if (oversizeLength !== undefined || !isBatch(bytes)) return this.intake.take(incoming);
    const batch = readBatch(bytes);
    // Without a message it is none, and is answered as what it is.
    if (batch.messages.length === 0) return this.intake.take(incoming);
    const answers = await Promise.all(batch.messages.map((message) => this.intake.take({ ...of, bytes: message })));
    const acknowledgements = answers.flatMap(({ acknowledgement }) => acknowledgement ?? []);
    const profile = answers.map((answer) => answer.profile).find((id) => id !== null) ?? null;
    if (acknowledgements.length === 0) return { code: 'AA', acknowledgement: null, profile };
    const own = { controlId: this.intake.ownControlId(), atMs: this.clock.nowMs() };
    return { code: 'AA', acknowledgement: batchAnswer(batch, acknowledgements, own), profile };
  }
}
