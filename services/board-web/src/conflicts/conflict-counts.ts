import type { ConflictData } from '@wardstream/events';
import type { BoardState } from '../stream/board-state.js';

/** Open conflicts, each once: `total` = the units' own and `elsewhere`, those of no unit or of one that is not listed. */
export interface ConflictCounts {
  readonly total: number;
  readonly byUnit: ReadonlyMap<string, number>;
  readonly elsewhere: number;
}

const known = new WeakMap<ReadonlyMap<string, ConflictData>, { of: unknown; counts: ConflictCounts }>();

/** The one count of conflicts, wherever a page shows it: every open one, of any severity. */
export function conflictCounts({ conflicts, facility }: Pick<BoardState, 'conflicts' | 'facility'>): ConflictCounts {
  const before = known.get(conflicts);
  if (before !== undefined && before.of === facility) return before.counts;
  const units = new Set(facility?.units.map((u) => u.id));
  const byUnit = new Map<string, number>();
  let elsewhere = 0;
  for (const { unit } of conflicts.values()) {
    if (unit === null || !units.has(unit)) elsewhere += 1;
    else byUnit.set(unit, (byUnit.get(unit) ?? 0) + 1);
  }
  const counts = { total: conflicts.size, byUnit, elsewhere };
  known.set(conflicts, { of: facility, counts });
  return counts;
}
