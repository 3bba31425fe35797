import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { boardSnapshot } from '@wardstream/api-contract';
import { DomainError } from '@wardstream/kernel';
import { Allow, AnswersByItself } from '@wardstream/service-kit';
import type { FastifyReply } from 'fastify';
import { BoardSnapshots } from './board-snapshots.js';

@ApiTags('board')
@Controller('api/v1/facilities/:facility/board')
export class BoardController {
  constructor(private readonly snapshots: BoardSnapshots) {}

  /** The snapshot a stream begins with, as JSON; `lastEventId` is where a stream can go on from it. */
  @Get()
  @AnswersByItself(boardSnapshot)
  @Allow('board.read')
  async get(@Param('facility') facility: string, @Res() reply: FastifyReply): Promise<void> {
    const snapshot = this.snapshots.take(facility);
    if (snapshot === null) throw new DomainError('not-found', 'facility-unknown', 'There is no such facility.');
    await reply.header('content-type', 'application/json; charset=utf-8').send(this.snapshots.text(facility, snapshot));
  }
}
