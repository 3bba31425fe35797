import { Body, Controller, Get, HttpCode, Param, Post, Query, type Type } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DeadLetters } from '@wardstream/messaging';
import { z } from 'zod';
import { CurrentUser, Roles, type User } from './access/roles.js';

const text = z.string().min(1).max(200).optional();
const filter = { cause: text, type: text, facility: text, search: text };
const page = z.object({
  ...filter,
  state: z.enum(['dead', 'retrying', 'all']).default('dead'),
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
const redriveAll = z.strictObject(filter).default({});
const redrive = z.object({ data: z.unknown().optional() });
const reason = z.string().trim().min(3).max(500);
const discard = z.object({ reason });
const discardAll = z.strictObject({ ...filter, reason });
const id = z.uuid();

/** The list of what a service could not handle, and what a person can do about it, under the service's own path. */
export function deadLettersController(service: string): Type {
  @ApiTags('dead letters')
  @Controller(`api/v1/dead-letters/${service}`)
  class DeadLettersController {
    constructor(private readonly deadLetters: DeadLetters) {}

    @Get()
    @Roles('administrator', 'auditor', 'operations-manager')
    list(@Query({ schema: page }) { state, ...query }: z.infer<typeof page>) {
      return this.deadLetters.list({ ...query, states: state === 'all' ? ['dead', 'retrying'] : [state] });
    }

    /** All dead ones that match, in order within every aggregate; a thousand at most at once, `left` says how many remain. */
    @Post('redrive')
    @HttpCode(202)
    @Roles('administrator')
    redriveAll(@Body({ schema: redriveAll }) body: z.infer<typeof redriveAll>) {
      return this.deadLetters.redriveAll(body);
    }

    @Post('discard')
    @HttpCode(202)
    @Roles('administrator')
    discardAll(@Body({ schema: discardAll }) body: z.infer<typeof discardAll>, @CurrentUser() user: User) {
      const { reason: why, ...of } = body;
      return this.deadLetters.discardAll(of, user.subject, why);
    }

    @Post(':id/redrive')
    @HttpCode(202)
    @Roles('administrator')
    async redrive(
      @Param('id', { schema: id }) letter: string,
      @Body({ schema: redrive }) body: z.infer<typeof redrive>,
    ) {
      await this.deadLetters.redrive(letter, body.data);
    }

    @Post(':id/discard')
    @HttpCode(202)
    @Roles('administrator')
    async discard(
      @Param('id', { schema: id }) letter: string,
      @Body({ schema: discard }) body: z.infer<typeof discard>,
      @CurrentUser() user: User,
    ) {
      await this.deadLetters.discard(letter, user.subject, body.reason);
    }
  }
  return DeadLettersController;
}
