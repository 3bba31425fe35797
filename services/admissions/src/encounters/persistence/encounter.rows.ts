import { forEach, jsonTexts, type Tx, unfolded } from '@wardstream/persistence';
import type { Stay } from '@wardstream/events';
import {
  bedSince,
  type DerivedEncounter,
  type HeldBed,
  MOST_SIDES,
  type OnePatient,
  openBed,
  type Patient,
  standingFacts,
  type Visit,
  type VisitFact,
} from '@wardstream/encounter-model';
import { searchTermsOf } from './search-terms.js';

/** What is shown of an encounter; conflicts are kept apart. */
export type EncounterView = Omit<DerivedEncounter, 'conflicts'>;

export interface EncounterRow extends Visit {
  readonly version: number;
  readonly digest: string;
  readonly conflictIds: readonly string[];
  readonly mergedInto: string | null;
  /** By which identifier its patient goes; the number is null where nobody said. */
  readonly patient: { readonly number: string | null; readonly domain: string | null };
}

export interface NewFact extends VisitFact {
  /** What it speaks of: an encounter, or a patient apart from any. */
  readonly encounterId: string;
}

/** Facilities are processed one transaction at a time, by whichever replica: their encounters and events stay in one order. */
export async function lockFacilities(tx: Tx, facilities: readonly string[]): Promise<void> {
  await tx.query(
    `SELECT pg_advisory_xact_lock(hashtextextended('admissions:' || f, 0)) FROM unnest($1::text[]) AS t (f)`,
    [[...facilities].sort()],
  );
}

/** Stores facts; a fact that is there already changes nothing. */
export async function insertFacts(tx: Tx, facts: readonly NewFact[]): Promise<void> {
  if (facts.length === 0) return;
  await tx.query(
    `INSERT INTO fact (id, encounter_id, message_id, source, received_at, content)
     SELECT * FROM ROWS FROM (unnest($1::uuid[]), unnest($2::uuid[]), unnest($3::uuid[]), unnest($4::text[]),
            unnest($5::timestamptz[]), json_array_elements($6::json))
     ON CONFLICT (id) DO NOTHING`,
    [
      facts.map((f) => f.id),
      facts.map((f) => f.encounterId),
      facts.map((f) => f.messageId),
      facts.map((f) => f.source),
      facts.map((f) => f.receivedAt),
      JSON.stringify(facts.map((f) => f.fact)),
    ],
  );
}

/** Takes facts away that are to be stated anew; gives those that there were. */
export async function takeFacts(tx: Tx, ids: readonly string[]): Promise<NewFact[]> {
  if (ids.length === 0) return [];
  const rows = await tx.query<NewFact>(
    `DELETE FROM fact WHERE id = ANY($1::uuid[])
     RETURNING id, encounter_id AS "encounterId", message_id AS "messageId", source,
            to_char(received_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "receivedAt", content AS fact`,
    [ids],
  );
  return rows;
}

/** All facts of these encounters, or patients, that nobody took back. */
export async function factsOf(tx: Tx, encounterIds: readonly string[]): Promise<Map<string, readonly VisitFact[]>> {
  const rows = await tx.query<NewFact>(
    `SELECT id, encounter_id AS "encounterId", message_id AS "messageId", source,
            to_char(received_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "receivedAt", content AS fact
       FROM fact WHERE encounter_id = ANY($1::uuid[])`,
    [encounterIds],
  );
  const byEncounter = new Map<string, VisitFact[]>(encounterIds.map((id) => [id, []]));
  for (const { encounterId, ...fact } of rows) byEncounter.get(encounterId)!.push(fact);
  return new Map([...byEncounter].map(([id, facts]) => [id, standingFacts(facts)]));
}

/** Of these facts, those that are kept. */
export async function factsById(tx: Tx, ids: readonly string[]): Promise<NewFact[]> {
  return await tx.query<NewFact>(
    `SELECT id, encounter_id AS "encounterId", message_id AS "messageId", source,
            to_char(received_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "receivedAt", content AS fact
       FROM fact WHERE id = ANY($1::uuid[])`,
    [ids],
  );
}

const identity = `id AS "encounterId", facility, visit_number AS number, visit_domain AS domain, version, digest,
  conflict_ids AS "conflictIds", merged_into AS "mergedInto", json_build_object('number', patient_id, 'domain', patient_domain) AS patient`;

export async function encountersById(tx: Tx, ids: readonly string[]): Promise<Map<string, EncounterRow>> {
  const rows = await tx.query<EncounterRow>(`SELECT ${identity} FROM encounter WHERE id = ANY($1::uuid[])`, [ids]);
  return new Map(rows.map((r) => [r.encounterId, r]));
}

