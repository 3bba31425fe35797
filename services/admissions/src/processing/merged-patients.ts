import type { ConflictData } from '@wardstream/events';
import { deterministicId } from '@wardstream/kernel';
import type { Tx } from '@wardstream/persistence';
import { bedsHeldBy, type Identity } from '../domain/identities.js';
import { placeText } from '../domain/places.js';
import { conflictsById } from '../persistence/conflict.rows.js';
import { underWayOf } from '../persistence/encounter.rows.js';
import { closed, opened } from './conflict-data.js';

/**
 * Patients that were merged and are in two beds at once (docs/encounter-rules.md no. 12): both stays remain, and a conflict is open
 * as long as they do. `merged`: all identifiers of each patient concerned. Gives the conflicts to be saved.
 */
export async function mergedPatientsInBeds(
  tx: Tx,
  merged: readonly (readonly Identity[])[],
  now: string,
): Promise<ConflictData[]> {
  if (merged.length === 0) return [];
  const underWay = (await underWayOf(tx, merged.flat())).map((e) => ({ ...e, stays: e.view.stays }));
  const known = await conflictsById(tx, merged.flat().map(conflictIdOf));
  const changed: ConflictData[] = [];
  for (const identifiers of merged) {
    const held = bedsHeldBy(identifiers, underWay);
    for (const row of identifiers) {
      const conflict = known.get(conflictIdOf(row));
      if (held.length > 1 && row.id === row.survivor) {
        const facts = held.map(({ encounterId, stay }) => ({
          ...{ source: 'history', says: `in ${placeText(stay.place)}`, at: stay.from },
          ...{ recordedAt: null, receivedAt: null, encounterId },
        }));
        const disagreement = {
          ...{ id: conflictIdOf(row), kind: 'merged-patients-both-in-beds', severity: 'high' as const },
          ...{ facility: row.facility, subject: { type: 'encounter' as const, id: held[0]!.encounterId } },
          ...{ unit: held[0]!.stay.place.unit, facts },
        };
        const data = opened(disagreement, conflict, now);
        if (data !== null) changed.push(data);
      } else if (conflict !== undefined && conflict.closedAt === null) changed.push(closed(conflict, now));
    }
  }
  return changed;
}

function conflictIdOf({ id }: Identity): string {
  return deterministicId('conflict', id, 'merged-patients-both-in-beds');
}
