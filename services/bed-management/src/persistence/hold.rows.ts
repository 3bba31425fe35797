import type { Tx } from '@wardstream/persistence';
import type { Hold } from '../domain/bed-facts.js';
import type { BedRef } from './bed.rows.js';
import { iso, isoOrNull } from './sql-time.js';

export interface NewHold
  extends BedRef, Pick<Hold, 'id' | 'encounterId' | 'kind' | 'bedRequestId' | 'since' | 'until'> {
  readonly visitNumber: string;
  readonly madeBy: string;
  readonly subject: string;
}

/** Stores a hold. False if it was known already. */
export async function insertHold(tx: Tx, hold: NewHold): Promise<boolean> {
  const inserted = (await tx.query(
    `INSERT INTO bed_hold (id, facility, bed_id, encounter_id, made_for, visit_number, kind, bed_request_id, since, until_at,
                           made_by, subject)
     VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING RETURNING id`,
    [
      ...[hold.id, hold.facility, hold.bedId, hold.encounterId, hold.visitNumber, hold.kind, hold.bedRequestId],
      ...[iso(hold.since), isoOrNull(hold.until), hold.madeBy, hold.subject],
    ],
  )) as unknown[];
  return inserted.length > 0;
}

export async function releaseHolds(tx: Tx, ids: readonly string[], at: number): Promise<void> {
  await tx.query('UPDATE bed_hold SET released_at = $2 WHERE id = ANY ($1)', [ids, iso(at)]);
}

/** Another bed that is kept for the visit now; null if there is none. */
export async function heldElsewhere(tx: Tx, encounterId: string, than: BedRef, now: number): Promise<string | null> {
  const [row] = (await tx.query(
    `SELECT bed_id FROM bed_hold
      WHERE encounter_id = $1 AND over_at > $4 AND (facility, bed_id) <> ($2, $3) ORDER BY since LIMIT 1`,
    [encounterId, than.facility, than.bedId, iso(now)],
  )) as { bed_id: string }[];
  return row?.bed_id ?? null;
}

/** A bed of the same unit and for the same sex that nobody has and nobody waits to clean: where to look next. */
export async function nextAvailable(tx: Tx, than: BedRef): Promise<string | null> {
  const [row] = (await tx.query(
    `SELECT b.id FROM bed b JOIN bed wanted ON wanted.facility = b.facility AND wanted.id = $2
      WHERE b.facility = $1 AND b.state = 'available' AND b.doubt_since IS NULL AND b.retired_at IS NULL AND b.id <> $2
        AND b.definition ->> 'unit' = wanted.definition ->> 'unit'
      ORDER BY b.definition ->> 'room' = wanted.definition ->> 'room' DESC, b.position LIMIT 1`,
    [than.facility, than.bedId],
  )) as { id: string }[];
  return row?.id ?? null;
}
