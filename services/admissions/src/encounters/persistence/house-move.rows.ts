import type { Tx } from '@wardstream/persistence';
import { EncounterMoved } from './encounter.rows.js';

/** A visit whose movements say that the patient came from another house, and the visit of the same number there. */
export interface HouseMove {
  readonly encounterId: string;
  readonly facility: string;
  /** The other house as PV1-6.4 names it. */
  readonly named: string;
  readonly leftId: string;
  readonly leftFacility: string;
}

/** Keeps what is new among them. */
export async function saveHouseMoves(tx: Tx, moves: readonly HouseMove[]): Promise<void> {
  if (moves.length === 0) return;
  await tx.query(
    `INSERT INTO house_move (encounter_id, facility, named, left_id, left_facility)
     SELECT r."encounterId", r.facility, r.named, r."leftId", r."leftFacility"
       FROM json_to_recordset($1::json) AS r ("encounterId" uuid, facility text, named text, "leftId" uuid, "leftFacility" text)
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(moves)],
  );
}

/** What is kept of these encounters, whichever of the two houses they are of. */
export async function houseMovesOf(tx: Tx, encounterIds: readonly string[]): Promise<HouseMove[]> {
  if (encounterIds.length === 0) return [];
  return await tx.query<HouseMove>(
    `SELECT encounter_id AS "encounterId", facility, named, left_id AS "leftId", left_facility AS "leftFacility"
       FROM (SELECT * FROM house_move WHERE encounter_id = ANY($1::uuid[])
              UNION
             SELECT * FROM house_move WHERE left_id = ANY($1::uuid[])) AS m
      ORDER BY encounter_id, named`,
    [encounterIds],
  );
}

/**
 * Locks further facilities for a transaction that holds some already. It never waits for them, so that no two wait for each other.
 * @throws EncounterMoved where somebody else holds one: the batch is tried again
 */
export async function lockMoreFacilities(tx: Tx, facilities: readonly string[]): Promise<void> {
  if (facilities.length === 0) return;
  const rows = await tx.query<{ taken: boolean }>(
    `SELECT pg_try_advisory_xact_lock(hashtextextended('admissions:' || f, 0)) AS taken FROM unnest($1::text[]) AS t (f)`,
    [[...facilities].sort()],
  );
  if (rows.some((r) => !r.taken)) throw new EncounterMoved('another facility of the visit is being processed');
}
