import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { bedHistory, bedHistoryQuery } from '@wardstream/api-contract';
import { DomainError, nowIso, type Clock } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { Allow, Answers, CLOCK, nextOf, placeAfter } from '@wardstream/service-kit';
import { z } from 'zod';
import { bedEvents, hasBed, type HistoryPlace } from '../persistence/bed-events.rows.js';
import { facilityCalled } from '../persistence/facility.rows.js';

const place = z.object({ at: z.iso.datetime(), id: z.string().max(300) });
const page = bedHistoryQuery.extend({ after: placeAfter<HistoryPlace>(place, 'a page', 600).optional() });

/** The own history of beds: who was in them, cleaning, holds, blocks, conflicts and decisions. */
@ApiTags('beds')
@Controller('api/v1/facilities/:facility/beds/:bedId/history')
@Allow('bed.read-history')
export class BedHistoryController {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** The latest first, each with when it happened and when it was recorded; also of a bed that is empty, or not listed any more. */
  @Get()
  @Answers(bedHistory)
  page(
    @Param('facility') name: string,
    @Param('bedId') bedId: string,
    @Query({ schema: page }) { limit, after }: z.infer<typeof page>,
  ) {
    return this.unitOfWork.read(async (tx) => {
      const { id: facility } = await facilityCalled(tx, name);
      if (!(await hasBed(tx, { facility, bedId })))
        throw new DomainError('not-found', 'bed-not-found', 'The facility never had such a bed.');
      const found = await bedEvents(
        tx,
        { facility, bedId },
        { now: nowIso(this.clock), after: after ?? null, limit: limit + 1 },
      );
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const next =
        found.length > limit && last ? nextOf({ at: last.at.toISOString(), id: last.id } satisfies HistoryPlace) : null;
      return { facility, bedId, asOf: nowIso(this.clock), items, next };
    });
  }
}
