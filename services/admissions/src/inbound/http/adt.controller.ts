import { Body, Controller, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { DomainError } from '@wardstream/kernel';
import { Allow, CONFIG, type ConfigOf, NoAct, TakesBody } from '@wardstream/service-kit';
import type { FastifyReply } from 'fastify';
import type { admissionsSettings } from '../../admissions.settings.js';
import { NotDurable } from '../intake/intake.js';
import { type FrameAnswer, TakeFrame } from '../intake/take-frame.js';

const HEAD_BYTES = 64 * 1024;

/** HL7 v2 over HTTP: one message, or one batch, in the body, its acknowledgement as the answer. */
@ApiTags('intake')
@Controller('api/v1/adt')
export class AdtController {
  constructor(
    private readonly frames: TakeFrame,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof admissionsSettings>,
  ) {}

  /**
   * Takes the same message as the MLLP port does, with the same guarantee: 200 and AA once it is durable; 400 and AE or AR for
   * what is wrong or refused; 413 and AR for what is too large; 503 (problem+json) where it could not be made durable, to be
   * sent again. A repeat is answered again and counts once. 200 with a batch of acknowledgements for a batch; 204 where the sender's
   * profile has enhanced mode and the message asks for no answer.
   */
  @Post()
  @NoAct('What was sent is kept as it came, with its sender and when it came, and is found among the messages.')
  @HttpCode(200)
  @TakesBody('intake')
  @Allow('message.send')
  @ApiOperation({ summary: 'Send one HL7 v2 ADT message, or a batch of them' })
  @ApiConsumes('application/hl7-v2', 'text/plain')
  @ApiProduces('application/hl7-v2')
  @ApiBody({ schema: { type: 'string' } })
  async take(@Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer | undefined> {
    if (!Buffer.isBuffer(body)) {
      throw new DomainError('invalid', 'hl7-expected', 'Send the message as application/hl7-v2 or text/plain.');
    }
    const most = this.config.mllpMaxFrameBytes;
    const answer = await this.frames
      .take(
        body.length > most
          ? { bytes: body.subarray(0, HEAD_BYTES), oversizeLength: body.length, transport: 'http' }
          : { bytes: body, transport: 'http' },
      )
      .catch((error: unknown) => {
        if (!(error instanceof NotDurable)) throw error;
        throw new DomainError('unavailable', 'not-durable', 'The message could not be stored; send it again.');
      });
    if (answer.acknowledgement === null) {
      void reply.status(204);
      return undefined;
    }
    void reply.status(statusOf(answer, body.length > most)).type('application/hl7-v2');
    return answer.acknowledgement;
  }
}

function statusOf({ code }: FrameAnswer, tooLarge: boolean): number {
  if (code === 'AA') return 200;
  return tooLarge ? 413 : 400;
}
