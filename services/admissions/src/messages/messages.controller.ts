import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { UnitOfWork } from '@wardstream/persistence';
import { Roles } from '@wardstream/service-kit';
import { z } from 'zod';
import { dispositions } from '../domain/verdict.js';
import { listMessages } from '../persistence/message-reads.rows.js';
import { filterFields } from './message-filter.js';
import { pageOf } from './message-list.js';

const list = z.object({
  disposition: z.enum(dispositions).optional(),
  ...filterFields,
  before: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

@ApiTags('intake')
@Controller('api/v1/messages')
@Roles('administrator', 'auditor', 'department-system', 'operations-manager')
export class MessagesController {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** What became of the messages, the latest first: processed, unplaced (waits for a mapping), not acted on, refused … */
  @Get()
  @ApiOperation({ summary: 'Messages and what became of them' })
  async all(@Query({ schema: list }) query: z.infer<typeof list>): Promise<unknown> {
    const { disposition, limit, ...rest } = query;
    const of = { ...rest, dispositions: disposition === undefined ? undefined : [disposition] };
    return pageOf(await this.unitOfWork.search((tx) => listMessages(tx, { ...of, limit: limit + 1 })), limit);
  }
}
