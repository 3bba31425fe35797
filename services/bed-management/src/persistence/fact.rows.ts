import { iso, type Tx } from '@wardstream/persistence';
import type { BedFact } from '@wardstream/bed-model';
import type { BedRef } from './bed.rows.js';

export interface NewFact extends BedRef {
  readonly fact: BedFact;
  /** Who gave the command, if a person or a system did: for the audit, never published. */
  readonly subject: string | null;
}

/** Stores facts; gives the ids of those that were not known before. A repeat changes nothing. */
export async function insertFacts(tx: Tx, facts: readonly NewFact[]): Promise<Set<string>> {
  if (facts.length === 0) return new Set();
  const rows = facts.map(({ facility, bedId, subject, fact }) => {
    const { id, at, recordedAt, receivedAt, by, ...content } = fact;
    const times = { at: iso(at), recordedAt: iso(recordedAt), receivedAt: iso(receivedAt) };
    return { id, facility, bedId, subject, by, content, ...times };
  });
  const inserted = await tx.query<{ id: string }>(
    `INSERT INTO bed_fact (id, facility, bed_id, at, recorded_at, received_at, by, subject, content)
     SELECT id, facility, "bedId", at, "recordedAt", "receivedAt", by, subject, content
       FROM json_to_recordset($1::json) AS t (id text, facility text, "bedId" text, at timestamptz,
            "recordedAt" timestamptz, "receivedAt" timestamptz, by text, subject text, content jsonb)
     ON CONFLICT (id) DO NOTHING RETURNING id`,
    [JSON.stringify(rows)],
  );
  return new Set(inserted.map((r) => r.id));
}

/** A person took their decision back: the fact stays on record and counts no more. */
export async function withdrawFact(tx: Tx, id: string, at: number, subject: string): Promise<void> {
  await tx.query('UPDATE bed_fact SET withdrawn_at = $2, withdrawn_by = $3 WHERE id = $1 AND withdrawn_at IS NULL', [
    ...[id, iso(at), subject],
  ]);
}
