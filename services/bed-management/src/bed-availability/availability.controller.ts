import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Act, Allow, Answers, CurrentUser, type User } from '@wardstream/service-kit';
import { bed, type GiveBack, giveBack, type TakeOutOfUse, takeOutOfUse } from '@wardstream/api-contract';
import { ChangeAvailability } from './change-availability.js';

/** Takes beds out of use and gives them back. */
@ApiTags('beds')
@Controller('api/v1/facilities/:facility/beds/:bedId')
export class AvailabilityController {
  constructor(private readonly use: ChangeAvailability) {}

  @Post('block')
  @Act('bed.block')
  @HttpCode(200)
  @Answers(bed)
  @Allow('bed.block')
  block(
    @Param('facility') facility: string,
    @Param('bedId') bedId: string,
    @Body({ schema: takeOutOfUse }) body: TakeOutOfUse,
    @CurrentUser() user: User,
  ) {
    return this.use.change('block', { ...body, facility, bedId, user });
  }

  @Post('unblock')
  @Act('bed.unblock')
  @HttpCode(200)
  @Answers(bed)
  @Allow('bed.block')
  unblock(
    @Param('facility') facility: string,
    @Param('bedId') bedId: string,
    @Body({ schema: giveBack }) body: GiveBack,
    @CurrentUser() user: User,
  ) {
    return this.use.change('unblock', { ...body, facility, bedId, user });
  }

  @Post('close')
  @Act('bed.close')
  @HttpCode(200)
  @Answers(bed)
  @Allow('bed.open')
  close(
    @Param('facility') facility: string,
    @Param('bedId') bedId: string,
    @Body({ schema: takeOutOfUse }) body: TakeOutOfUse,
    @CurrentUser() user: User,
  ) {
    return this.use.change('close', { ...body, facility, bedId, user });
  }

  @Post('open')
  @Act('bed.open')
  @HttpCode(200)
  @Answers(bed)
  @Allow('bed.open')
  open(
    @Param('facility') facility: string,
    @Param('bedId') bedId: string,
    @Body({ schema: giveBack }) body: GiveBack,
    @CurrentUser() user: User,
  ) {
    return this.use.change('open', { ...body, facility, bedId, user });
  }

  @Post('open-surge')
  @Act('bed.open-surge')
  @HttpCode(200)
  @Answers(bed)
  @Allow('bed.open')
  openSurge(
    @Param('facility') facility: string,
    @Param('bedId') bedId: string,
    @Body({ schema: giveBack }) body: GiveBack,
    @CurrentUser() user: User,
  ) {
    return this.use.change('open-surge', { ...body, facility, bedId, user });
  }

  @Post('close-surge')
  @Act('bed.close-surge')
  @HttpCode(200)
  @Answers(bed)
  @Allow('bed.open')
  closeSurge(
    @Param('facility') facility: string,
    @Param('bedId') bedId: string,
    @Body({ schema: giveBack }) body: GiveBack,
    @CurrentUser() user: User,
  ) {
    return this.use.change('close-surge', { ...body, facility, bedId, user });
  }
}
