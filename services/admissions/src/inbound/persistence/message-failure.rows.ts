import type { ConflictData } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import { MESSAGE_NOT_PROCESSED } from '../../encounters/index.js';

/**
 * Open conflicts about messages that are not applied, at most `limit`, of which the message has left the quarantine and waits neither
 * for its visit nor to be processed. Of `among` only, where that is given.
 */
export async function failuresOver(tx: Tx, limit: number, among?: readonly string[]): Promise<ConflictData[]> {
  const rows = await tx.query<{ data: ConflictData }>(
    `SELECT c.data FROM conflict c LEFT JOIN message m ON m.id = (c.data -> 'subject' ->> 'id')::uuid
      WHERE c.closed_at IS NULL AND c.data ->> 'kind' = '${MESSAGE_NOT_PROCESSED}' AND ($2::uuid[] IS NULL OR c.id = ANY ($2))
        AND m.disposition IS DISTINCT FROM 'quarantined' AND m.cause IS DISTINCT FROM 'visit-awaited'
        AND NOT EXISTS (SELECT FROM pending_message p WHERE p.message_id = m.id)
      LIMIT $1`,
    [limit, among ?? null],
  );
  return rows.map((r) => r.data);
}
