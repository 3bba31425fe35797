import type { BedNeeds, Need, PatientBrief } from '@wardstream/events';
import { asMs, iso, isoOrNull, type Tx } from '@wardstream/persistence';
import type { Window } from './bed.rows.js';

/** What a request asks for beside the needs that a tile shows. */
export type AskedRow = Pick<BedNeeds, 'levelOfCare' | 'specialty' | 'sex'> & {
  readonly toUnit: string | null;
  /** The bed in which it was met. */
  readonly metIn: string | null;
};

/** A bed request as beds need it. */
export interface RequestRow {
  readonly id: string;
  readonly facility: string;
  readonly encounterId: string;
  readonly visitNumber: string;
  readonly version: number;
  readonly status: string;
  readonly patient: PatientBrief;
  readonly needs: readonly Need[];
  /** Null of a request that was heard before this was kept. */
  readonly asked: AskedRow | null;
  /** Milliseconds. */
  readonly requestedAt: number;
  /** When it was met or cancelled. */
  readonly endedAt: number | null;
}

/** The requests as they are stored. By id. */
export async function readRequests(tx: Tx, ids: readonly string[]): Promise<Map<string, RequestRow>> {
  const rows = await tx.query<RequestRow>(
    `SELECT id, facility, encounter_id AS "encounterId", visit_number AS "visitNumber", version, status, patient, needs, asked,
            ${asMs('requested_at', '"requestedAt"')}, ${asMs('ended_at', '"endedAt"')}
       FROM bed_request WHERE id = ANY ($1)`,
    [ids],
  );
  return new Map(rows.map((r) => [r.id, r]));
}

export async function saveRequests(tx: Tx, requests: readonly RequestRow[]): Promise<void> {
  await tx.query(
    `INSERT INTO bed_request (id, facility, encounter_id, visit_number, version, status, patient, needs, asked,
                              requested_at, ended_at)
     SELECT id, facility, "encounterId", "visitNumber", version, status, patient, needs, asked, "requestedAt", "endedAt"
       FROM json_to_recordset($1::json) AS t (id text, facility text, "encounterId" text, "visitNumber" text,
            version integer, status text, patient jsonb, needs jsonb, asked jsonb, "requestedAt" timestamptz, "endedAt" timestamptz)
     ON CONFLICT (id) DO UPDATE
        SET encounter_id = excluded.encounter_id, visit_number = excluded.visit_number, version = excluded.version,
            status = excluded.status, patient = excluded.patient, needs = excluded.needs, asked = excluded.asked,
            requested_at = excluded.requested_at, ended_at = excluded.ended_at`,
    [JSON.stringify(requests.map((r) => ({ ...r, requestedAt: iso(r.requestedAt), endedAt: isoOrNull(r.endedAt) })))],
  );
}

/**
 * The beds with a hold for one of these requests, from each hold's begin on; a hold may have been made before its request. One that was
 * made for the visit and no request is for whichever is met.
 */
export async function bedsHeldFor(tx: Tx, requestIds: readonly string[]): Promise<(Window & { requestId: string })[]> {
  return await tx.query<Window & { requestId: string }>(
    `SELECT facility, bed_id AS "bedId", bed_request_id AS "requestId", ${asMs('since', '"from"')}
       FROM bed_hold WHERE bed_request_id = ANY ($1)
      UNION ALL
     SELECT h.facility, h.bed_id, r.id, ${asMs('h.since', '"from"')}
       FROM bed_request r JOIN bed_hold h ON h.encounter_id = r.encounter_id
      WHERE r.id = ANY ($1) AND h.bed_request_id IS NULL AND h.plan IS NULL`,
    [requestIds],
  );
}
