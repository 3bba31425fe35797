import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { ConflictData } from '@wardstream/events';
import { nowIso, type Clock } from '@wardstream/kernel';
import { ANY_ROLE, CLOCK, Roles } from '@wardstream/service-kit';
import { z } from 'zod';
import { BoardStore } from '../persistence/board-store.js';

const query = z.object({
  facility: z.string().optional(),
  state: z.enum(['open', 'closed', 'all']).default('open'),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

@ApiTags('board')
@Controller('api/v1/conflicts')
export class ConflictsController {
  constructor(
    private readonly store: BoardStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Facts that disagree, with both sides; the latest opened first; `total` counts those beyond `limit` too. Those that were closed are kept for 30 days. */
  @Get()
  @Roles(...ANY_ROLE)
  async list(
    @Query({ schema: query }) { facility, state, limit }: z.infer<typeof query>,
  ): Promise<{ asOf: string; total: number; items: ConflictData[] }> {
    const { total, items } = await this.store.conflicts({ facility: facility ?? null, state, limit });
    return { asOf: nowIso(this.clock), total, items: items.map((text) => JSON.parse(text) as ConflictData) };
  }
}
