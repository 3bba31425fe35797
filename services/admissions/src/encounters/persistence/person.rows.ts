import type { Tx } from '@wardstream/persistence';
import type { LastRetirement, Patient, Visit, VisitFact } from '@wardstream/encounter-model';
import { ofOneOrNewborn } from './encounter.rows.js';
import type { GoesBy } from './identity.rows.js';

type Identifier = GoesBy['survivor'];

const fact = `f.id, f.encounter_id AS "encounterId", f.message_id AS "messageId", f.source,
  to_char(f.received_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "receivedAt", f.content AS fact`;

/** The merge recorded last among all that go by each of these, without some facts; null where there is none. */
export async function lastRetirements(
  tx: Tx,
  survivors: readonly string[],
  without: readonly string[],
): Promise<Map<string, LastRetirement | null>> {
  if (survivors.length === 0) return new Map();
  const rows = await tx.query<LastRetirement & { survivor: string }>(
    `SELECT s.id AS survivor, l.id, l.recorded_at AS "recordedAt"
       FROM unnest($1::uuid[]) AS s (id)
       CROSS JOIN LATERAL (
         SELECT id, recorded_at FROM identity_fact
          WHERE survivor = s.id AND retires AND id <> ALL($2::uuid[])
          ORDER BY recorded_at DESC, id DESC LIMIT 1) AS l`,
    [survivors, without],
  );
  const found = new Map(rows.map(({ survivor, ...last }) => [survivor, last]));
  return new Map(survivors.map((id) => [id, found.get(id) ?? null]));
}

/** A fact of a person, and the id of what all identifiers of that person go by. */
export interface PersonFact extends VisitFact {
  readonly encounterId: string;
  readonly survivor: string;
}

/**
 * Of what is said of persons apart from their visits: deletions, and of each part (name, date of birth, sex, mother) what was recorded
 * last, of those that happened by `until` where it is given. Several where they were recorded, sent and received at the same time.
 */
export async function latestFactsOf(
  tx: Tx,
  persons: readonly { readonly survivor: string; readonly until: string | null }[],
): Promise<PersonFact[]> {
  if (persons.length === 0) return [];
  const last = (condition: string): string =>
    `(SELECT id FROM identity_fact WHERE survivor = p.survivor AND ${condition} AND (p.until IS NULL OR at <= p.until)
       ORDER BY recorded_at DESC, sent_at DESC, received_at DESC FETCH FIRST 1 ROW WITH TIES)`;
  const parts = [1, 2, 4].map((bit) => last(`tells <> 0 AND tells & ${bit} <> 0`));
  return await tx.query<PersonFact>(
    `SELECT DISTINCT ON (f.id) p.survivor, ${fact}
       FROM json_to_recordset($1::json) AS p (survivor uuid, until text COLLATE "C")
       CROSS JOIN LATERAL (
         SELECT id FROM identity_fact WHERE survivor = p.survivor AND deletes
         UNION ALL ${[...parts, last('tells & 8 <> 0')].join(' UNION ALL ')}) AS told
       JOIN fact f ON f.id = told.id`,
    [JSON.stringify(persons)],
  );
}

/** All that is said of persons apart from their visits. `survivors`: what all identifiers of each go by. */
export async function allToldOf(tx: Tx, survivors: readonly string[]): Promise<PersonFact[]> {
  if (survivors.length === 0) return [];
  return await tx.query<PersonFact>(
    `SELECT i.survivor, ${fact} FROM identity_fact i JOIN fact f USING (id)
      WHERE i.survivor = ANY($1::uuid[]) AND (i.deletes OR i.tells <> 0)`,
    [survivors],
  );
}

const visit = `e.id AS "encounterId", e.facility, e.visit_number AS number, e.visit_domain AS domain`;
const ofPatient = (p: string): string =>
  `e.facility = ${p}.facility AND e.patient_id = ${p}.number AND e.patient_domain IS NOT DISTINCT FROM ${p}.domain`;

/** The visits that are shown as of these patients, or of newborns of them. */
export async function visitsShownAs(tx: Tx, patients: readonly Omit<Identifier, 'id'>[]): Promise<Visit[]> {
  if (patients.length === 0) return [];
  return await tx.query<Visit>(
    `SELECT DISTINCT ${visit} FROM json_to_recordset($1::json) AS p (facility text, number text, domain text) ${ofOneOrNewborn}`,
    [JSON.stringify(patients)],
  );
}

/** What visits show of a patient. */
export interface ShownPerson {
  /** Id of the identifier that the patient goes by. */
  readonly patient: string;
  readonly digest: string;
  readonly shown: Patient;
}

/** All that the visits of these patients show of them, each once however many show it. */
export async function shownOf(tx: Tx, patients: readonly Identifier[]): Promise<ShownPerson[]> {
  if (patients.length === 0) return [];
  const next = (p: string, after: string): string =>
    `SELECT md5(e.view ->> 'patient') AS digest, e.view -> 'patient' AS shown FROM encounter e
      WHERE ${ofPatient(p)} AND e.merged_into IS NULL ${after} ORDER BY md5(e.view ->> 'patient') LIMIT 1`;
  return await tx.query<ShownPerson>(
    `WITH RECURSIVE found AS (
       SELECT p.id AS patient, p.facility, p.number, p.domain, t.digest, t.shown
         FROM json_to_recordset($1::json) AS p (id uuid, facility text, number text, domain text) CROSS JOIN LATERAL (${next('p', '')}) AS t
       UNION ALL
       SELECT s.patient, s.facility, s.number, s.domain, t.digest, t.shown
         FROM found s CROSS JOIN LATERAL (${next('s', `AND md5(e.view ->> 'patient') > s.digest`)}) AS t
     ) SELECT patient, digest, shown FROM found`,
    [JSON.stringify(patients)],
  );
}

/** The visits of patients that show this of them and were not over before `since`. */
export async function visitsShowing(
  tx: Tx,
  wanted: readonly (Identifier & { readonly digest: string; readonly since: string })[],
): Promise<Visit[]> {
  if (wanted.length === 0) return [];
  return await tx.query<Visit>(
    `SELECT ${visit} FROM json_to_recordset($1::json) AS p (facility text, number text, domain text, digest text, since text COLLATE "C")
       JOIN encounter e ON ${ofPatient('p')} AND e.merged_into IS NULL AND md5(e.view ->> 'patient') = p.digest
      WHERE e.period_end IS NULL OR e.period_end >= p.since`,
    [JSON.stringify(wanted)],
  );
}

/** The visits of these patients whose facts name several patients. */
export async function visitsThatDiffer(tx: Tx, patients: readonly Identifier[]): Promise<Visit[]> {
  if (patients.length === 0) return [];
  return await tx.query<Visit>(
    `SELECT DISTINCT ${visit}
       FROM json_to_recordset($1::json) AS p (facility text, number text, domain text)
       JOIN encounter e ON ${ofPatient('p')} AND e.conflict_ids <> '{}'
       JOIN conflict c ON c.id = ANY(e.conflict_ids) AND c.closed_at IS NULL AND c.data ->> 'kind' = 'patient-differs'`,
    [JSON.stringify(patients)],
  );
}
