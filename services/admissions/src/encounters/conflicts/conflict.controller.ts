import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  type CloseEncounterConflict,
  closeEncounterConflict,
  conflict,
  type ReopenConflict,
  reopenConflict,
} from '@wardstream/api-contract';
import type { ConflictData } from '@wardstream/events';
import { Act, Allow, Answers, CurrentUser, KeepsToFacilities, type User } from '@wardstream/service-kit';
import { z } from 'zod';
import { DecideConflict } from './decide-conflict.js';

const id = z.uuid();

/** Conflicts of encounters and messages, closed by a person. Beds have theirs at `bed-conflicts`. */
@ApiTags('conflicts')
@Controller('api/v1/encounter-conflicts/:id')
@Allow('conflict.settle')
@KeepsToFacilities('handler')
export class EncounterConflictController {
  constructor(private readonly conflicts: DecideConflict) {}

  /**
   * Closes it for a reason. Nothing of the encounter changes by that alone; with `joinVisits` the visits are one from then on, with
   * `endVisit` one of them is over, and both are kept as facts. Answers the conflict as it is then.
   */
  @Post('close')
  @Act('conflict.close')
  @HttpCode(200)
  @Answers(conflict)
  @ApiOperation({
    summary: 'Close a conflict of an encounter or a message, with a reason',
    description:
      'With joinVisits the visits under several numbers are one; with endVisit the visit of that encounter ended when the other one began. Both can be taken back by reopen.',
  })
  close(
    @Param('id', { schema: id }) conflictId: string,
    @Body({ schema: closeEncounterConflict }) body: CloseEncounterConflict,
    @CurrentUser() user: User,
  ): Promise<ConflictData> {
    return this.conflicts.close(conflictId, user, body);
  }

  /** Takes a person's closing back, and what they did by it, while the same facts still stand against each other. */
  @Post('reopen')
  @Act('conflict.reopen')
  @HttpCode(200)
  @Answers(conflict)
  @ApiOperation({ summary: 'Open a conflict of an encounter or a message again that a person closed' })
  reopen(
    @Param('id', { schema: id }) conflictId: string,
    @Body({ schema: reopenConflict }) body: ReopenConflict,
    @CurrentUser() user: User,
  ): Promise<ConflictData> {
    return this.conflicts.reopen(conflictId, user, body);
  }
}
