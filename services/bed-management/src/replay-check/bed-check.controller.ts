import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Roles } from '@wardstream/service-kit';
import { BedCheck, type BedReport } from './bed-check.js';

@ApiTags('beds')
@Controller('api/v1/replay-check/beds')
export class BedCheckController {
  constructor(private readonly check: BedCheck) {}

  /**
   * Derives every bed in use anew from all that is known of it and compares it with what is kept. Differences name bed and field, and
   * no value. Reads everything: meant for maintenance, harmless beside the daily work.
   */
  @Post()
  @HttpCode(200)
  @Roles('administrator')
  @ApiOperation({ summary: 'Whether every bed is what is known of it' })
  run(): Promise<BedReport> {
    return this.check.run();
  }
}
