import type { FacilityData } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';

/** Keeps a facility's configuration. False if the same or a later version is known. */
export async function saveFacility(tx: Tx, facility: FacilityData): Promise<boolean> {
  const rows = (await tx.query(
    `INSERT INTO facility (id, version, data) VALUES ($1, $2, $3)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, data = excluded.data
      WHERE facility.version < excluded.version
     RETURNING id`,
    [facility.id, facility.version, JSON.stringify(facility)],
  )) as unknown[];
  return rows.length > 0;
}
