import type { MovementFact } from '@wardstream/events';
import { type EncounterMemory, memoryOfStored } from '@wardstream/fhir';
import type { Tx } from '@wardstream/persistence';
import type { Patient } from '../domain/patient.js';

type Visit = NonNullable<MovementFact['visit']>;

/** A visit as it was written by FHIR. */
export interface FhirVisit {
  /** The encounter's id; while its facility is not known, one made of sender and visit. */
  readonly key: string;
  readonly facility: string | null;
  readonly visit: Visit;
  /** How many versions were taken. */
  readonly writes: number;
  readonly memory: EncounterMemory;
  /** Of the bytes that wrote it last, and the control id they are kept under. */
  readonly digest: string;
  readonly controlId: string;
  readonly messageId: string;
  /** When the last version was recorded, and when it was received. */
  readonly recordedAt: string;
  readonly receivedAt: string;
}

/** An id by which a client knows a visit or a patient. */
export interface FhirResourceRow {
  readonly type: 'Encounter' | 'Patient';
  readonly id: string;
  readonly key: string;
  /** Where it was placed; null while its facility is not known. */
  readonly facility: string | null;
  readonly number: string;
  readonly domain: string | null;
  readonly messageId: string;
  /** When it was last written. */
  readonly recordedAt: string;
}

/** Holds these names until the transaction ends, so that versions of one resource are taken one after another. */
export async function lockResources(tx: Tx, names: readonly string[]): Promise<void> {
  await tx.query(
    `SELECT pg_advisory_xact_lock(k) FROM (
       SELECT DISTINCT hashtextextended('fhir:' || n, 0) AS k FROM unnest($1::text[]) AS t (n) ORDER BY k) AS sorted`,
    [names],
  );
}

export async function fhirVisits(tx: Tx, keys: readonly string[]): Promise<Map<string, FhirVisit>> {
  if (keys.length === 0) return new Map();
  const rows = (await tx.query(
    `SELECT key, facility, json_build_object('number', number, 'domain', domain) AS visit, writes, memory, digest,
            control_id AS "controlId", message_id AS "messageId",
            to_char(recorded_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "recordedAt",
            to_char(received_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "receivedAt"
       FROM fhir_visit WHERE key = ANY($1::uuid[])`,
    [keys],
  )) as FhirVisit[];
  return new Map(rows.map((row) => [row.key, { ...row, memory: memoryOfStored(row.memory, row.recordedAt) }]));
}

/** Saves visits. `replaces`: the key it had before its facility was known; whoever knew it by that finds it still. */
export async function saveFhirVisits(
  tx: Tx,
  visits: readonly (FhirVisit & { readonly replaces: string | null })[],
): Promise<void> {
  for (const { replaces, visit, ...row } of visits) {
    if (replaces !== null) {
      await tx.query('DELETE FROM fhir_visit WHERE key = $1', [replaces]);
      await tx.query('UPDATE fhir_resource SET key = $2, facility = $3 WHERE key = $1', [
        replaces,
        row.key,
        row.facility,
      ]);
      await tx.query('UPDATE fhir_number SET key = $2 WHERE key = $1', [replaces, row.key]);
    }
    await tx.query(
      `INSERT INTO fhir_visit (key, facility, number, domain, writes, memory, digest, control_id, message_id, recorded_at, received_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       ON CONFLICT (key) DO UPDATE SET facility = excluded.facility, writes = excluded.writes, memory = excluded.memory,
              digest = excluded.digest, control_id = excluded.control_id, message_id = excluded.message_id,
              recorded_at = excluded.recorded_at, received_at = excluded.received_at`,
      [
        ...[row.key, row.facility, visit.number, visit.domain, row.writes, JSON.stringify(row.memory), row.digest],
        ...[row.controlId, row.messageId, row.recordedAt, row.receivedAt],
      ],
    );
  }
}

/** What is known by these ids; the facility is that of the last message, which may have been placed since. */
export async function fhirResources(
  tx: Tx,
  type: FhirResourceRow['type'],
  ids: readonly string[],
): Promise<Map<string, FhirResourceRow>> {
  if (ids.length === 0) return new Map();
  const rows = (await tx.query(
    `SELECT r.type, r.id, r.key, coalesce(r.facility, m.facility) AS facility, r.number, r.domain, r.message_id AS "messageId",
            coalesce(to_char(r.recorded_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), '') AS "recordedAt"
       FROM fhir_resource r LEFT JOIN message m ON m.id = r.message_id
      WHERE r.type = $1 AND r.id = ANY($2::text[])`,
    [type, ids],
  )) as FhirResourceRow[];
  return new Map(rows.map((row) => [row.id, row]));
}

