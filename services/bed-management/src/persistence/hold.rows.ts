import type { FitOverride } from '@wardstream/events';
import { asMs, iso, isoOrNull, orInfinity, type Tx } from '@wardstream/persistence';
import type { Hold } from '@wardstream/bed-model';
import type { BedRef } from './bed.rows.js';

export interface NewHold
  extends BedRef, Pick<Hold, 'id' | 'encounterId' | 'kind' | 'bedRequestId' | 'since' | 'until'> {
  readonly visitNumber: string;
  readonly madeBy: string;
  readonly subject: string;
  readonly override: FitOverride | null;
}

/** Stores a hold. False if it was known already. */
export async function insertHold(tx: Tx, hold: NewHold): Promise<boolean> {
  const inserted = await tx.query<unknown>(
    `INSERT INTO bed_hold (id, facility, bed_id, encounter_id, made_for, visit_number, kind, bed_request_id, since, until_at,
                           made_by, subject, override)
     VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO NOTHING RETURNING id`,
    [
      ...[hold.id, hold.facility, hold.bedId, hold.encounterId, hold.visitNumber, hold.kind, hold.bedRequestId],
      ...[iso(hold.since), isoOrNull(hold.until), hold.madeBy, hold.subject],
      hold.override === null ? null : JSON.stringify(hold.override),
    ],
  );
  return inserted.length > 0;
}

export async function releaseHolds(tx: Tx, ids: readonly string[], at: number): Promise<void> {
  await tx.query('UPDATE bed_hold SET released_at = $2 WHERE id = ANY ($1)', [ids, iso(at)]);
}

/** Another bed that is kept for the visit now; null if there is none. */
export async function heldElsewhere(tx: Tx, encounterId: string, than: BedRef, now: number): Promise<string | null> {
  const [row] = await tx.query<{ bed_id: string }>(
    `SELECT bed_id FROM bed_hold
      WHERE encounter_id = $1 AND over_at > $4 AND (facility, bed_id) <> ($2, $3) ORDER BY since LIMIT 1`,
    [encounterId, than.facility, than.bedId, iso(now)],
  );
  return row?.bed_id ?? null;
}

/** A bed of the same unit and for the same sex that nobody has and nobody waits to clean: where to look next. */
export async function nextAvailable(tx: Tx, than: BedRef): Promise<string | null> {
  const [row] = await tx.query<{ id: string }>(
    `SELECT b.id FROM bed b JOIN bed wanted ON wanted.facility = b.facility AND wanted.id = $2
      WHERE b.facility = $1 AND b.state = 'available' AND b.doubt_since IS NULL AND b.retired_at IS NULL AND b.id <> $2
        AND b.definition ->> 'unit' = wanted.definition ->> 'unit'
      ORDER BY b.definition ->> 'room' = wanted.definition ->> 'room' DESC, b.position LIMIT 1`,
    [than.facility, than.bedId],
  );
  return row?.id ?? null;
}

/** A hold of a bed that does not suit the patient. */
export interface OverriddenHold {
  readonly id: string;
  readonly bedId: string;
  readonly encounterId: string;
  readonly visitNumber: string;
  readonly bedRequestId: string | null;
  readonly kind: Hold['kind'];
  readonly since: string;
  /** Null while it lasts. */
  readonly endedAt: string | null;
  readonly override: FitOverride;
}

/** Such holds of a facility that were made from `from` (milliseconds) on, the latest first. */
export async function overriddenHolds(
  tx: Tx,
  of: { readonly facility: string; readonly from: number; readonly limit: number },
): Promise<OverriddenHold[]> {
  const rows = await tx.query<Omit<OverriddenHold, 'since' | 'endedAt'> & { since: number; endedAt: number }>(
    `SELECT id, bed_id AS "bedId", encounter_id AS "encounterId", visit_number AS "visitNumber",
            bed_request_id AS "bedRequestId", kind, ${asMs('since', 'since')}, ${asMs('over_at', '"endedAt"')}, override
       FROM bed_hold WHERE facility = $1 AND since >= $2 AND override IS NOT NULL ORDER BY since DESC, over_at DESC, id LIMIT $3`,
    [of.facility, orInfinity(of.from), of.limit],
  );
  return rows.map((r) => ({ ...r, since: iso(r.since), endedAt: Number.isFinite(r.endedAt) ? iso(r.endedAt) : null }));
}
