import { Controller, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { bedCheckReport } from '@wardstream/api-contract';
import { Act, Allow, Answers, type CheckCall, checkCall } from '@wardstream/service-kit';
import { BedCheck, type BedReport } from './bed-check.js';

@ApiTags('beds')
@Controller('api/v1/replay-check/beds')
export class BedCheckController {
  constructor(private readonly check: BedCheck) {}

  /**
   * Derives every bed in use anew from all that is known of it and compares it with what is kept. Differences name bed and field, and
   * no value. Answers within a minute: with `next`, unless everything was compared by then; the call with that as `after` goes on
   * from there. Meant for maintenance, harmless beside the daily work.
   */
  @Post()
  @Act('records.check')
  @HttpCode(200)
  @Answers(bedCheckReport)
  @Allow('records.check')
  @ApiOperation({ summary: 'Whether every bed is what is known of it' })
  run(@Query({ schema: checkCall }) call: CheckCall): Promise<BedReport> {
    return this.check.run(call);
  }
}
