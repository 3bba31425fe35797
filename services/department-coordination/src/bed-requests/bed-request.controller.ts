import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  bedRequest,
  bedRequestList,
  type BedRequestQuery,
  bedRequestQuery,
  type BedRequestStep,
  bedRequestStep,
  type NewBedRequest,
  newBedRequest,
  openRequestStatuses,
} from '@wardstream/api-contract';
import { DomainError } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { Act, Allow, Answers, CurrentUser, type User } from '@wardstream/service-kit';
import type { FastifyReply } from 'fastify';
import { processClocks } from '../domain/process-clocks.js';
import { listRequests, requestById } from '../persistence/bed-request.rows.js';
import { facilityCalled } from '../persistence/copies.rows.js';
import { CreateBedRequest } from './create-bed-request.js';
import type { KeptRequest } from './request-projector.js';

/** A request with its clocks. */
function shown(request: KeptRequest) {
  return { ...request, clocks: processClocks(request) };
}

@ApiTags('bed requests')
@Controller('api/v1/facilities/:facility/bed-requests')
export class BedRequestController {
  constructor(
    private readonly requests: CreateBedRequest,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Asks for a bed: 201 for a new request, 200 where it repeats one. */
  @Post()
  @Act('request.make')
  @Answers(bedRequest)
  @Answers(bedRequest, 201)
  @Allow('request.make')
  async create(
    @Param('facility') facility: string,
    @Body({ schema: newBedRequest }) body: NewBedRequest,
    @CurrentUser() user: User,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { request, isNew } = await this.requests.create({ ...body, facility, user });
    void reply.status(isNew ? 201 : 200);
    return shown(request);
  }

  /** Requests by status, unit and visit, the longest waiting first; the open ones unless told. */
  @Get()
  @Answers(bedRequestList)
  @Allow('board.read')
  list(@Param('facility') facility: string, @Query({ schema: bedRequestQuery }) query: BedRequestQuery) {
    return this.unitOfWork.read(async (tx) => {
      const { id } = await facilityCalled(tx, facility);
      const { status, toUnit = null, visitNumber = null, limit } = query;
      const statuses = status === 'all' ? null : status === 'open' ? openRequestStatuses : [status];
      const rows = await listRequests(tx, id, { statuses, toUnit, visitNumber, limit });
      return { items: rows.flatMap((r) => (r.state ? [shown({ ...r.state, version: r.version })] : [])) };
    });
  }

  @Get(':id')
  @Answers(bedRequest)
  @Allow('board.read')
  one(@Param('facility') facility: string, @Param('id') id: string) {
    return this.unitOfWork.read(async (tx) => {
      const row = await requestById(tx, (await facilityCalled(tx, facility)).id, id);
      if (!row?.state)
        throw new DomainError('not-found', 'bed-request-not-found', 'The facility has no such bed request.');
      return shown({ ...row.state, version: row.version });
    });
  }

  @Post(':id/ready-to-move')
  @Act('request.ready')
  @HttpCode(200)
  @Answers(bedRequest)
  @Allow('request.make')
  async readyToMove(
    @Param('facility') facility: string,
    @Param('id') id: string,
    @Body({ schema: bedRequestStep }) body: BedRequestStep,
    @CurrentUser() user: User,
  ) {
    return shown(await this.requests.readyToMove({ ...body, facility, id, user }));
  }

  @Post(':id/cancel')
  @Act('request.cancel')
  @HttpCode(200)
  @Answers(bedRequest)
  @Allow('request.make')
  async cancel(
    @Param('facility') facility: string,
    @Param('id') id: string,
    @Body({ schema: bedRequestStep }) body: BedRequestStep,
    @CurrentUser() user: User,
  ) {
    return shown(await this.requests.cancel({ ...body, facility, id, user }));
  }
}
