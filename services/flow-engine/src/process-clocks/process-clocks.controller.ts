import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { processClocks } from '@wardstream/flow-model';
import type { Clock } from '@wardstream/kernel';
import { ANY_ROLE, CLOCK, Roles } from '@wardstream/service-kit';
import { z } from 'zod';
import { FacilitySnapshots } from '../facility-cache/facility-snapshots.js';

const query = z.object({ unit: z.string().optional() });

@ApiTags('flow')
@Controller('api/v1/facilities/:facility/clocks')
export class ProcessClocksController {
  constructor(
    private readonly snapshots: FacilitySnapshots,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The running clocks, the furthest over its target first; `unit` keeps those that unit can end. */
  @Get()
  @Roles(...ANY_ROLE)
  async list(@Param('facility') facility: string, @Query({ schema: query }) { unit }: z.infer<typeof query>) {
    const { state } = await this.snapshots.ofKnown(facility);
    const now = this.clock.nowMs();
    const clocks = processClocks(state, now).filter((c) => unit === undefined || c.unit === unit);
    return {
      facility,
      asOf: new Date(now).toISOString(),
      items: clocks,
      /** Clocks whose facts contradict; in no average. */
      invalid: clocks.filter((c) => c.level === 'invalid').length,
    };
  }
}
