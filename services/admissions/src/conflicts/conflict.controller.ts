import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ConflictData } from '@wardstream/events';
import { CurrentUser, Roles, type User, requestVersion } from '@wardstream/service-kit';
import { z } from 'zod';
import { DecideConflict } from './decide-conflict.js';

const id = z.uuid();
const version = requestVersion.min(1);
const close = z
  .object({
    reason: z.string().trim().min(3).max(500),
    version,
    /** Of `visit-under-two-numbers`: the visits that it names are one, and were from the start. */
    joinVisits: z.literal(true).optional(),
    /** Of one patient in two beds: the encounter of the visit that was over when the other one began. */
    endVisit: z.uuid().optional(),
  })
  .refine((body) => body.joinVisits === undefined || body.endVisit === undefined, {
    error: 'Give joinVisits or endVisit, not both',
  });
const reopen = z.object({ version });

/** Conflicts of encounters and messages, closed by a person. Beds have theirs at `bed-conflicts`. */
@ApiTags('conflicts')
@Controller('api/v1/encounter-conflicts/:id')
@Roles('bed-manager', 'operations-manager', 'administrator')
export class EncounterConflictController {
  constructor(private readonly conflicts: DecideConflict) {}

  /**
   * Closes it for a reason. Nothing of the encounter changes by that alone; with `joinVisits` the visits are one from then on, with
   * `endVisit` one of them is over, and both are kept as facts. Answers the conflict as it is then.
   */
  @Post('close')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Close a conflict of an encounter or a message, with a reason',
    description:
      'With joinVisits the visits under several numbers are one; with endVisit the visit of that encounter ended when the other one began. Both can be taken back by reopen.',
  })
  close(
    @Param('id', { schema: id }) conflict: string,
    @Body({ schema: close }) body: z.infer<typeof close>,
    @CurrentUser() user: User,
  ): Promise<ConflictData> {
    return this.conflicts.close(conflict, user, body);
  }

  /** Takes a person's closing back, and what they did by it, while the same facts still stand against each other. */
  @Post('reopen')
  @HttpCode(200)
  @ApiOperation({ summary: 'Open a conflict of an encounter or a message again that a person closed' })
  reopen(
    @Param('id', { schema: id }) conflict: string,
    @Body({ schema: reopen }) body: z.infer<typeof reopen>,
  ): Promise<ConflictData> {
    return this.conflicts.reopen(conflict, body);
  }
}
