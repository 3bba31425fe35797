import type { ConflictData } from '@wardstream/events';
import { asMs, iso, isoOrNull, orInfinity, type Tx } from '@wardstream/persistence';
import type { Conflict } from '@wardstream/bed-model';
import { windowsOf, windowed, type BedOutcome } from './bed-outcome.js';

const conflictColumns = `id, facility, bed_id, unit, version, kind, severity, facts, closed_by, reason,
  ${asMs('opened_at', 'opened')}, ${asMs('closed_at', 'closed')}`;

/** What `closedBy` says where no person closed it. */
export const BY_FACTS = 'facts';
const byFacts = { closedBy: BY_FACTS, reason: 'Later facts ended it.' };

/** Writes the conflicts that differ and closes those that, by what is known now, never were. */
export async function saveConflicts(tx: Tx, outcomes: readonly BedOutcome[], now: number): Promise<ConflictData[]> {
  const conflicts = outcomes.flatMap(({ facility, bedId, unit, changes }) =>
    changes.conflicts.map((c) => ({
      ...{ id: c.id, facility, bedId, unit, kind: c.kind, severity: c.severity, facts: c.facts.map(toFact) },
      ...{ openedAt: iso(c.from), closedAt: isoOrNull(c.to), overAt: orInfinity(c.to) },
      ...(c.to === null ? { closedBy: null, reason: null } : (c.decision ?? byFacts)),
    })),
  );
  const saved = conflicts.length === 0 ? [] : await tx.query(upsertConflicts, [JSON.stringify(conflicts)]);
  const late = outcomes.filter((o) => o.isLate);
  const withdrawn =
    late.length === 0
      ? []
      : await tx.query(
          `WITH gone AS (
       UPDATE bed_conflict c
          SET version = version + 1, closed_at = $2, over_at = $2, closed_by = '${BY_FACTS}', withdrawn = true,
              reason = 'By what is known now the facts agree.'
         FROM ${windowed}
        WHERE c.facility = t.facility AND c.bed_id = t."bedId" AND c.over_at >= t."from"
          AND NOT c.withdrawn AND NOT c.id = ANY (t.ids)
       RETURNING c.*)
     SELECT ${conflictColumns} FROM gone`,
          [windowsOf(late, (o) => o.changes.conflicts), iso(now)],
        );
  return [...(saved as RawConflict[]), ...(withdrawn as RawConflict[])].map(toConflict);
}

const upsertConflicts = `
  WITH saved AS (
    INSERT INTO bed_conflict (id, facility, bed_id, unit, kind, severity, facts, opened_at, closed_at, closed_by, reason,
                              over_at)
    SELECT id, facility, "bedId", unit, kind, severity, facts, "openedAt", "closedAt", "closedBy", reason, "overAt"
      FROM json_to_recordset($1::json) AS t (id text, facility text, "bedId" text, unit text, kind text, severity text,
           facts jsonb, "openedAt" timestamptz, "closedAt" timestamptz, "closedBy" text, reason text,
           "overAt" timestamptz)
    ON CONFLICT (id) DO UPDATE
       SET version = bed_conflict.version + 1, severity = excluded.severity, facts = excluded.facts,
           opened_at = excluded.opened_at, closed_at = excluded.closed_at, closed_by = excluded.closed_by,
           reason = excluded.reason, over_at = excluded.over_at, withdrawn = false
     WHERE (bed_conflict.facts, bed_conflict.opened_at, bed_conflict.closed_at, bed_conflict.closed_by, bed_conflict.reason,
            bed_conflict.withdrawn)
           IS DISTINCT FROM (excluded.facts, excluded.opened_at, excluded.closed_at, excluded.closed_by, excluded.reason, false)
    RETURNING *)
  SELECT ${conflictColumns} FROM saved`;

/** The conflict as it was kept last; undefined if there is none. */
export async function findConflict(tx: Tx, id: string): Promise<ConflictData | undefined> {
  const [row] = await tx.query<RawConflict>(`SELECT ${conflictColumns} FROM bed_conflict WHERE id = $1`, [id]);
  return row === undefined ? undefined : toConflict(row);
}

interface RawConflict {
  id: string;
  facility: string;
  bed_id: string;
  unit: string;
  version: number;
  kind: string;
  severity: ConflictData['severity'];
  facts: ConflictData['facts'];
  closed_by: string | null;
  reason: string | null;
  opened: number;
  closed: number | null;
}

function toFact(fact: Conflict['facts'][number]): ConflictData['facts'][number] {
  const { source, says, at, recordedAt, receivedAt, encounterId } = fact;
  return {
    ...{ source, says, at: iso(at), recordedAt: isoOrNull(recordedAt), receivedAt: isoOrNull(receivedAt) },
    ...(encounterId === undefined ? {} : { encounterId }),
  };
}

function toConflict(raw: RawConflict): ConflictData {
  return {
    ...{ id: raw.id, facility: raw.facility, version: raw.version, kind: raw.kind, severity: raw.severity },
    ...{ subject: { type: 'bed', id: raw.bed_id }, unit: raw.unit, facts: raw.facts, openedAt: iso(raw.opened) },
    ...{ closedAt: isoOrNull(raw.closed), closedBy: raw.closed_by, reason: raw.reason },
  };
}
