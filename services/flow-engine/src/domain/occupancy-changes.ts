import type { UnitOccupancyData } from '@wardstream/events';
import { unitOccupancy, type FacilityView } from '@wardstream/flow-model';

/**
 * The figures of `units` that differ from what was published last, with the version they are to be published under. What
 * differs only in its time is not among them.
 */
export function changedOccupancies(
  view: FacilityView,
  units: Iterable<string>,
  published: ReadonlyMap<string, UnitOccupancyData>,
  now: number,
): UnitOccupancyData[] {
  const changed: UnitOccupancyData[] = [];
  for (const unit of units) {
    const figures = unitOccupancy(view, unit, now);
    if (figures === null) continue;
    const before = published.get(unit);
    const data = { ...figures, version: (before?.version ?? 0) + 1 };
    if (before === undefined || fingerprint(before) !== fingerprint(data)) changed.push(data);
  }
  return changed;
}

/** Everything but version and time, with the keys in one order: what was loaded and what was computed must compare. */
function fingerprint({ version: _version, asOf: _asOf, ...figures }: UnitOccupancyData): string {
  const flat = figures as Record<string, unknown>;
  return JSON.stringify(
    Object.keys(flat)
      .sort()
      .map((key) => flat[key]),
  );
}
