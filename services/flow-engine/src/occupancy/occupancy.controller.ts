import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ANY_ROLE, requestTime, Roles } from '@wardstream/service-kit';
import { z } from 'zod';
import { FacilityOccupancy, type OccupancyAnswer } from './facility-occupancy.js';

const query = z.object({
  at: requestTime
    .transform((text) => new Date(text).toISOString())
    .optional()
    .describe(
      'An event time; now unless given. Counted by what is known today: units, rooms and classes are those of today, also for that time.',
    ),
});

@ApiTags('flow')
@Controller('api/v1/facilities/:facility/occupancy')
export class OccupancyController {
  constructor(private readonly occupancy: FacilityOccupancy) {}

  /** Figures of every unit and the totals of the house, now or as of an earlier event time by what is known today. */
  @Get()
  @Roles(...ANY_ROLE)
  get(
    @Param('facility') facility: string,
    @Query({ schema: query }) { at }: z.infer<typeof query>,
  ): Promise<OccupancyAnswer> {
    return at === undefined ? this.occupancy.now(facility) : this.occupancy.asOf(facility, at);
  }
}