/** When one of these was last written; empty if none ever was. */
export async function lastRecorded(tx: Tx, keys: readonly string[]): Promise<string> {
  const [row] = (await tx.query(
    `SELECT to_char(max(recorded_at), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at FROM fhir_resource WHERE key = ANY($1::uuid[])`,
    [keys],
  )) as { at: string | null }[];
  return row?.at ?? '';
}

export async function saveFhirResources(tx: Tx, rows: readonly FhirResourceRow[]): Promise<void> {
  for (const { type, id, key, facility, number, domain, messageId, recordedAt } of rows) {
    await tx.query(
      `INSERT INTO fhir_resource (type, id, key, facility, number, domain, message_id, recorded_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (type, id) DO UPDATE SET key = excluded.key, facility = coalesce(excluded.facility, fhir_resource.facility),
              number = excluded.number, domain = excluded.domain, message_id = excluded.message_id,
              recorded_at = excluded.recorded_at`,
      [type, id, key, facility, number, domain, messageId, recordedAt],
    );
  }
}

/** Keeps by which other identifiers the Encounters of visits go, once each. */
export async function saveOtherNumbers(
  tx: Tx,
  visits: readonly { readonly key: string; readonly numbers: readonly Visit[] }[],
): Promise<void> {
  const rows = visits.flatMap(({ key, numbers }) => numbers.map(({ number, domain }) => ({ key, number, domain })));
  if (rows.length === 0) return;
  await tx.query(
    `INSERT INTO fhir_number (key, number, domain)
     SELECT key, number, domain FROM json_to_recordset($1::json) AS r (key uuid, number text, domain text)
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(rows)],
  );
}

/** A patient by the id that it has here, whoever told of it; undefined if nobody did. */
export async function patientByRef(
  tx: Tx,
  id: string,
): Promise<{ facility: string; number: string; domain: string | null } | undefined> {
  const [row] = (await tx.query(
    `SELECT facility, patient_id AS number, patient_domain AS domain FROM encounter
      WHERE patient_id IS NOT NULL AND patient_ref(facility, patient_domain, patient_id) = $1
     UNION ALL SELECT facility, number, domain FROM identity WHERE id = $1 AND id = patient_ref(facility, domain, number) LIMIT 1`,
    [id],
  )) as { facility: string; number: string; domain: string | null }[];
  return row;
}

/** Ids of the patients of a number, those that were merged by the one they go by; a domain of undefined is any. */
export async function patientsByNumber(tx: Tx, number: string, domain: string | null | undefined): Promise<string[]> {
  const rows = (await tx.query(
    `SELECT DISTINCT coalesce(i.survivor, p.id) AS id FROM (
       SELECT patient_ref(facility, patient_domain, patient_id) AS id FROM encounter
        WHERE patient_id = $1 AND ($3 OR patient_domain IS NOT DISTINCT FROM $2)
       UNION SELECT id FROM identity
        WHERE number = $1 AND ($3 OR domain IS NOT DISTINCT FROM $2)
          AND id = patient_ref(facility, domain, number)
       UNION SELECT key FROM fhir_resource
        WHERE type = 'Patient' AND facility IS NOT NULL AND number = $1 AND ($3 OR domain IS NOT DISTINCT FROM $2)) AS p
     LEFT JOIN identity i ON i.id = p.id LIMIT 2`,
    [number, domain ?? null, domain === undefined],
  )) as { id: string }[];
  return rows.map(({ id }) => id);
}

/** A patient as their visits tell of them: an open one, else the last that began. */
export async function patientOfEncounters(
  tx: Tx,
  ref: string,
): Promise<{ readonly open: boolean; readonly patient: Patient } | undefined> {
  const [row] = (await tx.query(
    `SELECT status IN ('planned', 'in-progress', 'on-leave') AS open, view -> 'patient' AS patient FROM encounter
      WHERE patient_id IS NOT NULL AND patient_ref(facility, patient_domain, patient_id) = $1
      ORDER BY open DESC, began_at DESC NULLS LAST, id LIMIT 1`,
    [ref],
  )) as { open: boolean; patient: Patient }[];
  return row;
}
