import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  type CloseBedConflict,
  closeBedConflict,
  conflict,
  type ReopenConflict,
  reopenConflict,
} from '@wardstream/api-contract';
import type { ConflictData } from '@wardstream/events';
import { Act, Allow, Answers, CurrentUser, KeepsToFacilities, type User } from '@wardstream/service-kit';
import { z } from 'zod';
import { DecideConflict } from './decide-conflict.js';

const id = z.uuid();

/** Conflicts of beds, closed by a person. Encounters and messages have theirs at `encounter-conflicts`. */
@ApiTags('conflicts')
@Controller('api/v1/bed-conflicts/:id')
@Allow('conflict.settle-bed')
@KeepsToFacilities('handler')
export class BedConflictController {
  constructor(private readonly conflicts: DecideConflict) {}

  /** Closes it for a reason; of a disputed bed it needs to be told which visit is in it, or that both are. Answers the conflict as it is then. */
  @Post('close')
  @Act('conflict.close')
  @HttpCode(200)
  @Answers(conflict)
  @ApiOperation({ summary: 'Close a conflict of a bed, with a reason' })
  close(
    @Param('id', { schema: id }) conflictId: string,
    @Body({ schema: closeBedConflict }) body: CloseBedConflict,
    @CurrentUser() user: User,
  ): Promise<ConflictData> {
    return this.conflicts.close({ ...body, id: conflictId, user });
  }

  /** Takes a person's closing back while the same facts still stand against each other. */
  @Post('reopen')
  @Act('conflict.reopen')
  @HttpCode(200)
  @Answers(conflict)
  @ApiOperation({ summary: 'Open a conflict of a bed again that a person closed' })
  reopen(
    @Param('id', { schema: id }) conflictId: string,
    @Body({ schema: reopenConflict }) body: ReopenConflict,
    @CurrentUser() user: User,
  ): Promise<ConflictData> {
    return this.conflicts.reopen({ ...body, id: conflictId, user });
  }
}
