import type { ConflictData } from '@wardstream/events';
import { deterministicId } from '@wardstream/kernel';
import type { Tx } from '@wardstream/persistence';
import { identifierKey } from '../domain/identify.js';
import { placeText } from '../domain/places.js';
import { conflictsById } from '../persistence/conflict.rows.js';
import { underWayOf } from '../persistence/encounter.rows.js';
import type { IdentityRow } from '../persistence/identity.rows.js';
import { closed, opened } from './conflict-data.js';

/**
 * Patients that were merged and are in two beds at once (docs/encounter-rules.md no. 12): both stays remain, and a conflict is open
 * as long as they do. `merged`: all identifiers of each patient concerned. Gives the conflicts to be saved.
 */
export async function mergedPatientsInBeds(
  tx: Tx,
  merged: readonly (readonly IdentityRow[])[],
  now: string,
): Promise<ConflictData[]> {
  if (merged.length === 0) return [];
  const underWay = await underWayOf(tx, merged.flat());
  const known = await conflictsById(tx, merged.flat().map(conflictIdOf));
  const changed: ConflictData[] = [];
  for (const identifiers of merged) {
    const keys = new Set(identifiers.map((row) => `${row.facility} ${identifierKey(row)}`));
    const held = underWay
      .filter((e) => keys.has(`${e.facility} ${identifierKey(e.patient)}`))
      .flatMap(({ encounterId, view }) => {
        const stay = view.stays.find((s) => s.to === null && s.holdsBed);
        return stay === undefined ? [] : [{ encounterId, stay }];
      })
      .sort((a, b) => (a.encounterId < b.encounterId ? -1 : 1));
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

function conflictIdOf({ id }: IdentityRow): string {
  return deterministicId('conflict', id, 'merged-patients-both-in-beds');
}
