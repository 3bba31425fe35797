import type { BedView } from '@wardstream/api-contract';
import type { ConflictData } from '@wardstream/events';

/** Conflicts by the visits that they are about. Built once for each state of the board: every tile asks. */
const byVisit = new WeakMap<ReadonlyMap<string, ConflictData>, ReadonlyMap<string, readonly ConflictData[]>>();

function ofVisits(conflicts: ReadonlyMap<string, ConflictData>): ReadonlyMap<string, readonly ConflictData[]> {
  const known = byVisit.get(conflicts);
  if (known !== undefined) return known;
  const map = new Map<string, ConflictData[]>();
  for (const conflict of conflicts.values()) {
    if (conflict.subject.type !== 'encounter') continue;
    const about = new Set([conflict.subject.id, ...conflict.facts.flatMap((f) => f.encounterId ?? [])]);
    for (const id of about) map.set(id, [...(map.get(id) ?? []), conflict]);
  }
  byVisit.set(conflicts, map);
  return map;
}

/** The open conflicts of a bed's own facts, and then those of the visits in it: what the drawer shows. */
export function conflictsOfBed(bed: BedView, conflicts: ReadonlyMap<string, ConflictData>): readonly ConflictData[] {
  const visits = ofVisits(conflicts);
  const of = [...bed.conflicts.flatMap((c) => conflicts.get(c.id) ?? [])];
  for (const { encounterId } of bed.occupants) of.push(...(visits.get(encounterId) ?? []));
  return [...new Set(of)];
}

/** Of the conflicts of the visits in a bed those that its tile shows: the bed may not be what it looks like. */
export function visitConflictsOnTile(
  bed: BedView,
  conflicts: ReadonlyMap<string, ConflictData>,
): readonly ConflictData[] {
  return conflictsOfBed(bed, conflicts).filter((c) => c.subject.type === 'encounter' && c.severity === 'high');
}
