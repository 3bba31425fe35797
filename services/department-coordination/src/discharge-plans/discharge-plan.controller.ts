import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  dischargePlan,
  dischargePlanList,
  type DischargePlanQuery,
  dischargePlanQuery,
  openPlanStatuses,
  type PlanStep,
  planStep,
  type TakePlanStep,
  takePlanStep,
} from '@wardstream/api-contract';
import { UnitOfWork } from '@wardstream/persistence';
import { Act, Allow, Answers, CurrentUser, type User } from '@wardstream/service-kit';
import { listPlans } from '../persistence/discharge-plan.rows.js';
import { facilityCalled } from '../persistence/copies.rows.js';
import { PlanDischarge } from './plan-discharge.js';

@ApiTags('discharge plans')
@Controller('api/v1/facilities/:facility/discharge-plans')
export class DischargePlanController {
  constructor(
    private readonly plans: PlanDischarge,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Plans by status and unit, the longest confirmed first; the open ones unless told. */
  @Get()
  @Answers(dischargePlanList)
  @Allow('board.read')
  list(
    @Param('facility') facility: string,
    @Query({ schema: dischargePlanQuery }) { status, unit, limit }: DischargePlanQuery,
  ) {
    return this.unitOfWork.read(async (tx) => {
      const { id } = await facilityCalled(tx, facility);
      const statuses = status === 'open' ? openPlanStatuses : [status];
      const rows = await listPlans(tx, id, { statuses, unit: unit ?? null, limit });
      return { items: rows.flatMap(({ state, version }) => (state === null ? [] : [{ ...state, version }])) };
    });
  }

  /** Takes a step for the visit (encounter id or visit number): pending, confirm, cancel. */
  @Post(':visit/:step')
  @Act('plan.change')
  @HttpCode(200)
  @Answers(dischargePlan)
  @Allow('discharge.plan')
  take(
    @Param('facility') facility: string,
    @Param('visit') visit: string,
    @Param('step', { schema: planStep }) step: PlanStep,
    @Body({ schema: takePlanStep }) command: TakePlanStep,
    @CurrentUser() user: User,
  ) {
    return this.plans.take(step, { ...command, facility, visit, user });
  }
}
