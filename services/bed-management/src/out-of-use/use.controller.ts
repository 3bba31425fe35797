import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, Roles, type User, requestVersion } from '@wardstream/service-kit';
import { z } from 'zod';
import { time } from '../commands/command-time.js';
import { ChangeUse } from './change-use.js';

const command = { expectedVersion: requestVersion.optional(), at: time.optional() };
const reason = z.string().trim().min(2).max(200);
const withReason = z.object({
  ...command,
  reason,
  note: z.string().trim().max(500).optional(),
  until: time.optional(),
});
const plain = z.object(command).default({});

/** Takes beds out of use and gives them back. */
@ApiTags('beds')
@Controller('api/v1/facilities/:facility/beds/:bedId')
export class UseController {
  constructor(private readonly use: ChangeUse) {}

  @Post('block')
  @HttpCode(200)
  @Roles('bed-manager', 'department-system', 'department-staff', 'administrator')
  block(
    @Param('facility') facility: string,
    @Param('bedId') bedId: string,
    @Body({ schema: withReason }) body: z.infer<typeof withReason>,
    @CurrentUser() user: User,
  ) {
    return this.use.change('block', { ...body, facility, bedId, user });
  }

  @Post('unblock')
  @HttpCode(200)
  @Roles('bed-manager', 'department-system', 'department-staff', 'administrator')
  unblock(
    @Param('facility') facility: string,
    @Param('bedId') bedId: string,
    @Body({ schema: plain }) body: z.infer<typeof plain>,
    @CurrentUser() user: User,
  ) {
    return this.use.change('unblock', { ...body, facility, bedId, user });
  }

  @Post('close')
  @HttpCode(200)
  @Roles('bed-manager', 'department-system', 'operations-manager', 'administrator')
  close(
    @Param('facility') facility: string,
    @Param('bedId') bedId: string,
    @Body({ schema: withReason }) body: z.infer<typeof withReason>,
    @CurrentUser() user: User,
  ) {
    return this.use.change('close', { ...body, facility, bedId, user });
  }

  @Post('open')
  @HttpCode(200)
  @Roles('bed-manager', 'department-system', 'operations-manager', 'administrator')
  open(
    @Param('facility') facility: string,
    @Param('bedId') bedId: string,
    @Body({ schema: plain }) body: z.infer<typeof plain>,
    @CurrentUser() user: User,
  ) {
    return this.use.change('open', { ...body, facility, bedId, user });
  }

  @Post('open-surge')
  @HttpCode(200)
  @Roles('bed-manager', 'department-system', 'operations-manager', 'administrator')
  openSurge(
    @Param('facility') facility: string,
    @Param('bedId') bedId: string,
    @Body({ schema: plain }) body: z.infer<typeof plain>,
    @CurrentUser() user: User,
  ) {
    return this.use.change('open-surge', { ...body, facility, bedId, user });
  }

  @Post('close-surge')
  @HttpCode(200)
  @Roles('bed-manager', 'department-system', 'operations-manager', 'administrator')
  closeSurge(
    @Param('facility') facility: string,
    @Param('bedId') bedId: string,
    @Body({ schema: plain }) body: z.infer<typeof plain>,
    @CurrentUser() user: User,
  ) {
    return this.use.change('close-surge', { ...body, facility, bedId, user });
  }
}
