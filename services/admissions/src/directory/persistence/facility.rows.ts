import type { FacilityData } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';

/** Keeps a facility's configuration, unless the same or a later version is known. */
export async function saveFacility(tx: Tx, facility: FacilityData): Promise<void> {
  await tx.query(
    `INSERT INTO facility (id, version, data) VALUES ($1, $2, $3)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, data = excluded.data
      WHERE facility.version < excluded.version`,
    [facility.id, facility.version, JSON.stringify(facility)],
  );
}
