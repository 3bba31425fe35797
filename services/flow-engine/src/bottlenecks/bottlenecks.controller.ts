import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { bottleneckList } from '@wardstream/api-contract';
import { publishedBottleneck } from '@wardstream/flow-model';
import { nowIso, type Clock } from '@wardstream/kernel';
import { Allow, Answers, CLOCK } from '@wardstream/service-kit';
import { FacilityRegistry } from '../facility-memory/facility-registry.js';
import { Judging } from '../judging/judging.js';
import { PublishedBottlenecks } from '../flow-writes/published-bottlenecks.js';

const rank = { critical: 0, high: 1, warn: 2 } as const;

@ApiTags('flow')
@Controller('api/v1/facilities/:facility/bottlenecks')
export class BottlenecksController {
  constructor(
    private readonly known: FacilityRegistry,
    private readonly told: PublishedBottlenecks,
    private readonly judging: Judging,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The active ones: the most severe first, then the oldest, then by id. `measured` is the measure when it was told last. */
  @Get()
  @Answers(bottleneckList)
  @Allow('board.read')
  async list(@Param('facility') facility: string) {
    this.known.configured(facility);
    const active = (await this.told.of(facility)).map(publishedBottleneck);
    active.sort(
      (a, b) =>
        rank[a.severity] - rank[b.severity] ||
        (a.since === b.since ? (a.id < b.id ? -1 : 1) : a.since < b.since ? -1 : 1),
    );
    const notJudged = this.judging.of(facility);
    return { facility, asOf: nowIso(this.clock), ...(notJudged === null ? {} : { notJudged }), items: active };
  }
}
