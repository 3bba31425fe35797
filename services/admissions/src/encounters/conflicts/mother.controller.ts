import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { motherOf, type NameMother, nameMother, type WithdrawMother, withdrawMother } from '@wardstream/api-contract';
import { DomainError } from '@wardstream/kernel';
import { type Tx, UnitOfWork } from '@wardstream/persistence';
import {
  Act,
  Allow,
  Answers,
  checkFacility,
  CurrentUser,
  KeepsToFacilities,
  noteAct,
  type User,
} from '@wardstream/service-kit';
import { z } from 'zod';
import { type EncounterRow, encountersById, lockFacilities } from '../persistence/encounter.rows.js';
import { PatientDecisions } from './patient-decisions.js';

const id = z.uuid();

/** That a visit is that of a newborn, and whose: where no sender says so in PID-21. */
@ApiTags('conflicts')
@Controller('api/v1/encounters/:id/mother')
@Allow('conflict.settle')
@KeepsToFacilities('handler')
export class MotherController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly decisions: PatientDecisions,
  ) {}

  /** Mother and newborn share any bed that both come to without dispute from then on. A repeat changes nothing. */
  @Post()
  @Act('mother.name')
  @HttpCode(200)
  @Answers(motherOf)
  @ApiOperation({ summary: 'Say who the mother of a newborn is: both may be in one bed' })
  name(
    @Param('id', { schema: id }) newborn: string,
    @Body({ schema: nameMother }) body: NameMother,
    @CurrentUser() user: User,
  ): Promise<{ id: string; mother: string }> {
    return this.change(user, [newborn, body.mother], async (tx, [child, mother]) => {
      await this.decisions.nameMother(tx, child!, mother!, { closedBy: user.subject, reason: body.reason });
      return { id: newborn, mother: body.mother };
    });
  }

  /** Takes back what a person said; what a sender says stands. */
  @Post('withdraw')
  @Act('mother.withdraw')
  @HttpCode(200)
  @Answers(motherOf)
  @ApiOperation({ summary: 'Take back who the mother of a newborn is' })
  withdraw(
    @Param('id', { schema: id }) newborn: string,
    @Body({ schema: withdrawMother }) body: WithdrawMother,
    @CurrentUser() user: User,
  ): Promise<{ id: string; mother: null }> {
    return this.change(user, [newborn], async (tx, [child]) => {
      await this.decisions.withdrawMother(tx, child!, { closedBy: user.subject, reason: body.reason });
      return { id: newborn, mother: null };
    });
  }

  private change<T>(
    user: User,
    ids: readonly string[],
    change: (tx: Tx, visits: EncounterRow[]) => Promise<T>,
  ): Promise<T> {
    return this.unitOfWork.run(async (tx) => {
      const facilities = new Set((await visitsById(tx, ids)).map((v) => v.facility));
      for (const facility of facilities) checkFacility(user, facility);
      noteAct({ encounters: ids });
      for (const facility of facilities) noteAct({ facility });
      await lockFacilities(tx, [...facilities]);
      // What was read before the lock may have changed until then.
      return change(tx, await visitsById(tx, ids));
    });
  }
}

async function visitsById(tx: Tx, ids: readonly string[]): Promise<EncounterRow[]> {
  const found = await encountersById(tx, ids);
  return ids.map((visit) => {
    const row = found.get(visit);
    if (row === undefined) throw new DomainError('not-found', 'encounter-not-found', 'There is no such encounter.');
    return row;
  });
}
