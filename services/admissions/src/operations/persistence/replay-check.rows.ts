import type { ConflictData } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import type { EncounterRow, EncounterView, NewFact, SearchTerms } from '../../encounters/index.js';
import { kept, type KeptMessage } from '../../inbound/index.js';

/**
 * Messages that were acted on, in intake order after `position`, without those that wait to be processed (anew). At most `limit`, and
 * no more once their texts have so many bytes.
 */
export async function processedAfter(tx: Tx, position: string, { limit, bytes }: PageSize): Promise<KeptMessage[]> {
  return await tx.query<KeptMessage>(
    `SELECT ${kept} FROM (
       SELECT id, coalesce(sum(octet_length(raw)) OVER (ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
         FROM message o
        WHERE position > $1 AND disposition IN ('processed', 'unplaced')
          AND NOT EXISTS (SELECT FROM pending_message p WHERE p.message_id = o.id)
        ORDER BY position LIMIT $2) AS page
       JOIN message m USING (id) WHERE page.before < $3 ORDER BY m.position`,
    [position, limit, bytes],
  );
}

/** How much one page of a check is at most, or one row of more bytes. */
export interface PageSize {
  readonly limit: number;
  readonly bytes: number;
}

const fact = `f.id, f.encounter_id AS "encounterId", f.message_id AS "messageId", f.source,
  to_char(f.received_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "receivedAt", f.content AS fact`;

/** How many facts, and the sum of what their ids hash to: another set of them has another. */
export interface FactTally {
  readonly count: number;
  readonly sum: string;
}

/** The tally of these facts; of all that are kept for null. */
export async function tallyOfFacts(tx: Tx, ids: readonly string[] | null): Promise<FactTally> {
  const from = ids === null ? 'fact' : 'unnest($1::uuid[]) AS t (id)';
  const [row] = await tx.query<FactTally>(
    `SELECT count(*)::int AS count, coalesce(sum(uuid_hash_extended(id, 0)::numeric), 0)::text AS sum FROM ${from}`,
    ids === null ? [] : [ids],
  );
  return row!;
}

/** Facts in the order of their ids; `after` is the last of the page before. */
export async function factsAfter(tx: Tx, after: string, limit: number): Promise<NewFact[]> {
  return await tx.query<NewFact>(`SELECT ${fact} FROM fact f WHERE f.id > $1::uuid ORDER BY f.id LIMIT $2`, [
    after,
    limit,
  ]);
}

