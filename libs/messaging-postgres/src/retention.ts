import type pg from 'pg';
import type { LogDatabase } from './log-database.js';

/** Rows looked at in one transaction; each holds a run of records. */
const chunk = 2_000;
/** A group that nobody has been a member of for this long holds nothing back any more. */
const groupForgottenMs = 30 * 24 * 3_600_000;

const boundSql = `
  SELECT p.id, p.retention_ms AS "retentionMs",
    (SELECT min(c.next_offset) FROM committed_offset c JOIN consumer_group g USING (group_name)
     WHERE c.topic_partition = p.id AND g.seen_at > clock_timestamp() - $1 * interval '1 millisecond') AS "lowest"
  FROM topic_partition p ORDER BY p.id`;

/**
 * Looks at the oldest rows only, so that a partition with nothing to remove costs next to nothing. The offset of a row is that of its
 * last record: what is not handled wholly stays wholly.
 */
const deleteSql = `
  WITH oldest AS (
    SELECT "offset", appended_at FROM record WHERE topic_partition = $1 ORDER BY "offset" LIMIT $2
  ), bound AS (
    SELECT max("offset") AS "offset" FROM oldest
    WHERE appended_at < clock_timestamp() - $3 * interval '1 millisecond' AND ($4::bigint IS NULL OR "offset" < $4::bigint)
  ), gone AS (
    DELETE FROM record r USING bound b WHERE r.topic_partition = $1 AND r."offset" <= b."offset" RETURNING r.records
  )
  SELECT count(*)::int AS rows, coalesce(sum(records), 0)::int AS records FROM gone`;

/**
 * Removes records that are older than their topic keeps them, but none that a living group has not handled. One process
 * at a time does it, the others answer 0 at once. Answers how many records went.
 */
export async function removeExpired(database: LogDatabase, signal: AbortSignal): Promise<number> {
  return database.withConnection(async (connection) => {
    const { rows } = await connection.query<{ got: boolean }>(
      `SELECT pg_try_advisory_lock(hashtextextended('wardstream:log:retention', 0)) AS got`,
    );
    if (rows[0]?.got !== true) return 0;
    try {
      return await removeAll(connection, signal);
    } finally {
      await connection.query(`SELECT pg_advisory_unlock(hashtextextended('wardstream:log:retention', 0))`);
    }
  });
}

async function removeAll(connection: pg.PoolClient, signal: AbortSignal): Promise<number> {
  const bounds = await connection.query<{ id: number; retentionMs: string; lowest: string | null }>(boundSql, [
    groupForgottenMs,
  ]);
  let removed = 0;
  for (const { id, retentionMs, lowest } of bounds.rows) {
    for (let gone = chunk; gone === chunk && !signal.aborted;) {
      const { rows } = await connection.query<{ rows: number; records: number }>(deleteSql, [
        id,
        chunk,
        retentionMs,
        lowest,
      ]);
      gone = rows[0]!.rows;
      removed += rows[0]!.records;
    }
  }
  return removed;
}
