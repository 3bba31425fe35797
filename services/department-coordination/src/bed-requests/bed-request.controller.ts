import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { isolation, levelOfCare, need } from '@wardstream/events';
import { DomainError } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { ANY_ROLE, CurrentUser, Roles, type User } from '@wardstream/service-kit';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { time } from '../commands/command-time.js';
import { processClocks } from '../domain/process-clocks.js';
import { listRequests, requestById } from '../persistence/bed-request.rows.js';
import { facilityCalled } from '../persistence/known.rows.js';
import { AskForBed } from './ask-for-bed.js';
import type { KeptRequest } from './request-keeper.js';

const name = z.string().trim().min(1).max(100);
const needs = z.object({
  levelOfCare: levelOfCare.default('ward'),
  specialty: z.string().trim().min(1).max(40).nullable().default(null),
  isolation: isolation.default('none'),
  sex: z.enum(['female', 'male', 'any']).default('any'),
  telemetry: z.boolean().default(false),
  equipment: z.array(need).max(20).default([]),
});
const ask = z.object({
  encounterId: name.optional(),
  visitNumber: name.optional(),
  externalId: name.optional(),
  source: z.enum(['ED', 'Theatre', 'Move', 'Hospital', 'Direct', 'Elective']),
  toUnit: name.nullable().default(null),
  priority: z.enum(['routine', 'urgent', 'stat']).default('routine'),
  needs: needs.default(needs.parse({})),
  decisionToAdmitAt: time.nullable().default(null),
  at: time.optional(),
});
const step = z.object({ at: time.optional(), reason: z.string().trim().min(2).max(200).optional() }).default({});
const open = ['requested', 'assigned'] as const;
const list = z.object({
  status: z.enum([...open, 'occupied', 'cancelled', 'open', 'all']).default('open'),
  toUnit: name.optional(),
  visitNumber: name.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(500),
});

const askers = ['department-system', 'department-staff', 'bed-manager', 'administrator'] as const;

/** A request with its clocks. */
function shown(request: KeptRequest) {
  return { ...request, clocks: processClocks(request) };
}

@ApiTags('bed requests')
@Controller('api/v1/facilities/:facility/bed-requests')
export class BedRequestController {
  constructor(
    private readonly requests: AskForBed,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Asks for a bed: 201 for a new request, 200 where it repeats one. */
  @Post()
  @Roles(...askers)
  async ask(
    @Param('facility') facility: string,
    @Body({ schema: ask }) body: z.infer<typeof ask>,
    @CurrentUser() user: User,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { request, isNew } = await this.requests.ask({ ...body, facility, user });
    void reply.status(isNew ? 201 : 200);
    return shown(request);
  }

  /** Requests by status, unit and visit, the longest waiting first; the open ones unless told. */
  @Get()
  @Roles(...ANY_ROLE)
  list(@Param('facility') facility: string, @Query({ schema: list }) query: z.infer<typeof list>) {
    return this.unitOfWork.read(async (tx) => {
      const { id } = await facilityCalled(tx, facility);
      const { status, toUnit = null, visitNumber = null, limit } = query;
      const statuses = status === 'all' ? null : status === 'open' ? open : [status];
      const rows = await listRequests(tx, id, { statuses, toUnit, visitNumber, limit });
      return { items: rows.flatMap((r) => (r.state ? [shown({ ...r.state, version: r.version })] : [])) };
    });
  }

  @Get(':id')
  @Roles(...ANY_ROLE)
  one(@Param('facility') facility: string, @Param('id') id: string) {
    return this.unitOfWork.read(async (tx) => {
      const row = await requestById(tx, (await facilityCalled(tx, facility)).id, id);
      if (!row?.state)
        throw new DomainError('not-found', 'bed-request-not-found', 'The facility has no such bed request.');
      return shown({ ...row.state, version: row.version });
    });
  }

  @Post(':id/ready-to-move')
  @HttpCode(200)
  @Roles(...askers)
  async readyToMove(
    @Param('facility') facility: string,
    @Param('id') id: string,
    @Body({ schema: step }) body: z.infer<typeof step>,
    @CurrentUser() user: User,
  ) {
    return shown(await this.requests.readyToMove({ ...body, facility, id, user }));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Roles(...askers)
  async cancel(
    @Param('facility') facility: string,
    @Param('id') id: string,
    @Body({ schema: step }) body: z.infer<typeof step>,
    @CurrentUser() user: User,
  ) {
    return shown(await this.requests.cancel({ ...body, facility, id, user }));
  }
}
