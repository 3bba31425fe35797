import { conflictData, instant } from '@wardstream/events';
import { z } from 'zod';
import type { ReadonlyLists } from '../answer.js';
import { limitOf } from '../fields.js';

export const conflictQuery = z.object({
  facility: z.string().optional(),
  state: z.enum(['open', 'closed', 'all']).default('open'),
  limit: limitOf(1000, 200),
});
export type ConflictQuery = z.output<typeof conflictQuery>;

/** A conflict as whoever decides it is answered. */
export const conflict = conflictData.meta({ id: 'Conflict' });

/** `total` counts those beyond `limit` too. */
export const conflictList = z
  .object({ asOf: instant, total: z.int(), items: z.array(conflict) })
  .meta({ id: 'ConflictList' });
export type ConflictList = ReadonlyLists<z.infer<typeof conflictList>>;
