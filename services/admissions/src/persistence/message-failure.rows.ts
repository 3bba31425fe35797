import type { ConflictData } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';

/** Ids of the open conflicts of that kind. Reads all open conflicts: for a start. */
export async function openFailures(tx: Tx, kind: string): Promise<string[]> {
  const rows = (await tx.query(`SELECT id FROM conflict WHERE closed_at IS NULL AND data ->> 'kind' = $1`, [kind])) as {
    id: string;
  }[];
  return rows.map((r) => r.id);
}

/**
 * Of those conflicts: open ones whose message has left the quarantine and waits no more (`settled`), and those that are closed already
 * (`gone`).
 */
export async function failuresToSettle(
  tx: Tx,
  ids: readonly string[],
): Promise<{ settled: ConflictData[]; gone: string[] }> {
  const rows = (await tx.query(
    `SELECT c.id, c.data, c.closed_at IS NOT NULL AS gone,
            (m.id IS NULL OR m.disposition <> 'quarantined')
              AND NOT EXISTS (SELECT FROM pending_message p WHERE p.message_id = m.id) AS left
       FROM conflict c LEFT JOIN message m ON m.id = (c.data -> 'subject' ->> 'id')::uuid
      WHERE c.id = ANY ($1::uuid[]) FOR UPDATE OF c`,
    [ids],
  )) as { id: string; data: ConflictData; gone: boolean; left: boolean }[];
  return {
    gone: rows.filter((r) => r.gone).map((r) => r.id),
    settled: rows.filter((r) => !r.gone && r.left).map((r) => r.data),
  };
}
