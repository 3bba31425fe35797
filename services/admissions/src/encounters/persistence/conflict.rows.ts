import type { ConflictData } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';

export async function conflictsById(tx: Tx, ids: readonly string[]): Promise<Map<string, ConflictData>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<{ data: ConflictData }>('SELECT data FROM conflict WHERE id = ANY($1::uuid[])', [ids]);
  return new Map(rows.map(({ data }) => [data.id, data]));
}

export async function saveConflicts(tx: Tx, conflicts: readonly ConflictData[]): Promise<void> {
  if (conflicts.length === 0) return;
  await tx.query(
    `INSERT INTO conflict (id, facility, version, opened_at, closed_at, data)
     SELECT (c ->> 'id')::uuid, c ->> 'facility', (c ->> 'version')::int, (c ->> 'openedAt')::timestamptz,
            (c ->> 'closedAt')::timestamptz, c
       FROM json_array_elements($1::json) AS t (c)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, opened_at = excluded.opened_at, closed_at = excluded.closed_at,
            data = excluded.data`,
    [JSON.stringify(conflicts)],
  );
}

/** Whether the facts behind a conflict of one encounter, or of a message, still disagree as they did when it was kept last. */
export async function isStillFound(tx: Tx, { id, subject }: ConflictData): Promise<boolean> {
  if (subject.type === 'message') return true;
  const rows = await tx.query<unknown>('SELECT FROM encounter WHERE id = $1 AND $2::uuid = ANY (conflict_ids)', [
    ...[subject.id, id],
  ]);
  return rows.length > 0;
}
