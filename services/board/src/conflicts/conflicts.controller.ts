import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { covers } from '@wardstream/access';
import { conflictList, type ConflictQuery, conflictQuery } from '@wardstream/api-contract';
import type { ConflictData } from '@wardstream/events';
import { nowIso, type Clock } from '@wardstream/kernel';
import {
  Allow,
  Answers,
  checkFacility,
  CLOCK,
  CurrentUser,
  KeepsToFacilities,
  type User,
} from '@wardstream/service-kit';
import { BoardView } from '../view/board-view.js';

@ApiTags('board')
@Controller('api/v1/conflicts')
export class ConflictsController {
  constructor(
    private readonly view: BoardView,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Facts that disagree, with both sides; the latest opened first; `total` counts those beyond `limit` too. Those that were closed are kept for 30 days. */
  @Get()
  @Answers(conflictList)
  @KeepsToFacilities('handler')
  @Allow('board.read')
  list(@Query({ schema: conflictQuery }) { facility, state, limit }: ConflictQuery, @CurrentUser() user: User) {
    if (facility !== undefined) checkFacility(user, facility);
    const found = [...this.view.all()]
      .filter(({ id }) => (facility === undefined ? covers(user.facilities, id) : id === facility))
      .flatMap((board) => [...board.of('conflict')])
      .filter(({ endedAt }) => state === 'all' || (state === 'open') === (endedAt === null))
      .map(({ body }) => JSON.parse(body) as ConflictData)
      .sort((a, b) => compare(b.openedAt, a.openedAt) || compare(a.id, b.id));
    return { asOf: nowIso(this.clock), total: found.length, items: found.slice(0, limit) };
  }
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
