import type { DataOf, messageFailureChanged } from '@wardstream/events';
import { asMs, iso, type Tx } from '@wardstream/persistence';
import type { BedRef } from './bed.rows.js';

export type MessageFailure = DataOf<typeof messageFailureChanged>;

/**
 * Keeps what admissions told of messages it did not apply; an older version changes nothing, and one that names nothing leaves what
 * was named.
 */
export async function saveFailures(tx: Tx, failures: readonly MessageFailure[]): Promise<void> {
  const names = 'cardinality(excluded.encounter_ids || excluded.beds || excluded.units) > 0';
  await tx.query(
    `INSERT INTO message_failure (message_id, facility, version, encounter_ids, beds, units, settled_at)
     SELECT DISTINCT ON ("messageId") "messageId", facility, version, "encounterIds", beds, units, "settledAt"
       FROM json_to_recordset($1::json) AS t ("messageId" text, facility text, version integer, "encounterIds" text[],
            beds text[], units text[], "settledAt" timestamptz)
      ORDER BY "messageId", version DESC
     ON CONFLICT (message_id) DO UPDATE
        SET version = excluded.version, settled_at = excluded.settled_at,
            encounter_ids = CASE WHEN ${names} THEN excluded.encounter_ids ELSE message_failure.encounter_ids END,
            beds = CASE WHEN ${names} THEN excluded.beds ELSE message_failure.beds END,
            units = CASE WHEN ${names} THEN excluded.units ELSE message_failure.units END
      WHERE message_failure.version < excluded.version`,
    [JSON.stringify(failures)],
  );
}

/** Messages that wait for a person still. */
export async function openFailures(
  tx: Tx,
): Promise<Pick<MessageFailure, 'facility' | 'encounterIds' | 'beds' | 'units'>[]> {
  return await tx.query<Pick<MessageFailure, 'facility' | 'encounterIds' | 'beds' | 'units'>>(
    'SELECT facility, encounter_ids AS "encounterIds", beds, units FROM message_failure WHERE settled_at IS NULL',
  );
}

/** The beds that show one of these encounters now, or keep a place for it. */
export async function bedsShowing(tx: Tx, encounterIds: readonly string[]): Promise<BedRef[]> {
  if (encounterIds.length === 0) return [];
  return await tx.query<BedRef>(
    `SELECT facility, bed_id AS "bedId" FROM bed_claim WHERE encounter_id = ANY ($1) AND upper_inf(during)
      UNION
     SELECT facility, bed_id FROM bed_hold WHERE encounter_id = ANY ($1) AND over_at = 'infinity'`,
    [encounterIds],
  );
}

export async function bedsOfUnits(tx: Tx, units: readonly { facility: string; unit: string }[]): Promise<BedRef[]> {
  if (units.length === 0) return [];
  return await tx.query<BedRef>(
    `SELECT b.facility, b.id AS "bedId" FROM bed b
       JOIN json_to_recordset($1::json) AS t (facility text, unit text)
         ON b.facility = t.facility AND b.definition ->> 'unit' = t.unit`,
    [JSON.stringify(units)],
  );
}

/** Beds in doubt now. */
export async function bedsInDoubt(tx: Tx): Promise<BedRef[]> {
  return await tx.query<BedRef>('SELECT facility, id AS "bedId" FROM bed WHERE doubt_since IS NOT NULL');
}

export async function setDoubt(tx: Tx, beds: readonly (BedRef & { readonly since: number | null })[]): Promise<void> {
  if (beds.length === 0) return;
  await tx.query(
    `UPDATE bed b SET doubt_since = t.since
       FROM json_to_recordset($1::json) AS t (facility text, "bedId" text, since timestamptz)
      WHERE b.facility = t.facility AND b.id = t."bedId"`,
    [JSON.stringify(beds.map((b) => ({ ...b, since: b.since === null ? null : iso(b.since) })))],
  );
}

export interface FacilityDoubt {
  readonly facility: string;
  readonly version: number;
  readonly since: number | null;
}

/**
 * Marks the facilities of which something cannot be said to concern certain beds, and frees the others of the mark. Gives those that
 * changed. `everywhere`: not even the facility is known.
 */
export async function doubtFacilities(
  tx: Tx,
  facilities: readonly string[],
  everywhere: boolean,
  now: number,
): Promise<FacilityDoubt[]> {
  const rows = await tx.query<FacilityDoubt>(
    `UPDATE facility SET doubt_since = CASE WHEN doubt_since IS NULL THEN $3::timestamptz END, doubt_version = doubt_version + 1
      WHERE (doubt_since IS NOT NULL) <> ($2 OR id = ANY ($1))
     RETURNING id AS facility, doubt_version AS version, ${asMs('doubt_since', 'since')}`,
    [facilities, everywhere, iso(now)],
  );
  return rows;
}

/** Since when something told of the facility waits of which the beds cannot be told, milliseconds; null where nothing does. */
export async function facilityDoubt(tx: Tx, facility: string): Promise<number | null> {
  const [row] = await tx.query<{ since: number | null }>(
    `SELECT ${asMs('doubt_since', 'since')} FROM facility WHERE id = $1`,
    [facility],
  );
  return row?.since ?? null;
}
