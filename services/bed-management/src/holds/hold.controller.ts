import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  type AssignBed,
  assignBed,
  bed,
  heldBed,
  type ReleaseBed,
  releaseBed,
  type ReserveBed,
  reserveBed,
} from '@wardstream/api-contract';
import { Act, Allow, Answers, CurrentUser, type User } from '@wardstream/service-kit';
import { HoldBed } from './hold-bed.js';

@ApiTags('beds')
@Controller('api/v1/facilities/:facility/beds/:bedId')
@Allow('bed.reserve')
export class HoldController {
  constructor(private readonly holds: HoldBed) {}

  /**
   * Keeps the bed for a while. `warnings` says what the patient would better have. A bed that does not suit the patient is refused
   * (409 `bed-unsuitable`, with `reasons`) unless `override` says why it is right all the same.
   */
  @Post('reserve')
  @Act('bed.reserve')
  @HttpCode(200)
  @Answers(heldBed)
  reserve(
    @Param('facility') facility: string,
    @Param('bedId') bedId: string,
    @Body({ schema: reserveBed }) body: ReserveBed,
    @CurrentUser() user: User,
  ) {
    return this.holds.hold({ ...body, facility, bedId, user, kind: 'reservation' });
  }

  /** Keeps the bed until the patient comes or it is released. Checked as `reserve` is. */
  @Post('assign')
  @Act('bed.assign')
  @HttpCode(200)
  @Answers(heldBed)
  assign(
    @Param('facility') facility: string,
    @Param('bedId') bedId: string,
    @Body({ schema: assignBed }) body: AssignBed,
    @CurrentUser() user: User,
  ) {
    return this.holds.hold({ ...body, facility, bedId, user, kind: 'assignment' });
  }

  @Post('release')
  @Act('bed.release')
  @HttpCode(200)
  @Answers(bed)
  release(
    @Param('facility') facility: string,
    @Param('bedId') bedId: string,
    @Body({ schema: releaseBed }) body: ReleaseBed,
    @CurrentUser() user: User,
  ) {
    return this.holds.release({ ...body, facility, bedId, user });
  }
}
