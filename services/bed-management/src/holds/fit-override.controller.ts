import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FitOverrideQuery, fitOverrideList, fitOverrideQuery } from '@wardstream/api-contract';
import { UnitOfWork } from '@wardstream/persistence';
import { Allow, Answers } from '@wardstream/service-kit';
import { facilityCalled } from '../persistence/facility.rows.js';
import { overriddenHolds } from '../persistence/hold.rows.js';

@ApiTags('beds')
@Controller('api/v1/facilities/:facility/fit-overrides')
@Allow('board.read')
export class FitOverrideController {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Beds that were kept for patients whom they do not suit, with who said why: the latest first. */
  @Get()
  @Answers(fitOverrideList)
  list(@Param('facility') name: string, @Query({ schema: fitOverrideQuery }) query: FitOverrideQuery) {
    return this.unitOfWork.read(async (tx) => {
      const { id: facility } = await facilityCalled(tx, name);
      const from = query.from === undefined ? -Infinity : Date.parse(query.from);
      return { facility, items: await overriddenHolds(tx, { facility, from, limit: query.limit }) };
    });
  }
}
