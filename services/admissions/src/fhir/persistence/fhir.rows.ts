import type { MovementFact } from '@wardstream/events';
import { type EncounterMemory, memoryOfStored } from '@wardstream/fhir';
import type { Tx } from '@wardstream/persistence';
import type { Patient } from '@wardstream/encounter-model';

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
  const rows = await tx.query<FhirVisit>(
    `SELECT key, facility, json_build_object('number', number, 'domain', domain) AS visit, writes, memory, digest,
            control_id AS "controlId", message_id AS "messageId",
            to_char(recorded_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "recordedAt",
            to_char(received_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "receivedAt"
       FROM fhir_visit WHERE key = ANY($1::uuid[])`,
    [keys],
  );
  return new Map(rows.map((row) => [row.key, { ...row, memory: memoryOfStored(row.memory, row.recordedAt) }]));
}

/** Saves visits, each once. `replaces`: the key it had before its facility was known; whoever knew it by that finds it still. */
export async function saveFhirVisits(
  tx: Tx,
  visits: readonly (FhirVisit & { readonly replaces: string | null })[],
): Promise<void> {
  if (visits.length === 0) return;
  const replaced = visits.flatMap(({ replaces, key, facility }) =>
    replaces === null ? [] : [{ replaces, key, facility }],
  );
  if (replaced.length > 0) {
    const rows = [JSON.stringify(replaced)];
    const former = 'json_to_recordset($1::json) AS r (replaces uuid, key uuid, facility text)';
    await tx.query(`DELETE FROM fhir_visit v USING ${former} WHERE v.key = r.replaces`, rows);
    await tx.query(
      `UPDATE fhir_resource o SET key = r.key, facility = r.facility FROM ${former} WHERE o.key = r.replaces`,
      rows,
    );
    await tx.query(`UPDATE fhir_number n SET key = r.key FROM ${former} WHERE n.key = r.replaces`, rows);
  }
  await tx.query(
    `INSERT INTO fhir_visit (key, facility, number, domain, writes, memory, digest, control_id, message_id, recorded_at, received_at)
     SELECT key, facility, number, domain, writes, memory, digest, "controlId", "messageId", "recordedAt", "receivedAt"
       FROM json_to_recordset($1::json) AS r (key uuid, facility text, number text, domain text, writes int, memory json, digest text,
            "controlId" text, "messageId" uuid, "recordedAt" timestamptz, "receivedAt" timestamptz)
     ON CONFLICT (key) DO UPDATE SET facility = excluded.facility, writes = excluded.writes, memory = excluded.memory,
            digest = excluded.digest, control_id = excluded.control_id, message_id = excluded.message_id,
            recorded_at = excluded.recorded_at, received_at = excluded.received_at`,
    [JSON.stringify(visits.map(({ replaces: _, visit, ...row }) => ({ ...row, ...visit })))],
  );
}

/** What is known by these ids; the facility is that of the last message, which may have been placed since. */
export async function fhirResources(
  tx: Tx,
  type: FhirResourceRow['type'],
  ids: readonly string[],
): Promise<Map<string, FhirResourceRow>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<FhirResourceRow>(
    `SELECT r.type, r.id, r.key, coalesce(r.facility, m.facility) AS facility, r.number, r.domain, r.message_id AS "messageId",
            coalesce(to_char(r.recorded_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), '') AS "recordedAt"
       FROM fhir_resource r LEFT JOIN message m ON m.id = r.message_id
      WHERE r.type = $1 AND r.id = ANY($2::text[])`,
    [type, ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** When one of these was last written; empty if none ever was. */
export async function lastRecorded(tx: Tx, keys: readonly string[]): Promise<string> {
  const [row] = await tx.query<{ at: string | null }>(
    `SELECT to_char(max(recorded_at), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at FROM fhir_resource WHERE key = ANY($1::uuid[])`,
    [keys],
  );
  return row?.at ?? '';
}

/** Saves ids by which clients know resources; of several rows of one id the last. */
export async function saveFhirResources(tx: Tx, rows: readonly FhirResourceRow[]): Promise<void> {
  if (rows.length === 0) return;
  const lastOfEach = new Map(rows.map((row) => [`${row.type}/${row.id}`, row]));
  await tx.query(
    `INSERT INTO fhir_resource (type, id, key, facility, number, domain, message_id, recorded_at)
     SELECT type, id, key, facility, number, domain, "messageId", "recordedAt"
       FROM json_to_recordset($1::json) AS r (type text, id text, key uuid, facility text, number text, domain text, "messageId" uuid,
            "recordedAt" timestamptz)
     ON CONFLICT (type, id) DO UPDATE SET key = excluded.key, facility = coalesce(excluded.facility, fhir_resource.facility),
            number = excluded.number, domain = excluded.domain, message_id = excluded.message_id,
            recorded_at = excluded.recorded_at`,
    [JSON.stringify([...lastOfEach.values()])],
  );
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

/** Patients by the ids that they have here, whoever told of them; of those that somebody told of. */
export async function patientsByRef(
  tx: Tx,
  ids: readonly string[],
): Promise<Map<string, { readonly facility: string; readonly number: string; readonly domain: string | null }>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<{ id: string; facility: string; number: string; domain: string | null }>(
    `SELECT DISTINCT ON (id) id, facility, number, domain FROM (
       SELECT patient_ref(facility, patient_domain, patient_id) AS id, facility, patient_id AS number, patient_domain AS domain FROM encounter
        WHERE patient_id IS NOT NULL AND patient_ref(facility, patient_domain, patient_id) = ANY($1::uuid[])
       UNION ALL SELECT id, facility, number, domain FROM identity
        WHERE id = ANY($1::uuid[]) AND id = patient_ref(facility, domain, number)) AS told
      ORDER BY id`,
    [ids],
  );
  return new Map(rows.map(({ id, ...patient }) => [id, patient]));
}

/** Ids of the patients of a number, those that were merged by the one they go by; a domain of undefined is any. */
export async function patientsByNumber(tx: Tx, number: string, domain: string | null | undefined): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
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
  );
  return rows.map(({ id }) => id);
}

/** Patients as their visits tell of them: of each an open one, else the last that began; of those who have any. */
export async function patientsOfEncounters(
  tx: Tx,
  refs: readonly string[],
): Promise<Map<string, { readonly open: boolean; readonly patient: Patient }>> {
  if (refs.length === 0) return new Map();
  const rows = await tx.query<{ ref: string; open: boolean; patient: Patient }>(
    `SELECT DISTINCT ON (ref) patient_ref(facility, patient_domain, patient_id) AS ref,
            status IN ('planned', 'in-progress', 'on-leave') AS open, view -> 'patient' AS patient FROM encounter
      WHERE patient_id IS NOT NULL AND patient_ref(facility, patient_domain, patient_id) = ANY($1::uuid[])
      ORDER BY ref, open DESC, began_at DESC NULLS LAST, id`,
    [refs],
  );
  return new Map(rows.map(({ ref, ...shown }) => [ref, shown]));
}
