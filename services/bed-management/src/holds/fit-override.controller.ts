import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { UnitOfWork } from '@wardstream/persistence';
import { ANY_ROLE, Roles } from '@wardstream/service-kit';
import { z } from 'zod';
import { time } from '../commands/command-time.js';
import { facilityCalled } from '../persistence/facility.rows.js';
import { overriddenHolds } from '../persistence/hold.rows.js';

const list = z.object({
  /** Those made from this time on. */
  from: time.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

@ApiTags('beds')
@Controller('api/v1/facilities/:facility/fit-overrides')
@Roles(...ANY_ROLE)
export class FitOverrideController {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Beds that were kept for patients whom they do not suit, with who said why: the latest first. */
  @Get()
  list(@Param('facility') name: string, @Query({ schema: list }) query: z.infer<typeof list>) {
    return this.unitOfWork.read(async (tx) => {
      const { id: facility } = await facilityCalled(tx, name);
      const from = query.from === undefined ? -Infinity : Date.parse(query.from);
      return { facility, items: await overriddenHolds(tx, { facility, from, limit: query.limit }) };
    });
  }
}
