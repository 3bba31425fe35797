import { asMs, iso, isoOrNull, type Tx } from '@wardstream/persistence';
import type { PlannedHold } from '@wardstream/bed-model';

/** Holds that followed from the plans of these encounters, by the encounter they were planned for. */
export async function plannedHoldsOf(tx: Tx, encounterIds: readonly string[]): Promise<Map<string, PlannedHold[]>> {
  const rows = await tx.query<PlannedHold>(
    `SELECT id, made_for AS "encounterId", bed_id AS "bedId", kind, bed_request_id AS "bedRequestId", plan,
            CASE WHEN timed THEN 'by-time' ELSE 'when-told' END AS begins, ${asMs('since', 'since')},
            ${asMs('until_at', '"until"')}, ${asMs('expected_at', '"expectedAt"')},
            ${asMs('released_at', '"releasedAt"')}, ${asMs('plan_ended_at', '"endedAt"')}
       FROM bed_hold WHERE made_for = ANY ($1) AND plan IS NOT NULL`,
    [encounterIds],
  );
  const byEncounter = new Map<string, PlannedHold[]>(encounterIds.map((id) => [id, []]));
  for (const row of rows) byEncounter.get(row.encounterId)!.push(row);
  return byEncounter;
}

/** Stores such holds as they are now. Whether a person gave one up stays as it is. */
export async function savePlannedHolds(
  tx: Tx,
  holds: readonly (PlannedHold & { readonly facility: string; readonly visitNumber: string; readonly by: string })[],
): Promise<void> {
  if (holds.length === 0) return;
  const rows = holds.map((h) => ({
    ...{ id: h.id, facility: h.facility, bedId: h.bedId, encounterId: h.encounterId, visitNumber: h.visitNumber },
    ...{ plan: h.plan, timed: h.begins === 'by-time', by: h.by, since: iso(h.since), until: isoOrNull(h.until) },
    ...{ expectedAt: isoOrNull(h.expectedAt), endedAt: isoOrNull(h.endedAt) },
  }));
  await tx.query(
    `INSERT INTO bed_hold (id, facility, bed_id, encounter_id, made_for, visit_number, kind, plan, timed, since, until_at,
                           expected_at, plan_ended_at, made_by)
     SELECT id, facility, "bedId", "encounterId", "encounterId", "visitNumber", 'reservation', plan, timed, since, "until",
            "expectedAt", "endedAt", by
       FROM json_to_recordset($1::json) AS t (id text, facility text, "bedId" text, "encounterId" text, "visitNumber" text,
            plan text, timed boolean, by text, since timestamptz, "until" timestamptz, "expectedAt" timestamptz,
            "endedAt" timestamptz)
     ON CONFLICT (id) DO UPDATE
        SET timed = excluded.timed, since = excluded.since, until_at = excluded.until_at, over_at = 'infinity',
            expected_at = excluded.expected_at, plan_ended_at = excluded.plan_ended_at`,
    [JSON.stringify(rows)],
  );
}
