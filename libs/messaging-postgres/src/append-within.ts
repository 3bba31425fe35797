import { newOpaqueId } from '@wardstream/kernel';
import type { DatabaseConnection } from '@wardstream/messaging';
import type pg from 'pg';
import { logSchema } from './log-migrations.js';
import type { Appended, PackedRuns } from './packed-runs.js';

const seen = `
  SELECT CASE
    WHEN NOT EXISTS (
      SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
      WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()
        AND l.classid = $1::int::oid AND l.objid = $2::int::oid AND l.objsubid = 2
    ) THEN 'elsewhere'
    WHEN NOT has_schema_privilege('${logSchema}', 'USAGE') THEN 'closed'
    WHEN has_table_privilege('${logSchema}.log_identity', 'SELECT')
      AND has_table_privilege('${logSchema}.topic_partition', 'SELECT')
      AND has_table_privilege('${logSchema}.topic_partition', 'UPDATE')
      AND has_table_privilege('${logSchema}.record', 'INSERT') THEN 'open'
    ELSE 'closed'
  END AS log`;

/**
 * Whether connections like `other` lead to the database that `own` is connected to, and may append to the log there. Names and addresses
 * do not tell: one server has many, and a copy of a database has all that is in it. So `own` holds a lock with a number that was never
 * used before, and the other is asked whether it sees that.
 */
export async function leadsToTheLog(own: pg.PoolClient, other: DatabaseConnection): Promise<boolean> {
  const random = newOpaqueId().replaceAll('-', '');
  const key = [random.slice(0, 7), random.slice(-7)].map((digits) => parseInt(digits, 16));
  await own.query('SELECT pg_advisory_lock($1::int, $2::int)', key);
  try {
    const [row] = await other.query<{ log: 'elsewhere' | 'closed' | 'open' }>(seen, key);
    return row?.log === 'open';
  } finally {
    await own.query('SELECT pg_advisory_unlock($1::int, $2::int)', key);
  }
}

/**
 * The statement by which a transaction appends unless the condition holds. The search path is the service's, so that `unless` is about
 * its tables; CASE looks at the condition first and then calls the function or does not.
 */
export function appendUnless(unless: string): string {
  return `SELECT CASE WHEN ${unless} THEN NULL
    ELSE ${logSchema}.append_packed($1::uuid, $2::int[], $3::int[], $4::int[], $5::bytea) END AS appended`;
}

/** Null where nothing was appended. Rejects where the log is not the one of that identity. */
export async function appendIn(
  tx: DatabaseConnection,
  statement: string,
  identity: string,
  runs: PackedRuns,
): Promise<Appended[] | null> {
  const [row] = await tx.query<{ appended: string[] | null }>(statement, [identity, ...runs.parameters]);
  return row!.appended === null ? null : runs.appended(row!.appended);
}
