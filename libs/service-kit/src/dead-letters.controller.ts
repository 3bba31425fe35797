import { Body, Controller, Get, HttpCode, Param, Post, Query, type Type } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DeadLetters } from '@wardstream/messaging';
import { z } from 'zod';
import { CurrentUser, Roles, type User } from './access/roles.js';

const page = z.object({ limit: z.coerce.number().int().min(1).max(500).default(100) });
const redrive = z.object({ data: z.unknown().optional() });
const discard = z.object({ reason: z.string().min(3).max(500) });
const id = z.uuid();

/** The list of what a service could not handle, and what a person can do about it, under the service's own path. */
export function deadLettersController(service: string): Type {
  @ApiTags('dead letters')
  @Controller(`api/v1/dead-letters/${service}`)
  class DeadLettersController {
    constructor(private readonly deadLetters: DeadLetters) {}

    @Get()
    @Roles('administrator', 'auditor')
    list(@Query({ schema: page }) query: z.infer<typeof page>) {
      return this.deadLetters.list(query);
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
