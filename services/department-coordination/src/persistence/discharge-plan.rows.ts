import type { Tx } from '@wardstream/persistence';
import type { PlanFacts, PlanState } from '../domain/discharge-plan.js';

/** A plan as it is stored. */
export interface PlanRow {
  readonly facts: PlanFacts;
  /** 0 until it was derived for the first time. */
  readonly version: number;
  readonly state: PlanState | null;
  readonly digest: string | null;
}

const columns = 'facts, version, state, digest';

/** The plans of these encounters, also those that were made for the visit number before the encounter was known. */
export async function plansOf(
  tx: Tx,
  encounters: readonly { readonly id: string; readonly facility: string; readonly visitNumber: string }[],
): Promise<PlanRow[]> {
  const given = encounters.map(({ id, facility, visitNumber }) => ({ id, facility, visitNumber }));
  return await tx.query<PlanRow>(
    `SELECT ${columns} FROM discharge_plan WHERE encounter_id IN (
       SELECT p.encounter_id FROM json_to_recordset($1::json) AS t (id text, facility text, "visitNumber" text)
         JOIN discharge_plan p ON p.encounter_id = t.id
        UNION
       SELECT p.encounter_id FROM json_to_recordset($1::json) AS t (id text, facility text, "visitNumber" text)
         JOIN discharge_plan p ON p.facility = t.facility AND p.visit_number = t."visitNumber"
        WHERE NOT EXISTS (SELECT FROM encounter e WHERE e.id = p.encounter_id))`,
    [JSON.stringify(given)],
  );
}

/** The plans of encounters that were merged into one of these, by that one. */
export async function plansMergedInto(tx: Tx, encounterIds: readonly string[]): Promise<Map<string, PlanRow[]>> {
  const rows = await tx.query<PlanRow & { into: string }>(
    `SELECT e.merged_into AS into, p.facts, p.version, p.state, p.digest
       FROM encounter e JOIN discharge_plan p ON p.encounter_id = e.id
      WHERE e.merged_into = ANY ($1) ORDER BY p.encounter_id`,
    [encounterIds],
  );
  const byEncounter = new Map<string, PlanRow[]>();
  for (const { into, ...row } of rows) byEncounter.set(into, [...(byEncounter.get(into) ?? []), row]);
  return byEncounter;
}

/**
 * Whether anything was asked or planned for any of these encounters: what `requestsOfEncounters`, `plansOf` and `plansMergedInto` would find,
 * by one look. Of most movements nothing was.
 */
export async function areAnyConcerned(
  tx: Tx,
  encounters: readonly { readonly id: string; readonly facility: string; readonly visitNumber: string }[],
): Promise<boolean> {
  const given = encounters.map(({ id, facility, visitNumber }) => ({ id, facility, visitNumber }));
  const [row] = await tx.query<{ isAny: boolean }>(
    `SELECT EXISTS (
       SELECT FROM json_to_recordset($1::json) AS t (id text, facility text, "visitNumber" text) CROSS JOIN LATERAL (
         (SELECT 1 FROM bed_request WHERE encounter_id = t.id LIMIT 1)
          UNION ALL (SELECT 1 FROM bed_request WHERE made_for = t.id LIMIT 1)
          UNION ALL (SELECT 1 FROM bed_request WHERE facility = t.facility AND visit_number = t."visitNumber" LIMIT 1)
          UNION ALL (SELECT 1 FROM discharge_plan WHERE encounter_id = t.id LIMIT 1)
          UNION ALL (SELECT 1 FROM discharge_plan WHERE facility = t.facility AND visit_number = t."visitNumber" LIMIT 1)
          UNION ALL (SELECT 1 FROM encounter e JOIN discharge_plan p ON p.encounter_id = e.id WHERE e.merged_into = t.id LIMIT 1)
       ) AS found
     ) AS "isAny"`,
    [JSON.stringify(given)],
  );
  return row!.isAny;
}

/** Stores plans as they are now; new ones are made. */
export async function savePlans(tx: Tx, rows: readonly PlanRow[]): Promise<void> {
  const given = rows.map(({ facts, version, state, digest }) => {
    const { encounterId, facility, visitNumber } = facts;
    return {
      encounterId,
      facility,
      visitNumber,
      facts,
      version,
      status: state?.status,
      unit: state?.unit,
      state,
      digest,
    };
  });
  await tx.query(
    `INSERT INTO discharge_plan (encounter_id, facility, visit_number, facts, version, status, unit, state, digest)
     SELECT "encounterId", facility, "visitNumber", facts, version, status, unit, state, digest
       FROM json_to_recordset($1::json) AS t ("encounterId" text, facility text, "visitNumber" text, facts jsonb,
            version integer, status text, unit text, state jsonb, digest text)
     ON CONFLICT (encounter_id) DO UPDATE
        SET visit_number = excluded.visit_number, facts = excluded.facts, version = excluded.version,
            status = excluded.status, unit = excluded.unit, state = excluded.state, digest = excluded.digest`,
    [JSON.stringify(given)],
  );
}

/** Removes plans that were kept under a number and have joined their encounter. */
export async function removePlans(tx: Tx, encounterIds: readonly string[]): Promise<void> {
  await tx.query('DELETE FROM discharge_plan WHERE encounter_id = ANY ($1)', [encounterIds]);
}

export async function listPlans(
  tx: Tx,
  facility: string,
  filter: { readonly statuses: readonly string[]; readonly unit: string | null; readonly limit: number },
): Promise<PlanRow[]> {
  return await tx.query<PlanRow>(
    `SELECT ${columns} FROM discharge_plan
      WHERE facility = $1 AND status = ANY ($2) AND ($3::text IS NULL OR unit = $3)
      ORDER BY state ->> 'confirmedAt' NULLS LAST, state ->> 'pendingAt', encounter_id LIMIT $4`,
    [facility, filter.statuses, filter.unit, filter.limit],
  );
}
