import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { UnitOfWork } from '@wardstream/persistence';
import { ANY_ROLE, CurrentUser, Roles, type User } from '@wardstream/service-kit';
import { z } from 'zod';
import { time } from '../commands/command-time.js';
import { planSteps } from '../domain/discharge-plan.js';
import { listPlans } from '../persistence/discharge-plan.rows.js';
import { facilityCalled } from '../persistence/known.rows.js';
import { PlanDischarge } from './plan-discharge.js';

const step = z.enum(planSteps);
const body = z
  .object({
    at: time.optional(),
    expectedAt: time.optional(),
    /** What the discharge still waits for, in the ward's own word; null once it waits for nothing. */
    waitingFor: z.string().trim().min(1).max(60).nullable().optional(),
  })
  .default({});
const open = ['pending', 'confirmed'] as const;
const list = z.object({
  status: z.enum([...open, 'departed', 'cancelled', 'open']).default('open'),
  unit: z.string().max(40).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(500),
});

@ApiTags('discharge plans')
@Controller('api/v1/facilities/:facility/discharge-plans')
export class DischargePlanController {
  constructor(
    private readonly plans: PlanDischarge,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Plans by status and unit, the longest confirmed first; the open ones unless told. */
  @Get()
  @Roles(...ANY_ROLE)
  list(@Param('facility') facility: string, @Query({ schema: list }) { status, unit, limit }: z.infer<typeof list>) {
    return this.unitOfWork.read(async (tx) => {
      const { id } = await facilityCalled(tx, facility);
      const statuses = status === 'open' ? open : [status];
      const rows = await listPlans(tx, id, { statuses, unit: unit ?? null, limit });
      return { items: rows.map(({ state, version }) => ({ ...state, version })) };
    });
  }

  /** Takes a step for the visit (encounter id or visit number): pending, confirm, cancel. */
  @Post(':visit/:step')
  @HttpCode(200)
  @Roles('department-system', 'department-staff', 'bed-manager', 'administrator')
  take(
    @Param('facility') facility: string,
    @Param('visit') visit: string,
    @Param('step', { schema: step }) which: z.infer<typeof step>,
    @Body({ schema: body }) command: z.infer<typeof body>,
    @CurrentUser() user: User,
  ) {
    return this.plans.take(which, { ...command, facility, visit, user });
  }
}