/** For each patient `p` the encounters `e` of that patient and of newborns of that patient. */
export const ofOneOrNewborn = forEach(
  `(SELECT * FROM encounter WHERE facility = p.facility AND patient_id = p.number AND patient_domain IS NOT DISTINCT FROM p.domain
     UNION ALL
    SELECT * FROM encounter WHERE facility = p.facility AND mother_id = p.number AND mother_domain IS NOT DISTINCT FROM p.domain)`,
  'e',
);

/** Encounters that are shown as of one of these patients, or of a newborn of one of them, and what is shown of them. */
export async function encountersOfPatients(
  tx: Tx,
  patients: readonly { readonly facility: string; readonly number: string; readonly domain: string | null }[],
): Promise<(EncounterRow & { readonly shown: Patient })[]> {
  if (patients.length === 0) return [];
  return await tx.query<EncounterRow & { readonly shown: Patient }>(
    `SELECT ${identity}, view -> 'patient' AS shown
       FROM (SELECT e.* FROM json_to_recordset($1::json) AS p (facility text, number text, domain text) ${ofOneOrNewborn}) AS of_patients`,
    [JSON.stringify(patients)],
  );
}

/** A visit of a patient. */
export interface VisitOfOne extends Visit {
  /** Id of the identifier that the patient goes by. */
  readonly patientId: string;
}

/** Which visits of these patients have these numbers; those that are merged into another and those that are cancelled are none. */
export async function visitsUnderNumbers(
  tx: Tx,
  wanted: readonly { readonly patient: OnePatient; readonly visit: string }[],
): Promise<VisitOfOne[]> {
  if (wanted.length === 0) return [];
  return await tx.query<VisitOfOne>(
    `SELECT w.id AS "patientId", e.id AS "encounterId", e.facility, e.visit_number AS number, e.visit_domain AS domain
       FROM json_to_recordset($1::json) AS w (id uuid, facility text, number text, domain text, visit text)
       ${forEach(
         `SELECT * FROM encounter WHERE facility = w.facility AND visit_number = w.visit
                       AND patient_id = w.number AND patient_domain IS NOT DISTINCT FROM w.domain`,
         'e',
       )}
      WHERE e.merged_into IS NULL AND e.status <> 'cancelled'`,
    [JSON.stringify(wanted.map(({ patient, visit }) => ({ ...patient, visit })))],
  );
}

/** The visits by which these patients hold beds now, those first that do so the longest; no more of each than a conflict tells. */
export async function heldBedsOf(
  tx: Tx,
  patients: readonly OnePatient[],
): Promise<(Omit<HeldBed, 'facts'> & { readonly patientId: string })[]> {
  if (patients.length === 0) return [];
  const rows = await tx.query<VisitOfOne & { readonly stays: Stay[] }>(
    `SELECT p.id AS "patientId", e.id AS "encounterId", e.facility, e.visit_number AS number, e.visit_domain AS domain,
            e.view -> 'stays' AS stays
       FROM json_to_recordset($1::json) AS p (id uuid, facility text, number text, domain text)
       CROSS JOIN LATERAL (
         SELECT * FROM encounter
          WHERE facility = p.facility AND patient_id = p.number AND patient_domain IS NOT DISTINCT FROM p.domain
            AND bed_since IS NOT NULL AND merged_into IS NULL
          ORDER BY bed_since, id LIMIT ${MOST_SIDES}) AS e`,
    [JSON.stringify(patients)],
  );
  return rows.map(({ patientId, stays, ...visit }) => ({ patientId, visit, stay: openBed(stays)! }));
}

