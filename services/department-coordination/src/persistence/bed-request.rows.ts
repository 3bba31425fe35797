import { iso, type Tx } from '@wardstream/persistence';
import type { RememberedBed, RequestFacts, RequestState } from '../domain/bed-request.js';
import type { BedName } from './copies.rows.js';

/** A request as it is stored. */
export interface RequestRow {
  readonly facts: RequestFacts;
  /** The encounter it was made for; `facts` name the one that this goes by. */
  readonly madeFor: string;
  readonly bed: RememberedBed | null;
  /** 0 until it was derived for the first time. */
  readonly version: number;
  readonly state: RequestState | null;
  readonly digest: string | null;
}

const columns = 'facts, made_for AS "madeFor", bed, version, state, digest';

export async function insertRequest(
  tx: Tx,
  facts: RequestFacts,
  by: { readonly externalId: string | null; readonly madeBy: string; readonly subject: string },
): Promise<void> {
  await tx.query(
    `INSERT INTO bed_request (id, facility, external_id, encounter_id, made_for, visit_number, requested_at, facts,
                              to_unit, made_by, subject)
     VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10)`,
    [
      ...[facts.id, facts.facility, by.externalId, facts.encounterId, facts.visitNumber, iso(facts.requestedAt)],
      ...[JSON.stringify(facts), facts.toUnit, by.madeBy, by.subject],
    ],
  );
}

export async function requestById(tx: Tx, facility: string, id: string): Promise<RequestRow | null> {
  const [row] = await tx.query<RequestRow>(`SELECT ${columns} FROM bed_request WHERE facility = $1 AND id = $2`, [
    facility,
    id,
  ]);
  return row ?? null;
}

/** The request that a repeat repeats: the one with the same external id, else an open one of the visit for the same unit. */
export async function sameRequest(
  tx: Tx,
  of: Pick<RequestFacts, 'facility' | 'visitNumber' | 'toUnit'> & { readonly externalId: string | null },
): Promise<RequestRow | null> {
  const [row] = await tx.query<RequestRow>(
    `SELECT ${columns} FROM bed_request
      WHERE facility = $1 AND (external_id = $2
         OR (visit_number = $3 AND to_unit IS NOT DISTINCT FROM $4 AND status IN ('requested', 'assigned')))
      ORDER BY external_id = $2 DESC NULLS LAST, requested_at LIMIT 1`,
    [of.facility, of.externalId, of.visitNumber, of.toUnit],
  );
  return row ?? null;
}

/** Every request of these encounters, also those made for one that was merged, or for the visit number before it was known. */
export async function requestsOfEncounters(
  tx: Tx,
  encounters: readonly { readonly id: string; readonly facility: string; readonly visitNumber: string }[],
): Promise<RequestRow[]> {
  const given = encounters.map(({ id, facility, visitNumber }) => ({ id, facility, visitNumber }));
  return await tx.query<RequestRow>(
    `SELECT ${columns} FROM bed_request WHERE id IN (
       SELECT r.id FROM json_to_recordset($1::json) AS t (id text, facility text, "visitNumber" text)
         JOIN bed_request r ON r.encounter_id = t.id OR r.made_for = t.id
        UNION
       SELECT r.id FROM json_to_recordset($1::json) AS t (id text, facility text, "visitNumber" text)
         JOIN bed_request r ON r.facility = t.facility AND r.visit_number = t."visitNumber"
        WHERE NOT EXISTS (SELECT FROM encounter e WHERE e.id = r.made_for))`,
    [JSON.stringify(given)],
  );
}

/** The open requests these beds are or were kept for, and every request named or of an encounter named. */
export async function requestsConcerned(
  tx: Tx,
  of: {
    readonly beds: readonly BedName[];
    readonly requests: readonly string[];
    readonly encounters: readonly string[];
  },
): Promise<RequestRow[]> {
  return await tx.query<RequestRow>(
    `SELECT ${columns} FROM bed_request WHERE id IN (
       SELECT r.id FROM json_to_recordset($1::json) AS t (facility text, "bedId" text)
         JOIN bed_request r ON r.facility = t.facility AND r.bed_id = t."bedId" AND r.status IN ('requested', 'assigned')
        UNION SELECT id FROM bed_request WHERE id = ANY ($2)
        UNION SELECT id FROM bed_request WHERE encounter_id = ANY ($3))`,
    [JSON.stringify(of.beds), of.requests, of.encounters],
  );
}

/** Stores requests as they are now. The rows' own versions are the new ones. */
export async function saveRequests(tx: Tx, rows: readonly RequestRow[]): Promise<void> {
  const given = rows.map(({ facts, madeFor, bed, version, state, digest }) => {
    const { id, encounterId, visitNumber } = facts;
    return {
      id,
      encounterId,
      madeFor,
      visitNumber,
      facts,
      bedId: bed?.bedId,
      bed,
      version,
      status: state?.status,
      state,
      digest,
    };
  });
  await tx.query(
    `UPDATE bed_request r
        SET encounter_id = t."encounterId", made_for = t."madeFor", visit_number = t."visitNumber", facts = t.facts, bed_id = t."bedId",
            bed = t.bed, version = t.version, status = t.status, state = t.state, digest = t.digest
       FROM json_to_recordset($1::json) AS t (id text, "encounterId" text, "madeFor" text, "visitNumber" text, facts jsonb, "bedId" text,
            bed jsonb, version integer, status text, state jsonb, digest text)
      WHERE r.id = t.id`,
    [JSON.stringify(given)],
  );
}

export interface RequestFilter {
  readonly statuses: readonly string[] | null;
  readonly toUnit: string | null;
  readonly visitNumber: string | null;
  readonly limit: number;
}

/** Requests of a facility, the longest waiting first. */
export async function listRequests(tx: Tx, facility: string, filter: RequestFilter): Promise<RequestRow[]> {
  return await tx.query<RequestRow>(
    `SELECT ${columns} FROM bed_request
      WHERE facility = $1 AND ($2::text[] IS NULL OR status = ANY ($2)) AND ($3::text IS NULL OR to_unit = $3)
        AND ($4::text IS NULL OR visit_number = $4)
      ORDER BY requested_at, id LIMIT $5`,
    [facility, filter.statuses, filter.toUnit, filter.visitNumber, filter.limit],
  );
}
