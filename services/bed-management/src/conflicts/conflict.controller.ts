import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ConflictData } from '@wardstream/events';
import { CurrentUser, Roles, type User, requestVersion } from '@wardstream/service-kit';
import { z } from 'zod';
import { DecideConflict } from './decide-conflict.js';

const id = z.uuid();
const version = requestVersion.min(1);
const close = z.object({
  reason: z.string().trim().min(3).max(500),
  version,
  /** Of a disputed bed: the visit that is in it. */
  encounterId: z.string().min(1).max(100).optional(),
  /** Of a disputed bed: both visits are in it, so it has two patients and is occupied once. */
  bothInBed: z.literal(true).optional(),
  /** Of a bed that was reported occupied without a visit: nobody is in it, so it is dirty and not occupied. */
  nobodyInBed: z.literal(true).optional(),
});
const reopen = z.object({ version });

/** Conflicts of beds, closed by a person. Encounters and messages have theirs at `encounter-conflicts`. */
@ApiTags('conflicts')
@Controller('api/v1/bed-conflicts/:id')
@Roles('bed-manager', 'operations-manager', 'administrator')
export class BedConflictController {
  constructor(private readonly conflicts: DecideConflict) {}

  /** Closes it for a reason; of a disputed bed it needs to be told which visit is in it, or that both are. Answers the conflict as it is then. */
  @Post('close')
  @HttpCode(200)
  @ApiOperation({ summary: 'Close a conflict of a bed, with a reason' })
  close(
    @Param('id', { schema: id }) conflict: string,
    @Body({ schema: close }) body: z.infer<typeof close>,
    @CurrentUser() user: User,
  ): Promise<ConflictData> {
    return this.conflicts.close({ ...body, id: conflict, user });
  }

  /** Takes a person's closing back while the same facts still stand against each other. */
  @Post('reopen')
  @HttpCode(200)
  @ApiOperation({ summary: 'Open a conflict of a bed again that a person closed' })
  reopen(
    @Param('id', { schema: id }) conflict: string,
    @Body({ schema: reopen }) body: z.infer<typeof reopen>,
    @CurrentUser() user: User,
  ): Promise<ConflictData> {
    return this.conflicts.reopen({ ...body, id: conflict, user });
  }
}
