import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { occupancy, type OccupancyQuery, occupancyQuery } from '@wardstream/api-contract';
import { Allow, Answers } from '@wardstream/service-kit';
import { FacilityOccupancy, type OccupancyAnswer } from './facility-occupancy.js';

@ApiTags('flow')
@Controller('api/v1/facilities/:facility/occupancy')
export class OccupancyController {
  constructor(private readonly figures: FacilityOccupancy) {}

  /** Figures of every unit and the totals of the house, now or as of an earlier event time by what is known today. */
  @Get()
  @Answers(occupancy)
  @Allow('board.read')
  async get(
    @Param('facility') facility: string,
    @Query({ schema: occupancyQuery }) { at }: OccupancyQuery,
  ): Promise<OccupancyAnswer> {
    return at === undefined ? this.figures.now(facility) : this.figures.asOf(facility, at);
  }
}
