import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  openedMessage,
  quarantineList,
  type QuarantineQuery,
  quarantineQuery,
  replayedMessage,
  replayMessage,
} from '@wardstream/api-contract';
import { decodeText } from '@wardstream/hl7v2';
import { DomainError } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { Act, Allow, Answers, noteAct, TakesBody } from '@wardstream/service-kit';
import { z } from 'zod';
import { listed, pageOf } from '../messages/message-list.js';
import { countMessages, listMessages, readMessage } from '../../inbound/index.js';
import { ReplayMessage } from './replay-message.js';

@ApiTags('quarantine')
@Controller('api/v1/quarantine')
export class QuarantineController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly replays: ReplayMessage,
  ) {}

  /** Messages that were answered AE or AR for what they are, or that could not be processed; the latest first, with the cause. */
  @Get()
  @Answers(quarantineList)
  @Allow('message.read')
  @ApiOperation({ summary: 'Quarantined messages with their causes' })
  async all(@Query({ schema: quarantineQuery }) query: QuarantineQuery) {
    const { limit, ...rest } = query;
    // What is not ADT was refused at the door; there is nothing to correct in it.
    const of = { ...rest, dispositions: ['quarantined', 'refused'] as const, exceptCause: 'unsupported-type' as const };
    return this.unitOfWork.search(async (tx) => ({
      ...pageOf(await listMessages(tx, { ...of, limit: limit + 1 }), limit),
      total: await countMessages(tx, { ...of }),
    }));
  }

  /** One of them with its text, to correct it. Holds personal data, so for administrators only. */
  @Get(':id')
  @Act('message.open')
  @Answers(openedMessage)
  @Allow('message.mend')
  @ApiOperation({ summary: 'One quarantined message with its text' })
  async one(@Param('id', { schema: z.uuid() }) id: string) {
    const found = await this.unitOfWork.read((tx) => readMessage(tx, id));
    if (found === undefined) throw new DomainError('not-found', 'message-not-found', 'There is no such message.');
    if (found.facility !== null) noteAct({ facility: found.facility });
    const { raw, ...rest } = found;
    return { ...listed(rest), whole: raw.length === found.length, text: decodeText(raw).text };
  }

  /** Takes it up again, as it is or corrected. */
  @Post(':id/replay')
  @Act('message.replay')
  @HttpCode(200)
  @Answers(replayedMessage)
  @TakesBody('intake')
  @Allow('message.mend')
  @ApiOperation({ summary: 'Replay a quarantined message, corrected or as it is' })
  replay(@Param('id', { schema: z.uuid() }) id: string, @Body() body: unknown) {
    return this.replays.replay(id, correctionOf(body));
  }
}

/** A corrected message: JSON `{"message": "MSH|…"}`, or the message itself as the body; nothing to replay it as it is. */
function correctionOf(body: unknown): Buffer | null {
  if (Buffer.isBuffer(body)) return body.length === 0 ? null : body;
  const parsed = replayMessage.safeParse(body ?? {});
  if (!parsed.success) {
    throw new DomainError(
      'invalid',
      'validation-failed',
      'The body is {"message": "MSH|…"}, or a message, or nothing.',
    );
  }
  return parsed.data.message === undefined ? null : Buffer.from(parsed.data.message, 'utf8');
}
