import { Controller, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { replayCheckReport } from '@wardstream/api-contract';
import { Act, Allow, Answers, type CheckCall, checkCall } from '@wardstream/service-kit';
import { ReplayCheck, type ReplayReport } from './replay-check.js';

@ApiTags('intake')
@Controller('api/v1/replay-check')
export class ReplayCheckController {
  constructor(private readonly check: ReplayCheck) {}

  /**
   * Derives every encounter anew from the stored messages and compares it with what is kept. Differences name encounter and field,
   * and no value. Answers within a minute: with `next`, unless everything was compared by then; the call with that as `after` goes on
   * from there. Meant for maintenance, harmless beside intake.
   */
  @Post()
  @Act('records.check')
  @HttpCode(200)
  @Answers(replayCheckReport)
  @Allow('records.check')
  @ApiOperation({ summary: 'Whether what is kept is what the stored messages say' })
  run(@Query({ schema: checkCall }) call: CheckCall): Promise<ReplayReport> {
    return this.check.run(call);
  }
}
