import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  cleaningJobList,
  housekeeping,
  type HousekeepingQuery,
  housekeepingQuery,
  type CleaningJobQuery,
  cleaningJobQuery,
  bed,
  type CleaningStep,
  cleaningStep,
  openCleaningStatuses,
  type TakeCleaningStep,
  takeCleaningStep,
} from '@wardstream/api-contract';
import type { Clock } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { Act, Allow, Answers, CLOCK, CurrentUser, type User } from '@wardstream/service-kit';
import { completedSince, readJobs } from '../persistence/cleaning-job.rows.js';
import { facilityCalled } from '../persistence/facility.rows.js';
import { bedsToClean, unitsAskedForBeds } from '../persistence/worklist.rows.js';
import { CleanBed } from './clean-bed.js';
import { worklist } from './worklist.js';

const SHIFT_MS = 12 * 3_600_000;

@ApiTags('cleaning')
@Controller('api/v1/facilities/:facility')
export class CleaningController {
  constructor(
    private readonly cleaning: CleanBed,
    private readonly unitOfWork: UnitOfWork,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Takes one step of cleaning the bed: request, claim, start, pause, resume, complete, cancel. */
  @Post('beds/:bedId/cleaning/:step')
  @Act('bed.clean')
  @HttpCode(200)
  @Answers(bed)
  @Allow('bed.clean')
  take(
    @Param('facility') facility: string,
    @Param('bedId') bedId: string,
    @Param('step', { schema: cleaningStep }) step: CleaningStep,
    @Body({ schema: takeCleaningStep }) command: TakeCleaningStep,
    @CurrentUser() user: User,
  ) {
    return this.cleaning.take(step, { ...command, facility, bedId, user });
  }

  /** Jobs by status, the longest waiting first; the open ones unless told. */
  @Get('cleaning-jobs')
  @Answers(cleaningJobList)
  @Allow('board.read')
  list(
    @Param('facility') facility: string,
    @Query({ schema: cleaningJobQuery }) { status, unit, limit }: CleaningJobQuery,
  ) {
    return this.unitOfWork.read(async (tx) => {
      const { id } = await facilityCalled(tx, facility);
      const statuses = status === 'open' ? openCleaningStatuses : [status];
      return { items: await readJobs(tx, id, { statuses, unit, limit }) };
    });
  }

  /** Open jobs in the order of dispatch, by zone or unit, with who is at them and what they took in the last twelve hours. */
  @Get('housekeeping')
  @Answers(housekeeping)
  @Allow('board.read')
  worklist(@Param('facility') name: string, @Query({ schema: housekeepingQuery }) query: HousekeepingQuery) {
    return this.unitOfWork.read(async (tx) => {
      const configuration = await facilityCalled(tx, name);
      const { id } = configuration;
      const now = this.clock.nowMs();
      const open = await readJobs(tx, id, { statuses: openCleaningStatuses, limit: 5000 });
      const beds = await bedsToClean(
        tx,
        id,
        open.map((job) => job.bedId),
      );
      const unitsWaiting = await unitsAskedForBeds(tx, id);
      const completed = await completedSince(tx, id, now - SHIFT_MS);
      const list = worklist({ configuration, open, beds, unitsWaiting, completed }, query);
      return { facility: id, asOf: new Date(now).toISOString(), ...list };
    });
  }
}
