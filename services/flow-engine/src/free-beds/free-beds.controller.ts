import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { freeBedList, type FreeBedQuery, freeBedQuery } from '@wardstream/api-contract';
import { freeBeds, isHard, needsOf } from '@wardstream/flow-model';
import type { Clock } from '@wardstream/kernel';
import { Allow, Answers, CLOCK } from '@wardstream/service-kit';
import { FacilityRegistry } from '../facility-memory/facility-registry.js';

@ApiTags('flow')
@Controller('api/v1/facilities/:facility/free-beds')
export class FreeBedsController {
  constructor(
    private readonly known: FacilityRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Beds that are free or will be, with when, why, and what each lacks of what is looked for. No word of who is in them. */
  @Get()
  @Answers(freeBedList)
  @Allow('board.read')
  @ApiOperation({ summary: 'Beds that are free or will be, for what is needed' })
  list(@Param('facility') facility: string, @Query({ schema: freeBedQuery }) query: FreeBedQuery) {
    const { state } = this.known.configured(facility).live;
    const now = this.clock.nowMs();
    const { sex = null, levelOfCare = null, specialty = null, unit = null, isolation = 'none', equipment = [] } = query;
    const needs = needsOf({ isolation, telemetry: false, equipment });
    const found = freeBeds(state, { sex, levelOfCare, specialty, unit, needs }, now, query.within);
    const suitable = found.filter((bed) => !bed.misfits.some(isHard));
    const free = suitable.filter((bed) => bed.why === 'free').length;
    return {
      facility,
      asOf: new Date(now).toISOString(),
      items: found.slice(0, query.limit),
      counts: { free, soon: suitable.length - free, unsuitable: found.length - suitable.length },
    };
  }
}
