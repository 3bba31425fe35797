import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type ClockQuery, clockQuery, processClockList } from '@wardstream/api-contract';
import { processClocks } from '@wardstream/flow-model';
import type { Clock } from '@wardstream/kernel';
import { Allow, Answers, CLOCK } from '@wardstream/service-kit';
import { FacilityRegistry } from '../facility-memory/facility-registry.js';

@ApiTags('flow')
@Controller('api/v1/facilities/:facility/clocks')
export class ProcessClocksController {
  constructor(
    private readonly known: FacilityRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The running clocks, the furthest over its target first; `unit` keeps those that unit can end. */
  @Get()
  @Answers(processClockList)
  @Allow('board.read')
  list(@Param('facility') facility: string, @Query({ schema: clockQuery }) { unit }: ClockQuery) {
    const { state } = this.known.configured(facility).live;
    const now = this.clock.nowMs();
    const clocks = processClocks(state, now).filter((c) => unit === undefined || c.unit === unit);
    return {
      facility,
      asOf: new Date(now).toISOString(),
      items: clocks,
      invalid: clocks.filter((c) => c.level === 'invalid').length,
    };
  }
}
