import type { MovementFact } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import type { VisitFact } from '@wardstream/encounter-model';

type VisitNumber = NonNullable<MovementFact['visit']>;

/** A fact that names no visit. */
export interface UnnumberedFact extends VisitFact {
  readonly facility: string;
  /** Its patient, by the identifier it names. */
  readonly patientId: string;
}

/** One that is kept. */
export interface UnnumberedRow extends UnnumberedFact {
  /** The patient by whatever identifier all of theirs go by now. */
  readonly survivor: string;
  /** The visit it was found to belong to. */
  readonly visit: VisitNumber | null;
}

/** Keeps the facts of these messages that name no visit, in place of those that they stated before. */
export async function saveUnnumbered(
  tx: Tx,
  messageIds: readonly string[],
  facts: readonly UnnumberedFact[],
): Promise<void> {
  if (messageIds.length > 0) {
    await tx.query('DELETE FROM unnumbered_fact WHERE message_id = ANY($1::uuid[]) AND id <> ALL($2::uuid[])', [
      messageIds,
      facts.map((f) => f.id),
    ]);
  }
  if (facts.length === 0) return;
  await tx.query(
    `INSERT INTO unnumbered_fact (id, message_id, facility, patient_id, number, domain, source, received_at, content)
     SELECT r.id, r."messageId", r.facility, r."patientId", r.fact -> 'patient' ->> 'id', r.fact -> 'patient' ->> 'domain', r.source,
            r."receivedAt", r.fact
       FROM json_to_recordset($1::json) AS r (id uuid, "messageId" uuid, facility text, "patientId" uuid, source text,
            "receivedAt" timestamptz, fact json)
     ON CONFLICT (id) DO UPDATE SET facility = excluded.facility, patient_id = excluded.patient_id, number = excluded.number,
            domain = excluded.domain, content = excluded.content, given_up = false`,
    [JSON.stringify(facts)],
  );
}

/** What is kept of these patients, by any of their identifiers. Usually nothing. */
export async function unnumberedOfPatients(tx: Tx, patientIds: readonly string[]): Promise<UnnumberedRow[]> {
  if (patientIds.length === 0) return [];
  return await tx.query<UnnumberedRow>(
    `WITH own AS (
       SELECT id FROM unnest($1::uuid[]) AS t (id)
       UNION SELECT other.id FROM identity i JOIN identity other USING (survivor) WHERE i.id = ANY($1::uuid[])
     )
     SELECT u.id, u.message_id AS "messageId", u.facility, u.patient_id AS "patientId", u.source, u.content AS fact, u.visit,
            to_char(u.received_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "receivedAt", coalesce(i.survivor, u.patient_id) AS survivor
       FROM own JOIN unnumbered_fact u ON u.patient_id = own.id LEFT JOIN identity i ON i.id = u.patient_id
      WHERE NOT u.given_up`,
    [patientIds],
  );
}

/** An identifier of a patient, and the id of the one that all of theirs go by. */
export interface PatientIdentifier {
  readonly patient: string;
  readonly facility: string;
  readonly number: string;
  readonly domain: string | null;
}

/** All identifiers of the patients of these facts. */
export async function identifiersOfPatients(tx: Tx, rows: readonly UnnumberedRow[]): Promise<PatientIdentifier[]> {
  const own = rows.map(({ survivor, facility, fact }) => ({
    ...{ patient: survivor, facility, number: fact.patient.id!, domain: fact.patient.domain },
  }));
  return await tx.query<PatientIdentifier>(
    `SELECT patient, facility, number, domain FROM json_to_recordset($1::json) AS o (patient uuid, facility text, number text, domain text)
     UNION SELECT survivor, facility, number, domain FROM identity WHERE survivor = ANY($2::uuid[])`,
    [JSON.stringify(own), [...new Set(rows.map((row) => row.survivor))]],
  );
}

/** A visit of a patient, also one that was merged into another. */
export interface VisitOfPatient extends VisitNumber {
  readonly encounterId: string;
  readonly patient: string;
}

/** All visits that are shown as of one of these patients. */
export async function visitsOfPatients(tx: Tx, identifiers: readonly PatientIdentifier[]): Promise<VisitOfPatient[]> {
  return await tx.query<VisitOfPatient>(
    `SELECT e.id AS "encounterId", e.visit_number AS number, e.visit_domain AS domain, p.patient
       FROM json_to_recordset($1::json) AS p (patient uuid, facility text, number text, domain text)
       JOIN encounter e ON e.facility = p.facility AND e.patient_id = p.number AND e.patient_domain IS NOT DISTINCT FROM p.domain`,
    [JSON.stringify(identifiers)],
  );
}

/** Notes the visits that facts were found to belong to, or that they belong to none. */
export async function saveVisits(
  tx: Tx,
  found: readonly { readonly id: string; readonly visit: VisitNumber | null }[],
): Promise<void> {
  if (found.length === 0) return;
  await tx.query(
    `UPDATE unnumbered_fact u SET visit = r.visit FROM json_to_recordset($1::json) AS r (id uuid, visit json) WHERE u.id = r.id`,
    [JSON.stringify(found)],
  );
}

/** The visits that facts of these messages were found to belong to, by the id of the fact. */
export async function visitsFound(tx: Tx, messageIds: readonly string[]): Promise<Map<string, VisitNumber>> {
  const rows = await tx.query<{ id: string; visit: VisitNumber }>(
    'SELECT id, visit FROM unnumbered_fact WHERE message_id = ANY($1::uuid[]) AND visit IS NOT NULL',
    [messageIds],
  );
  return new Map(rows.map(({ id, visit }) => [id, visit]));
}

/** Gives up facts that have waited since before `receivedBefore`, at most `limit`. Gives the messages that they are of. */
export async function giveUpWaiting(tx: Tx, receivedBefore: string, limit: number): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `UPDATE unnumbered_fact SET given_up = true
      WHERE id IN (SELECT id FROM unnumbered_fact WHERE visit IS NULL AND NOT given_up AND received_at < $1
                    ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED)
     RETURNING message_id AS id`,
    [receivedBefore, limit],
  );
  return [...new Set(rows.map((r) => r.id))];
}
