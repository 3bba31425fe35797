import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  replay,
  replayList,
  replayResultList,
  type ReplayResultQuery,
  replayResultQuery,
  type StartReplay,
  startReplay,
} from '@wardstream/api-contract';
import { DomainError } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { Act, Allow, Answers, CurrentUser, type User } from '@wardstream/service-kit';
import { z } from 'zod';
import { faultShown } from '../../inbound/index.js';
import { findReplay, listReplays, listResults, type Replay } from '../persistence/replay.rows.js';
import { Replays } from './replays.js';

/** Bulk replays of the quarantine: what was asked for, how far it is, and how every message came out. */
@ApiTags('quarantine')
@Controller('api/v1/quarantine/replays')
@Allow('message.read')
export class ReplaysController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly replays: Replays,
  ) {}

  /** Replays all that match, in the order they came in. Answers at once; a repeat while it runs answers the same replay. */
  @Post()
  @Act('replay.start')
  @HttpCode(202)
  @Answers(replay, 202)
  @Allow('message.mend')
  @ApiOperation({ summary: 'Replay all quarantined messages that match' })
  async start(@Body({ schema: startReplay }) filter: StartReplay, @CurrentUser() user: User) {
    return shown(await this.replays.start(filter, user.subject));
  }

  @Get()
  @Answers(replayList)
  @ApiOperation({ summary: 'Bulk replays of the last 30 days, the latest first' })
  async all() {
    return { items: (await this.unitOfWork.read((tx) => listReplays(tx, 50))).map(shown) };
  }

  @Get(':id')
  @Answers(replay)
  @ApiOperation({ summary: 'How far a bulk replay is' })
  async one(@Param('id', { schema: z.uuid() }) id: string) {
    return shown(await this.known(id));
  }

  /** In intake order. `disposition` and `waiting` tell what the message is now: one that was taken up is processed a little later. */
  @Get(':id/results')
  @Answers(replayResultList)
  @ApiOperation({ summary: 'How every message of a bulk replay came out' })
  async results(
    @Param('id', { schema: z.uuid() }) id: string,
    @Query({ schema: replayResultQuery }) { limit, ...query }: ReplayResultQuery,
  ) {
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
  @Act('replay.cancel')
  @HttpCode(200)
  @Answers(replay)
  @Allow('message.mend')
  @ApiOperation({ summary: 'End a bulk replay' })
  async cancel(@Param('id', { schema: z.uuid() }) id: string) {
    await this.replays.cancel(id);
    return shown(await this.known(id));
  }

  private async known(id: string): Promise<Replay> {
    const found = await this.unitOfWork.read((tx) => findReplay(tx, id));
    if (found === undefined) throw new DomainError('not-found', 'replay-not-found', 'There is no such replay.');
    return found;
  }
}

function shown(of: Replay) {
  return { ...of, done: of.takenUp + of.stillWrong + of.passedOver };
}
