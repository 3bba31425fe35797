import { iso, orInfinity, type Tx } from '@wardstream/persistence';
import { windowsOf, windowed, type BedOutcome } from './bed-outcome.js';

/** Replaces the claims from each bed's window on. The database refuses two active ones at a time: that would be a bug here. */
export async function replaceClaims(tx: Tx, all: readonly BedOutcome[]): Promise<void> {
  const outcomes = all.filter((o) => o.changes.from < Infinity);
  if (outcomes.length === 0) return;
  await tx.query(
    `DELETE FROM bed_claim c USING ${windowed}
      WHERE c.facility = t.facility AND c.bed_id = t."bedId" AND c.over_at >= t."from"`,
    [windowsOf(outcomes)],
  );
  const claims = outcomes.flatMap(({ facility, bedId, changes }) =>
    changes.claims.map((c) => ({ ...c, facility, bedId, from: iso(c.from), to: orInfinity(c.to) })),
  );
  if (claims.length === 0) return;
  await tx.query(
    `INSERT INTO bed_claim (facility, bed_id, bed_number, kind, encounter_id, ref, role, during, over_at)
     SELECT t.facility, t."bedId", b.number, t.kind, t."encounterId", t.ref, t.role, tstzrange(t."from", NULLIF(t."to", 'infinity')), t."to"
       FROM json_to_recordset($1::json) AS t (facility text, "bedId" text, kind text, "encounterId" text, ref text,
            role text, "from" timestamptz, "to" timestamptz)
       LEFT JOIN bed b ON b.facility = t.facility AND b.id = t."bedId"`,
    [JSON.stringify(claims)],
  );
}

export async function replaceCheckpoints(tx: Tx, outcomes: readonly BedOutcome[]): Promise<void> {
  const late = outcomes.filter((o) => o.isLate);
  if (late.length > 0)
    await tx.query(
      `DELETE FROM bed_checkpoint c USING ${windowed}
        WHERE c.facility = t.facility AND c.bed_id = t."bedId" AND c.at >= t."from"`,
      [windowsOf(late)],
    );
  const checkpoints = outcomes.flatMap(({ facility, bedId, checkpoints: made, changes }) =>
    made.filter((c) => c.at >= changes.from).map((fold) => ({ facility, bedId, at: iso(fold.at), carry: fold })),
  );
  if (checkpoints.length === 0) return;
  await tx.query(
    `INSERT INTO bed_checkpoint (facility, bed_id, at, carry)
     SELECT facility, "bedId", at, carry
       FROM json_to_recordset($1::json) AS t (facility text, "bedId" text, at timestamptz, carry json)`,
    [JSON.stringify(checkpoints)],
  );
}

/** Of what lies before that time, leaves the last checkpoint of each month (UTC) of a bed that is in use. Gives how many went. */
export async function pruneCheckpoints(tx: Tx, before: number): Promise<number> {
  const count = await tx.changed(
    `DELETE FROM bed_checkpoint c USING bed b
      WHERE b.facility = c.facility AND b.id = c.bed_id AND c.at < $1
        AND (b.retired_at < $1
         OR EXISTS (SELECT FROM bed_checkpoint later
                     WHERE later.facility = c.facility AND later.bed_id = c.bed_id AND later.at > c.at AND later.at < $1
                       AND date_trunc('month', later.at, 'UTC') = date_trunc('month', c.at, 'UTC')))`,
    [iso(before)],
  );
  return count;
}

/** Remembers when holds ended, so that they are not read again. */
export async function saveHoldEnds(tx: Tx, outcomes: readonly BedOutcome[]): Promise<void> {
  const ends = outcomes.flatMap((o) => [
    ...[...o.endedHolds].map(([id, at]) => ({ id, over: iso(at) })),
    ...o.openHolds.map((id) => ({ id, over: 'infinity' })),
  ]);
  if (ends.length === 0) return;
  await tx.query(
    `UPDATE bed_hold h SET over_at = t.over FROM json_to_recordset($1::json) AS t (id text, over timestamptz)
      WHERE h.id = t.id AND h.over_at <> t.over`,
    [JSON.stringify(ends)],
  );
}