/** The stays of these encounters, by id. */
export async function staysOf(tx: Tx, ids: readonly string[]): Promise<Map<string, readonly Stay[]>> {
  const rows = await tx.query<{ id: string; stays: Stay[] }>(
    `SELECT id, view -> 'stays' AS stays FROM encounter WHERE id = ANY($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map(({ id, stays }) => [id, stays]));
}

/** Open visits, and those with a place that was not known, whose places were looked up in an older configuration. */
export async function outdatedEncounters(tx: Tx, limit: number): Promise<EncounterRow[]> {
  return await tx.query<EncounterRow>(
    `SELECT ${identity} FROM (
       SELECT e.* FROM facility f JOIN encounter e ON e.facility = f.id AND e.directory_version < f.version
        WHERE e.unresolved OR e.status IN ('planned', 'in-progress', 'on-leave') LIMIT $1) AS outdated`,
    [limit],
  );
}

/** These were derived in that version of the configuration, whether they changed or not. */
export async function noteDirectory(tx: Tx, ids: readonly string[], versions: readonly number[]): Promise<void> {
  await tx.query(
    `UPDATE encounter SET directory_version = t.version FROM unnest($1::uuid[], $2::int[]) AS t (id, version)
      WHERE encounter.id = t.id`,
    [ids, versions],
  );
}

export interface SavedEncounter extends Visit {
  readonly version: number;
  readonly digest: string;
  readonly derived: DerivedEncounter;
  /** Version of the configuration it was derived in; 0 without one. */
  readonly directoryVersion: number;
  /** The encounter that it was merged into; null for all others. */
  readonly mergedInto: string | null;
}

/** Somebody else saved one of these encounters since it was read; nothing may be kept of this transaction. */
export class EncounterMoved extends Error {
  override readonly name = 'EncounterMoved';
}

/** Saves encounters, each in the version after the one it was read in. @throws EncounterMoved */
export async function saveEncounters(tx: Tx, encounters: readonly SavedEncounter[]): Promise<void> {
  if (encounters.length === 0) return;
  const rows = encounters.map(({ derived, ...e }) => {
    const ended = derived.stays.map((s) => s.to);
    return {
      ...e,
      status: derived.status,
      unit: derived.location?.unit ?? null,
      patientId: derived.patient.id,
      patientDomain: derived.patient.domain,
      motherId: derived.patient.mother?.number ?? null,
      motherDomain: derived.patient.mother?.domain ?? null,
      bedSince: bedSince(derived.status, derived.stays),
      beganAt: derived.stays[0]?.from ?? null,
      endedAt:
        ended.length === 0 ? null : ended.includes(null) ? 'infinity' : ended.reduce((a, b) => (a! > b! ? a : b)),
      unresolved: isUnresolved(derived),
      conflictIds: derived.conflicts.map((c) => c.id),
      ...searchTermsOf(e.facility, derived),
    };
  });
  const saved = await tx.query<unknown>(
    `INSERT INTO encounter (id, facility, visit_number, visit_domain, version, status, unit, patient_id, patient_domain, began_at,
            ended_at, unresolved, directory_version, digest, conflict_ids, merged_into, class, period_start, period_end, places, view, mother_id, mother_domain, bed_since)
     SELECT "encounterId", facility, number, domain, version, status, unit, "patientId", "patientDomain", "beganAt", "endedAt",
            unresolved, "directoryVersion", digest, "conflictIds", "mergedInto", class, "periodStart", "periodEnd", places, view,
            "motherId", "motherDomain", "bedSince"
       FROM ROWS FROM (
              json_to_recordset($1::json) AS ("encounterId" uuid, facility text, number text, domain text, version int, status text,
                unit text, "patientId" text, "patientDomain" text, "beganAt" timestamptz, "endedAt" timestamptz, unresolved bool,
                "directoryVersion" int, digest text, "conflictIds" uuid[], "mergedInto" uuid, class text, "periodStart" text,
                "periodEnd" text, places text[], "motherId" text, "motherDomain" text, "bedSince" text),
              unnest(${unfolded('$2')}::json[])
            ) AS r ("encounterId", facility, number, domain, version, status, unit, "patientId", "patientDomain", "beganAt", "endedAt",
                    unresolved, "directoryVersion", digest, "conflictIds", "mergedInto", class, "periodStart", "periodEnd", places, "motherId", "motherDomain", "bedSince", view)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, status = excluded.status, unit = excluded.unit,
            patient_id = excluded.patient_id, patient_domain = excluded.patient_domain, began_at = excluded.began_at,
            ended_at = excluded.ended_at, unresolved = excluded.unresolved, directory_version = excluded.directory_version, digest = excluded.digest,
            conflict_ids = excluded.conflict_ids, merged_into = excluded.merged_into, class = excluded.class,
            period_start = excluded.period_start, period_end = excluded.period_end, places = excluded.places, view = excluded.view,
            mother_id = excluded.mother_id, mother_domain = excluded.mother_domain, bed_since = excluded.bed_since
      WHERE encounter.version = excluded.version - 1
     RETURNING id`,
    [JSON.stringify(rows), jsonTexts(encounters.map(({ derived: { conflicts: _, ...view } }) => view))],
  );
  if (saved.length !== encounters.length)
    throw new EncounterMoved('an encounter was saved by another process meanwhile');
}

function isUnresolved({ location, stays, pendings }: DerivedEncounter): boolean {
  const places = [location, ...stays.map((s) => s.place), ...pendings.map((p) => p.place)];
  return places.some((place) => place?.asSent !== undefined);
}

/** The visits that are not over of a patient, by any of the identifiers given, two at most. */
export async function openVisitsOf(
  tx: Tx,
  facility: string,
  patients: readonly { readonly number: string; readonly domain: string | null }[],
): Promise<{ number: string; domain: string | null }[]> {
  return await tx.query<{ number: string; domain: string | null }>(
    `SELECT e.visit_number AS number, e.visit_domain AS domain
       FROM json_to_recordset($2::json) AS p (number text, domain text)
       JOIN encounter e ON e.facility = $1 AND e.patient_id = p.number AND e.patient_domain IS NOT DISTINCT FROM p.domain
      WHERE e.status IN ('planned', 'in-progress', 'on-leave') LIMIT 2`,
    [facility, JSON.stringify(patients)],
  );
}
