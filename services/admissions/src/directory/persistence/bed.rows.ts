import type { BedData } from '@wardstream/events';
import { type BedState, bedStateOf } from '@wardstream/fhir';
import { jsonTexts, type Tx, unfolded } from '@wardstream/persistence';

/** A bed as it was last published, without its history and without who is in it. */
export type BedCopy = BedState & Pick<BedData, 'id' | 'facility' | 'unit' | 'room' | 'bed' | 'since' | 'cause'>;

export function bedCopyOf(bed: BedData): BedCopy {
  const { id, facility, unit, room, since, cause } = bed;
  return { ...bedStateOf(bed), id, facility, unit, room, bed: bed.bed, since, cause };
}

/** Keeps what is newer than what is known; gives that, each with the state it takes the place of. */
export async function saveBeds(
  tx: Tx,
  beds: readonly BedCopy[],
): Promise<{ readonly bed: BedCopy; readonly before: BedCopy | null }[]> {
  if (beds.length === 0) return [];
  const rows = await tx.query<{ i: string; before: BedCopy | null }>(
    `WITH told AS MATERIALIZED (
       SELECT t.*, b.data AS before
         FROM unnest($1::text[], $2::text[], $3::int[], ${unfolded('$4')}::json[])
              WITH ORDINALITY AS t (facility, id, version, data, i)
         LEFT JOIN bed b USING (facility, id)
     ), saved AS (
       INSERT INTO bed (facility, id, version, data)
       SELECT facility, id, version, data FROM told ORDER BY facility, id
       ON CONFLICT (facility, id) DO UPDATE SET version = excluded.version, data = excluded.data
        WHERE bed.version < excluded.version
       RETURNING facility, id
     )
     SELECT i, before FROM told WHERE ((facility, id) IN (SELECT facility, id FROM saved)) IS TRUE`,
    [beds.map((b) => b.facility), beds.map((b) => b.id), beds.map((b) => b.version), jsonTexts(beds)],
  );
  return rows.map(({ i, before }) => ({ bed: beds[Number(i) - 1]!, before }));
}

/** The beds of a facility by id; all of it, or those named. */
export async function bedsOf(tx: Tx, facility: string, ids?: readonly string[]): Promise<Map<string, BedCopy>> {
  const rows = await tx.query<{ data: BedCopy }>(
    'SELECT data FROM bed WHERE facility = $1 AND ($2::text[] IS NULL OR id = ANY($2))',
    [facility, ids ?? null],
  );
  return new Map(rows.map(({ data }) => [data.id, data]));
}
