import type { PatientBrief } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import type { BedRef } from './bed.rows.js';

/** Something that happened to a bed. */
export interface BedEvent {
  readonly id: string;
  /** `came`, `left`; the kind of a fact of the bed; `kept`, `kept-no-more`; `conflict-opened`, `conflict-over`. */
  readonly kind: string;
  readonly at: Date;
  /** When it was recorded; null where nobody told. */
  readonly recordedAt: Date | null;
  /** Who told it: a sender or a role; null where it followed by itself. */
  readonly by: string | null;
  readonly encounterId: string | null;
  readonly visitNumber: string | null;
  readonly patient: PatientBrief | null;
  /** What else the kind tells. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Where a page ends: the next begins behind it. */
export interface HistoryPlace {
  readonly at: string;
  readonly id: string;
}

const happened = `
  SELECT 'came ' || s.encounter_id || s.movement_id AS id, 'came' AS kind, s.from_at AS at, s.recorded_at, NULL AS by,
         s.encounter_id, '{}'::jsonb AS details
    FROM stay s WHERE s.facility = $1 AND s.bed_id = $2 AND s.to_at > s.from_at
  UNION ALL
  SELECT 'left ' || s.encounter_id || s.movement_id, 'left', s.to_at, s.end_recorded_at, NULL, s.encounter_id,
         jsonb_build_object('endedBy', s.ended_by, 'leavesDirty', s.leaves_dirty)
    FROM stay s WHERE s.facility = $1 AND s.bed_id = $2 AND s.to_at < 'infinity'
  UNION ALL
  SELECT f.id, f.content ->> 'kind', f.at, f.recorded_at, f.by, f.content ->> 'encounterId',
         f.content - ARRAY['kind', 'facts', 'closedBy', 'encounterId', 'notInBed']
           || CASE WHEN f.withdrawn_at IS NULL THEN '{}' ELSE jsonb_build_object('takenBackAt', f.withdrawn_at) END
    FROM bed_fact f WHERE f.facility = $1 AND f.bed_id = $2
  UNION ALL
  SELECT 'kept ' || h.id, 'kept', h.since, NULL, h.made_by, h.encounter_id,
         jsonb_build_object('as', h.kind, 'plan', h.plan, 'until', h.until_at)
    FROM bed_hold h WHERE h.facility = $1 AND h.bed_id = $2 AND h.over_at > h.since
  UNION ALL
  SELECT 'over ' || h.id, 'kept-no-more', h.over_at, h.released_at, NULL, h.encounter_id,
         jsonb_build_object('released', h.released_at IS NOT NULL)
    FROM bed_hold h WHERE h.facility = $1 AND h.bed_id = $2 AND h.over_at > h.since AND h.over_at < 'infinity'
  UNION ALL
  SELECT 'opened ' || c.id, 'conflict-opened', c.opened_at, NULL, NULL, NULL,
         jsonb_build_object('conflict', c.kind, 'severity', c.severity, 'withdrawn', c.withdrawn)
    FROM bed_conflict c WHERE c.facility = $1 AND c.bed_id = $2
  UNION ALL
  SELECT 'closed ' || c.id, 'conflict-over', c.closed_at, NULL, NULL, NULL,
         jsonb_build_object('conflict', c.kind, 'reason', c.reason)
    FROM bed_conflict c WHERE c.facility = $1 AND c.bed_id = $2 AND c.closed_at IS NOT NULL`;

/** What happened to the bed by now, the latest first, from behind `after` on. One statement; reads one bed's history. */
export async function bedEvents(
  tx: Tx,
  { facility, bedId }: BedRef,
  of: { readonly now: string; readonly after: HistoryPlace | null; readonly limit: number },
): Promise<BedEvent[]> {
  return await tx.query<BedEvent>(
    `SELECT h.id, h.kind, h.at, h.recorded_at AS "recordedAt", h.by, h.encounter_id AS "encounterId",
            e.visit_number AS "visitNumber", e.patient, h.details
       FROM (${happened}) h LEFT JOIN encounter e ON e.id = h.encounter_id
      WHERE h.at <= $3 AND ($4::timestamptz IS NULL OR (h.at, h.id) < ($4, $5::text))
      ORDER BY h.at DESC, h.id DESC LIMIT $6`,
    [facility, bedId, of.now, of.after?.at ?? null, of.after?.id ?? null, of.limit],
  );
}

/** Whether the facility has, or had, the bed. */
export async function hasBed(tx: Tx, { facility, bedId }: BedRef): Promise<boolean> {
  return (await tx.query<unknown>('SELECT FROM bed WHERE facility = $1 AND id = $2', [facility, bedId])).length > 0;
}
