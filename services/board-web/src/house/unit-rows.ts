import type { Severity, UnitConfiguration, UnitOccupancyData } from '@wardstream/events';
import { conflictCounts } from '../conflicts/conflict-counts.js';
import { stateOrder } from '../ui/labels.js';
import type { BoardState } from '../stream/board-state.js';
import { minutesSince } from '../time/duration.js';

export interface UnitRow {
  readonly unit: UnitConfiguration;
  /** Null until the unit's counts were received once. */
  readonly counts: UnitOccupancyData | null;
  readonly alerts: { readonly worst: Severity; readonly count: number } | null;
  readonly conflicts: number;
  /** Extra beds of the unit, and how many of them are open; null if it has none. */
  readonly surge: { readonly open: number; readonly total: number } | null;
}

const weight: Readonly<Record<Severity, number>> = { warn: 0, high: 1, critical: 2 };

/** One row for each configured unit, in configured order. */
export function unitRows(state: BoardState): UnitRow[] {
  const alerts = new Map<string, { worst: Severity; count: number }>();
  for (const a of state.alerts.values()) {
    if (a.unit === null || a.state === 'resolved') continue;
    const known = alerts.get(a.unit);
    const worst = known === undefined || weight[a.severity] > weight[known.worst] ? a.severity : known.worst;
    alerts.set(a.unit, { worst, count: (known?.count ?? 0) + 1 });
  }
  const conflicts = conflictCounts(state).byUnit;
  const surge = new Map<string, { open: number; total: number }>();
  for (const b of state.beds.values()) {
    if (!b.surge) continue;
    const known = surge.get(b.unit) ?? { open: 0, total: 0 };
    surge.set(b.unit, { open: known.open + (b.state === 'surge' ? 0 : 1), total: known.total + 1 });
  }
  return (state.facility?.units ?? []).map((unit) => ({
    unit,
    counts: state.units.get(unit.id) ?? null,
    alerts: alerts.get(unit.id) ?? null,
    conflicts: conflicts.get(unit.id) ?? 0,
    surge: surge.get(unit.id) ?? null,
  }));
}

export const sorts = ['pressure', 'unit', 'occupied', 'wait'] as const;
export type Sort = (typeof sorts)[number];

export const sortOf = (parameter: string | null): Sort => sorts.find((s) => s === parameter) ?? 'pressure';

/** The ids of the rows in the wanted order; equal rows keep the configured one, unknown values come last. */
export function sortedUnits(rows: readonly UnitRow[], sort: Sort, minute: number): string[] {
  const key = (row: UnitRow): number => {
    if (row.counts === null) return Number.NEGATIVE_INFINITY;
    if (sort === 'occupied') return row.counts.occupancyRate ?? Number.NEGATIVE_INFINITY;
    if (sort === 'pressure') return row.counts.pressure ?? Number.NEGATIVE_INFINITY;
    const wait = row.counts.oldestWait;
    return wait === null
      ? Number.NEGATIVE_INFINITY
      : minutesSince(wait.since, minute) / Math.max(wait.targetMinutes, 1);
  };
  if (sort === 'unit') return rows.map((r) => r.unit.id).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return rows
    .map((row, i) => ({ id: row.unit.id, key: key(row), i }))
    .sort((a, b) => (a.key === b.key ? a.i - b.i : b.key - a.key))
    .map((r) => r.id);
}

/** How many cells the longest row has; at least one. */
export function mostCells(rows: readonly UnitRow[]): number {
  const cells = rows.map(({ counts }) => (counts === null ? 0 : stateOrder.reduce((sum, s) => sum + counts[s], 0)));
  return Math.max(1, ...cells);
}

/** Where the tick of the act-at rate stands, in cells from the left. */
export function tickAt(counts: UnitOccupancyData): number | null {
  return counts.actAt === null ? null : counts.actAt * counts.denominator;
}
