import type { ConflictData } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import type { EncounterRow, EncounterView, NewFact } from './encounter.rows.js';
import type { SearchTerms } from '../domain/search-terms.js';
import { kept, type KeptMessage } from './message.rows.js';

/** Messages that were acted on, in intake order after `position`, without those that wait to be processed (anew). */
export async function processedAfter(tx: Tx, position: string, limit: number): Promise<KeptMessage[]> {
  return (await tx.query(
    `SELECT ${kept} FROM message m
      WHERE m.position > $1 AND m.disposition IN ('processed', 'unplaced')
        AND NOT EXISTS (SELECT FROM pending_message p WHERE p.message_id = m.id)
      ORDER BY m.position LIMIT $2`,
    [position, limit],
  )) as KeptMessage[];
}

const fact = `f.id, f.encounter_id AS "encounterId", f.message_id AS "messageId", f.source,
  to_char(f.received_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "receivedAt", f.content AS fact`;

/** Of these facts, those that are kept. */
export async function factsById(tx: Tx, ids: readonly string[]): Promise<NewFact[]> {
  return (await tx.query(`SELECT ${fact} FROM fact f WHERE f.id = ANY($1::uuid[])`, [ids])) as NewFact[];
}

/** Facts in the order of their ids; `after` is the last of the page before. */
export async function factsAfter(tx: Tx, after: string, limit: number): Promise<NewFact[]> {
  return (await tx.query(`SELECT ${fact} FROM fact f WHERE f.id > $1::uuid ORDER BY f.id LIMIT $2`, [
    after,
    limit,
  ])) as NewFact[];
}

/** Of these messages, those that were acted on. */
export async function processedById(tx: Tx, ids: readonly string[]): Promise<KeptMessage[]> {
  return (await tx.query(
    `SELECT ${kept} FROM message m WHERE m.id = ANY($1::uuid[]) AND m.disposition IN ('processed', 'unplaced')`,
    [ids],
  )) as KeptMessage[];
}

/** An encounter as it is kept, whole. */
export interface LiveEncounter extends EncounterRow {
  readonly status: string;
  readonly unit: string | null;
  readonly view: EncounterView;
  readonly terms: SearchTerms;
  /** Its places were looked up in an older configuration of its facility; it waits to be derived anew. */
  readonly outdated: boolean;
}

/** Encounters in the order of their ids; `after` is the last of the page before. */
export async function encountersAfter(tx: Tx, after: string, limit: number): Promise<LiveEncounter[]> {
  return (await tx.query(
    `SELECT e.id AS "encounterId", e.facility, e.visit_number AS number, e.visit_domain AS domain, e.version, e.digest,
            e.conflict_ids AS "conflictIds", e.merged_into AS "mergedInto", json_build_object('number', e.patient_id, 'domain', e.patient_domain) AS patient, e.status, e.unit, e.view,
            json_build_object('class', e.class, 'periodStart', e.period_start, 'periodEnd', e.period_end, 'places', e.places) AS terms,
            EXISTS (SELECT FROM facility f WHERE f.id = e.facility AND e.directory_version < f.version) AS outdated
       FROM encounter e WHERE e.id > $1::uuid ORDER BY e.id LIMIT $2`,
    [after, limit],
  )) as LiveEncounter[];
}

/** Of these encounters, those that are kept. */
export async function keptEncounters(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = (await tx.query('SELECT id FROM encounter WHERE id = ANY($1::uuid[])', [ids])) as { id: string }[];
  return new Set(rows.map((r) => r.id));
}

/** Open conflicts of these kinds in the order of their ids; `after` is the last of the page before. */
export async function openConflictsAfter(
  tx: Tx,
  kinds: readonly string[],
  after: string,
  limit: number,
): Promise<ConflictData[]> {
  const rows = (await tx.query(
    `SELECT data FROM conflict WHERE id > $1::uuid AND closed_at IS NULL AND data ->> 'kind' = ANY($2::text[]) ORDER BY id LIMIT $3`,
    [after, kinds, limit],
  )) as { data: ConflictData }[];
  return rows.map(({ data }) => data);
}
