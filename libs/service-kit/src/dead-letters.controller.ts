import { Body, Controller, Get, HttpCode, Param, Post, Query, type Type } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  deadLetterList,
  type DeadLetterQuery,
  deadLetterQuery,
  type DiscardDeadLetter,
  discardDeadLetter,
  type DiscardDeadLetters,
  discardDeadLetters,
  doneOnAll,
  type RedriveDeadLetter,
  redriveDeadLetter,
  type RedriveDeadLetters,
  redriveDeadLetters,
} from '@wardstream/api-contract';
import { DeadLetters } from '@wardstream/messaging';
import { z } from 'zod';
import { Allow, CurrentUser, type User } from './access/allow.js';
import { Act } from './audit/act.js';
import { Answers } from './http/answers.js';

const id = z.uuid();

/** The list of what a service could not handle, and what a person can do about it, under the service's own path. */
export function deadLettersController(service: string): Type {
  @ApiTags('dead letters')
  @Controller(`api/v1/dead-letters/${service}`)
  class DeadLettersController {
    constructor(private readonly deadLetters: DeadLetters) {}

    @Get()
    @Answers(deadLetterList)
    @Allow('message.read')
    list(@Query({ schema: deadLetterQuery }) { state, ...query }: DeadLetterQuery) {
      return this.deadLetters.list({ ...query, states: state === 'all' ? ['dead', 'retrying'] : [state] });
    }

    /** All dead ones that match, in order within every aggregate; a thousand at most at once, `left` says how many remain. */
    @Post('redrive')
    @Act('dead-letter.redrive')
    @HttpCode(202)
    @Answers(doneOnAll, 202)
    @Allow('message.mend')
    redriveAll(@Body({ schema: redriveDeadLetters }) body: RedriveDeadLetters) {
      return this.deadLetters.redriveAll(body);
    }

    @Post('discard')
    @Act('dead-letter.discard')
    @HttpCode(202)
    @Answers(doneOnAll, 202)
    @Allow('message.mend')
    discardAll(@Body({ schema: discardDeadLetters }) body: DiscardDeadLetters, @CurrentUser() user: User) {
      const { reason: why, ...of } = body;
      return this.deadLetters.discardAll(of, user.subject, why);
    }

    @Post(':id/redrive')
    @Act('dead-letter.redrive')
    @HttpCode(202)
    @Allow('message.mend')
    async redrive(
      @Param('id', { schema: id }) letter: string,
      @Body({ schema: redriveDeadLetter }) body: RedriveDeadLetter,
    ) {
      await this.deadLetters.redrive(letter, body.data);
    }

    @Post(':id/discard')
    @Act('dead-letter.discard')
    @HttpCode(202)
    @Allow('message.mend')
    async discard(
      @Param('id', { schema: id }) letter: string,
      @Body({ schema: discardDeadLetter }) body: DiscardDeadLetter,
      @CurrentUser() user: User,
    ) {
      await this.deadLetters.discard(letter, user.subject, body.reason);
    }
  }
  return DeadLettersController;
}