/** Of these messages, those that were acted on. */
export async function processedById(tx: Tx, ids: readonly string[]): Promise<KeptMessage[]> {
  return await tx.query<KeptMessage>(
    `SELECT ${kept} FROM message m WHERE m.id = ANY($1::uuid[]) AND m.disposition IN ('processed', 'unplaced')`,
    [ids],
  );
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

const encounter = `e.id AS "encounterId", e.facility, e.visit_number AS number, e.visit_domain AS domain, e.version, e.digest,
  e.conflict_ids AS "conflictIds", e.merged_into AS "mergedInto", json_build_object('number', e.patient_id, 'domain', e.patient_domain) AS patient, e.status, e.unit, e.view,
  json_build_object('class', e.class, 'periodStart', e.period_start, 'periodEnd', e.period_end, 'places', e.places) AS terms,
  EXISTS (SELECT FROM facility f WHERE f.id = e.facility AND e.directory_version < f.version) AS outdated`;

/**
 * Encounters of patients, those of one patient together: what was told of that person is read once for them. `after` is the last of the
 * page before; it may be another patient's by now, then it goes on from there.
 */
export async function encountersOfPatientsAfter(
  tx: Tx,
  after: string | null,
  size: PageSize,
): Promise<LiveEncounter[]> {
  const order = '(o.facility, o.patient_id, o.id)';
  const behind = `${order} > (SELECT facility, coalesce(patient_id, ''), id FROM encounter WHERE id = $3)`;
  return pageOfEncounters(
    tx,
    `o.patient_id IS NOT NULL AND ${after === null ? '$3::uuid IS NULL' : behind}`,
    'o.facility, o.patient_id, o.id',
    after,
    size,
  );
}

/** Encounters that name no patient, in the order of their ids; `after` is the last of the page before. */
export async function encountersOfNobodyAfter(tx: Tx, after: string | null, size: PageSize): Promise<LiveEncounter[]> {
  const behind = after === null ? '$3::uuid IS NULL' : 'o.id > $3::uuid';
  return pageOfEncounters(tx, `o.patient_id IS NULL AND ${behind}`, 'o.id', after, size);
}

async function pageOfEncounters(
  tx: Tx,
  where: string,
  order: string,
  after: string | null,
  { limit, bytes }: PageSize,
): Promise<LiveEncounter[]> {
  return await tx.query<LiveEncounter>(
    `SELECT ${encounter} FROM (
       SELECT o.id, row_number() OVER (ORDER BY ${order}) AS nth,
              coalesce(sum(pg_column_size(o.view)) OVER (ORDER BY ${order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
         FROM encounter o WHERE ${where} ORDER BY ${order} LIMIT $1) AS page
       JOIN encounter e USING (id) WHERE page.before < $2 ORDER BY page.nth`,
    [limit, bytes, after],
  );
}

/** Of these encounters, those that are kept, whole. */
export async function liveEncounters(tx: Tx, ids: readonly string[]): Promise<LiveEncounter[]> {
  if (ids.length === 0) return [];
  return await tx.query<LiveEncounter>(`SELECT ${encounter} FROM encounter e WHERE e.id = ANY($1::uuid[])`, [ids]);
}

/** How many facts are kept of each of these; of those that there are any of. */
export async function factCounts(tx: Tx, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ id: string; count: number }>(
    'SELECT encounter_id AS id, count(*)::int AS count FROM fact WHERE encounter_id = ANY($1::uuid[]) GROUP BY encounter_id',
    [ids],
  );
  return new Map(rows.map(({ id, count }) => [id, count]));
}

/** What others go by, or themselves, in the order of their ids; `after` is the last of the page before. */
export async function survivorsAfter(tx: Tx, after: string, limit: number): Promise<string[]> {
  const rows = await tx.query<{ survivor: string }>(
    'SELECT survivor FROM identity WHERE survivor > $1::uuid GROUP BY survivor ORDER BY survivor LIMIT $2',
    [after, limit],
  );
  return rows.map(({ survivor }) => survivor);
}

/** The facts of these identifiers that retire another, and those that take such a one back. */
export async function retiringFacts(tx: Tx, ids: readonly string[]): Promise<NewFact[]> {
  return await tx.query<NewFact>(
    `SELECT ${fact} FROM fact f WHERE f.encounter_id = ANY($1::uuid[]) AND f.content ->> 'retires' IS NOT NULL`,
    [ids],
  );
}

/** Of these encounters, those that are kept. */
export async function keptEncounters(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>('SELECT id FROM encounter WHERE id = ANY($1::uuid[])', [ids]);
  return new Set(rows.map((r) => r.id));
}

/** Of these identifiers, those of which something is kept. */
export async function keptIdentities(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tx.query<{ id: string }>('SELECT id FROM identity WHERE id = ANY($1::uuid[])', [ids]);
  return new Set(rows.map((r) => r.id));
}

/** Open conflicts of these kinds in the order of their ids; `after` is the last of the page before. */
export async function openConflictsAfter(
  tx: Tx,
  kinds: readonly string[],
  after: string,
  limit: number,
): Promise<ConflictData[]> {
  const rows = await tx.query<{ data: ConflictData }>(
    `SELECT data FROM conflict WHERE id > $1::uuid AND closed_at IS NULL AND data ->> 'kind' = ANY($2::text[]) ORDER BY id LIMIT $3`,
    [after, kinds, limit],
  );
  return rows.map(({ data }) => data);
}
