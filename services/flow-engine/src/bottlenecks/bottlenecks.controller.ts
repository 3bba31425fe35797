import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { publishedBottleneck } from '@wardstream/flow-model';
import { nowIso, type Clock } from '@wardstream/kernel';
import { ANY_ROLE, CLOCK, Roles } from '@wardstream/service-kit';
import { FacilitySnapshots } from '../facility-cache/facility-snapshots.js';

const rank = { critical: 0, high: 1, warn: 2 } as const;

@ApiTags('flow')
@Controller('api/v1/facilities/:facility/bottlenecks')
export class BottlenecksController {
  constructor(
    private readonly snapshots: FacilitySnapshots,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The active ones: the most severe first, then the oldest. `measured` is the measure when it was told last. */
  @Get()
  @Roles(...ANY_ROLE)
  async list(@Param('facility') facility: string) {
    const { bottlenecks } = await this.snapshots.ofKnown(facility);
    const active = [...bottlenecks.values()].map(publishedBottleneck);
    active.sort((a, b) => rank[a.severity] - rank[b.severity] || (a.since < b.since ? -1 : 1));
    return { facility, asOf: nowIso(this.clock), items: active };
  }
}
