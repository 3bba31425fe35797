import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { messageList, type MessageQuery, messageQuery } from '@wardstream/api-contract';
import { UnitOfWork } from '@wardstream/persistence';
import { Allow, Answers } from '@wardstream/service-kit';
import { listMessages } from '../../inbound/index.js';
import { pageOf } from './message-list.js';

@ApiTags('intake')
@Controller('api/v1/messages')
@Allow('message.find')
export class MessagesController {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** What became of the messages, the latest first: processed, unplaced (waits for a mapping), not acted on, refused … */
  @Get()
  @Answers(messageList)
  @ApiOperation({ summary: 'Messages and what became of them' })
  async all(@Query({ schema: messageQuery }) query: MessageQuery) {
    const { disposition, limit, ...rest } = query;
    const of = { ...rest, dispositions: disposition === undefined ? undefined : [disposition] };
    return pageOf(await this.unitOfWork.search((tx) => listMessages(tx, { ...of, limit: limit + 1 })), limit);
  }
}
