import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DomainError } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { CurrentUser, Roles, type User } from '@wardstream/service-kit';
import { z } from 'zod';
import { faultShown } from '../domain/message-fault.js';
import { filterFields } from '../messages/message-filter.js';
import { findReplay, listReplays, listResults, type Replay } from '../persistence/replay.rows.js';
import { Replays } from './replays.js';

const start = z.strictObject(filterFields).default({});
const results = z.object({
  outcome: z.enum(['taken-up', 'still-wrong', 'passed-over']).optional(),
  after: z
    .string()
    .regex(/^\d{1,18}$/)
    .default('0'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** Bulk replays of the quarantine: what was asked for, how far it is, and how every message came out. */
@ApiTags('quarantine')
@Controller('api/v1/quarantine/replays')
@Roles('administrator', 'auditor', 'operations-manager')
export class ReplaysController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly replays: Replays,
  ) {}

  /** Replays all that match, in the order they came in. Answers at once; a repeat while it runs answers the same replay. */
  @Post()
  @HttpCode(202)
  @Roles('administrator')
  @ApiOperation({ summary: 'Replay all quarantined messages that match' })
  async start(@Body({ schema: start }) filter: z.infer<typeof start>, @CurrentUser() user: User): Promise<unknown> {
    return shown(await this.replays.start(filter, user.subject));
  }

  @Get()
  @ApiOperation({ summary: 'Bulk replays of the last 30 days, the latest first' })
  async all(): Promise<unknown> {
    return { items: (await this.unitOfWork.read((tx) => listReplays(tx, 50))).map(shown) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'How far a bulk replay is' })
  async one(@Param('id', { schema: z.uuid() }) id: string): Promise<unknown> {
    return shown(await this.known(id));
  }

  /** In intake order. `disposition` and `waiting` tell what the message is now: one that was taken up is processed a little later. */
  @Get(':id/results')
  @ApiOperation({ summary: 'How every message of a bulk replay came out' })
  async results(
    @Param('id', { schema: z.uuid() }) id: string,
    @Query({ schema: results }) { limit, ...query }: z.infer<typeof results>,
  ): Promise<unknown> {
    await this.known(id);
    const found = await this.unitOfWork.read((tx) => listResults(tx, id, { ...query, limit: limit + 1 }));
    const page = found.slice(0, limit);
    return {
      items: page.map(({ faults, position: _order, ...rest }) => ({ ...rest, errors: faults.map(faultShown) })),
      next: found.length > page.length ? page.at(-1)!.position : null,
    };
  }

  /** Takes nothing more up; what was taken up stays so. */
  @Post(':id/cancel')
  @HttpCode(200)
  @Roles('administrator')
  @ApiOperation({ summary: 'End a bulk replay' })
  async cancel(@Param('id', { schema: z.uuid() }) id: string): Promise<unknown> {
    await this.replays.cancel(id);
    return shown(await this.known(id));
  }

  private async known(id: string): Promise<Replay> {
    const replay = await this.unitOfWork.read((tx) => findReplay(tx, id));
    if (replay === undefined) throw new DomainError('not-found', 'replay-not-found', 'There is no such replay.');
    return replay;
  }
}

function shown(replay: Replay): Record<string, unknown> {
  return { ...replay, done: replay.takenUp + replay.stillWrong + replay.passedOver };
}
