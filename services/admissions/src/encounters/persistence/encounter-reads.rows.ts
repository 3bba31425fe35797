import type { ConflictData, EncounterData } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import { patientConflictIds, patientIdOf } from '@wardstream/encounter-model';
import type { EncounterView } from './encounter.rows.js';

export interface ReadEncounter {
  readonly id: string;
  readonly facility: string;
  readonly visitNumber: string;
  /** Who gave the number. */
  readonly visitDomain: string | null;
  readonly version: number;
  /** Id of the encounter that it was merged into. */
  readonly mergedInto: string | null;
  readonly view: EncounterView;
}

const read =
  'id, facility, visit_number AS "visitNumber", visit_domain AS "visitDomain", version, merged_into AS "mergedInto", view';

export async function readEncounter(
  tx: Tx,
  id: string,
): Promise<{ encounter: ReadEncounter; conflicts: ConflictData[] } | undefined> {
  const [encounter] = await tx.query<ReadEncounter>(`SELECT ${read} FROM encounter WHERE id = $1`, [id]);
  if (encounter === undefined) return undefined;
  const rows = await tx.query<{ data: ConflictData }>(
    `SELECT c.data FROM conflict c
      WHERE c.id = ANY(ARRAY(SELECT unnest(e.conflict_ids) FROM encounter e WHERE e.id = $1) || $2::uuid[])
        AND c.closed_at IS NULL ORDER BY c.opened_at, c.id`,
    [id, idsOfPatient(encounter)],
  );
  const conflicts = rows.map(({ data }) => data);
  // A patient may have a conflict that another visit of theirs is no side of.
  return {
    encounter,
    conflicts: conflicts.filter((c) => c.subject.id === id || c.facts.some((f) => f.encounterId === id)),
  };
}

/** Every id that a conflict between this visit and another one of its patient may have. */
function idsOfPatient({ facility, visitNumber, view }: ReadEncounter): string[] {
  const { id: number, domain } = view.patient;
  if (number === null) return [];
  const id = patientIdOf(facility, { number, domain });
  return patientConflictIds(id, [visitNumber]);
}

export interface EncounterQuery {
  readonly facility: string;
  readonly visitNumber?: string | undefined;
  readonly status?: EncounterData['status'] | undefined;
  readonly unit?: string | undefined;
  /** Only visits that had a stay at this event time; `unit` is then the unit of that stay. */
  readonly at?: string | undefined;
  /** Id of the last one of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** The statement that gives the ids of what goes by another identifier, of which this holds (`n`): what it was merged into, too. */
export function idsByOtherNumber(condition: string): string {
  return `SELECT coalesce(i.survivor, n.key) FROM fhir_number n LEFT JOIN identity i ON i.id = n.key WHERE ${condition}`;
}

/** Encounters in order of their ids. */
export async function findEncounters(tx: Tx, query: EncounterQuery): Promise<ReadEncounter[]> {
  const parameters: unknown[] = [query.facility];
  const with_ = (value: unknown): string => `$${parameters.push(value)}`;
  const where = ['facility = $1', 'merged_into IS NULL'];
  if (query.visitNumber !== undefined) {
    const number = with_(query.visitNumber);
    // Each by its index, where OR would look at all visits.
    where.push(
      `id IN (SELECT id FROM encounter WHERE facility = $1 AND visit_number = ${number}
              UNION ALL SELECT survivor FROM identity WHERE facility = $1 AND number = ${number}
              UNION ALL ${idsByOtherNumber(`n.number = ${number}`)})`,
    );
  }
  if (query.status !== undefined) where.push(`status = ${with_(query.status)}`);
  if (query.after !== undefined) where.push(`id > ${with_(query.after)}::uuid`);
  if (query.at === undefined) {
    if (query.unit !== undefined) where.push(`unit = ${with_(query.unit)}`);
  } else {
    const at = with_(query.at);
    // Once more as text: instants as we write them compare by their text.
    const text = with_(query.at);
    const unit = query.unit === undefined ? '' : ` AND s -> 'place' ->> 'unit' = ${with_(query.unit)}`;
    where.push(
      `began_at <= ${at}::timestamptz AND ended_at > ${at}::timestamptz`,
      `EXISTS (SELECT FROM json_array_elements(view -> 'stays') AS t (s)
                WHERE s ->> 'from' <= ${text}::text AND (s ->> 'to' IS NULL OR s ->> 'to' > ${text}::text)${unit})`,
    );
  }
  // Those who were in the house at a time are few: they are found by their times, not among all in the order of the ids.
  const materialized = query.at === undefined ? 'NOT MATERIALIZED' : 'MATERIALIZED';
  return await tx.query<ReadEncounter>(
    `WITH found AS ${materialized} (SELECT id FROM encounter WHERE ${where.join(' AND ')})
     SELECT ${read} FROM (SELECT id FROM found ORDER BY id LIMIT ${with_(query.limit)}) AS page
       JOIN encounter USING (id) ORDER BY id`,
    parameters,
  );
}
