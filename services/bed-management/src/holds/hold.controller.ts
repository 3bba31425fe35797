import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser, Roles, type User, requestVersion } from '@wardstream/service-kit';
import { z } from 'zod';
import { time } from '../commands/command-time.js';
import { HoldBed } from './hold-bed.js';

const patient = {
  encounterId: z.string().min(1).max(100).optional(),
  visitNumber: z.string().min(1).max(100).optional(),
  bedRequestId: z.string().min(1).max(100).optional(),
};
/** Why a hard rule or a doubt is passed over, without names; kept with the hold and shown. */
const override = z.object({ reason: z.string().trim().min(3).max(200) }).optional();
const command = { expectedVersion: requestVersion.optional(), at: time.optional() };
const reserve = z.object({ ...patient, ...command, until: time.optional(), override });
const assign = z.object({ ...patient, ...command, override });
const release = z.object({ ...patient, ...command }).default({});

@ApiTags('beds')
@Controller('api/v1/facilities/:facility/beds/:bedId')
@Roles('bed-manager', 'department-system', 'administrator')
export class HoldController {
  constructor(private readonly holds: HoldBed) {}

  /**
   * Keeps the bed for a while. `warnings` says what the patient would better have. A bed that does not suit the patient is refused
   * (409 `bed-unsuitable`, with `reasons`) unless `override` says why it is right all the same.
   */
  @Post('reserve')
  @HttpCode(200)
  reserve(
    @Param('facility') facility: string,
    @Param('bedId') bedId: string,
    @Body({ schema: reserve }) body: z.infer<typeof reserve>,
    @CurrentUser() user: User,
  ) {
    return this.holds.hold({ ...body, facility, bedId, user, kind: 'reservation' });
  }

  /** Keeps the bed until the patient comes or it is released. Checked as `reserve` is. */
  @Post('assign')
  @HttpCode(200)
  assign(
    @Param('facility') facility: string,
    @Param('bedId') bedId: string,
    @Body({ schema: assign }) body: z.infer<typeof assign>,
    @CurrentUser() user: User,
  ) {
    return this.holds.hold({ ...body, facility, bedId, user, kind: 'assignment' });
  }

  @Post('release')
  @HttpCode(200)
  release(
    @Param('facility') facility: string,
    @Param('bedId') bedId: string,
    @Body({ schema: release }) body: z.infer<typeof release>,
    @CurrentUser() user: User,
  ) {
    return this.holds.release({ ...body, facility, bedId, user });
  }
}
