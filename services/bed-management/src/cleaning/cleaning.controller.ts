import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { UnitOfWork } from '@wardstream/persistence';
import { ANY_ROLE, CurrentUser, Roles, type User, requestVersion } from '@wardstream/service-kit';
import { z } from 'zod';
import { time } from '../commands/command-time.js';
import { cleaningSteps } from '../domain/bed-decisions.js';
import { readJobs } from '../persistence/cleaning-job.rows.js';
import { facilityCalled } from '../persistence/facility.rows.js';
import { CleanBed } from './clean-bed.js';

const step = z.enum(cleaningSteps);
const body = z
  .object({
    expectedVersion: requestVersion.optional(),
    at: time.optional(),
    claimedBy: z.string().trim().min(1).max(100).optional(),
    kind: z.enum(['standard', 'terminal']).optional(),
    priority: z.enum(['normal', 'next', 'stat']).optional(),
    /** Of a cancel; `patient-in-bed` where somebody was found in the bed. */
    reason: z.string().trim().min(2).max(200).optional(),
  })
  .default({});

const openStatuses = ['requested', 'claimed', 'started'] as const;
const jobs = z.object({
  status: z.enum([...openStatuses, 'completed', 'cancelled', 'open']).default('open'),
  unit: z.string().max(40).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(500),
});

@ApiTags('cleaning')
@Controller('api/v1/facilities/:facility')
export class CleaningController {
  constructor(
    private readonly cleaning: CleanBed,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Takes one step of cleaning the bed: request, claim, start, complete, cancel. */
  @Post('beds/:bedId/cleaning/:step')
  @HttpCode(200)
  @Roles('department-system', 'department-staff', 'bed-manager', 'administrator')
  take(
    @Param('facility') facility: string,
    @Param('bedId') bedId: string,
    @Param('step', { schema: step }) which: z.infer<typeof step>,
    @Body({ schema: body }) command: z.infer<typeof body>,
    @CurrentUser() user: User,
  ) {
    return this.cleaning.take(which, { ...command, facility, bedId, user });
  }

  /** Jobs by status, the longest waiting first; the open ones unless told. */
  @Get('cleaning-jobs')
  @Roles(...ANY_ROLE)
  list(@Param('facility') facility: string, @Query({ schema: jobs }) { status, unit, limit }: z.infer<typeof jobs>) {
    return this.unitOfWork.read(async (tx) => {
      const { id } = await facilityCalled(tx, facility);
      const statuses = status === 'open' ? openStatuses : [status];
      return { items: await readJobs(tx, id, { statuses, unit, limit }) };
    });
  }
}
