import type { BedData } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';

/** A bed as it was last published, without its history. */
export type KnownBed = Omit<BedData, 'history'>;

/** Keeps what is newer than what is known; gives that, each with the state it takes the place of. */
export async function saveBeds(
  tx: Tx,
  beds: readonly KnownBed[],
): Promise<{ readonly bed: KnownBed; readonly before: KnownBed | null }[]> {
  if (beds.length === 0) return [];
  return (await tx.query(
    `WITH told AS (
       SELECT b ->> 'facility' AS facility, b ->> 'id' AS id, (b ->> 'version')::int AS version, b AS data
         FROM json_array_elements($1::json) AS t (b)
     ), before AS (
       SELECT bed.facility, bed.id, bed.data FROM bed JOIN told USING (facility, id)
     ), saved AS (
       INSERT INTO bed (facility, id, version, data)
       SELECT facility, id, version, data FROM told ORDER BY facility, id
       ON CONFLICT (facility, id) DO UPDATE SET version = excluded.version, data = excluded.data
        WHERE bed.version < excluded.version
       RETURNING facility, id, data
     )
     SELECT saved.data AS bed, before.data AS before FROM saved LEFT JOIN before USING (facility, id)`,
    [JSON.stringify(beds)],
  )) as { bed: KnownBed; before: KnownBed | null }[];
}

/** The beds of a facility by id; all of it, or those named. */
export async function bedsOf(tx: Tx, facility: string, ids?: readonly string[]): Promise<Map<string, KnownBed>> {
  const rows = (await tx.query('SELECT data FROM bed WHERE facility = $1 AND ($2::text[] IS NULL OR id = ANY($2))', [
    facility,
    ids ?? null,
  ])) as { data: KnownBed }[];
  return new Map(rows.map(({ data }) => [data.id, data]));
}
