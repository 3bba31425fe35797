import type { Tx } from '@wardstream/persistence';

/** The month of an instant (ISO 8601), as partitions are named by it: `2026_03`. */
export function monthOf(instant: string): string {
  return instant.slice(0, 7).replace('-', '_');
}

const PREFIX = 'audit_entry_';
const instantOf = (year: number, month: number): string => new Date(Date.UTC(year, month, 1)).toISOString();

/** Where a month's partition begins and ends (exclusive), ISO 8601. */
export function boundsOf(month: string): readonly [from: string, to: string] {
  const [year, number] = month.split('_').map(Number) as [number, number];
  return [instantOf(year, number - 1), instantOf(year, number)];
}

/** Makes the partition of a month unless it is there. Those who make it at the same time wait for each other. */
export async function makePartition(tx: Tx, month: string): Promise<void> {
  const [from, to] = boundsOf(month);
  const name = PREFIX + month;
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('wardstream audit partitions', 0))`);
  await tx.query(
    `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF audit_entry FOR VALUES FROM ('${from}') TO ('${to}')`,
  );
  // Triggers of statements are of the table that is named, those of rows of every partition.
  await tx.query(
    `CREATE OR REPLACE TRIGGER not_emptied BEFORE TRUNCATE ON ${name} FOR EACH STATEMENT EXECUTE FUNCTION only_added_to()`,
  );
  await tx.query(`REVOKE UPDATE, DELETE, TRUNCATE ON ${name} FROM PUBLIC, CURRENT_USER`);
}

/** The months that have a partition, the earliest first. */
export async function partitionMonths(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{
    name: string;
  }>(`SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = 'audit_entry'::regclass ORDER BY c.relname`);
  return rows.map(({ name }) => name.slice(PREFIX.length));
}

/** The last entry of each chain in a month's partition. */
export async function lastOfMonth(
  tx: Tx,
  month: string,
): Promise<{ facility: string; seq: number; hash: string; arrivedAt: string }[]> {
  const rows = await tx.query<{
    facility: string;
    seq: number;
    hash: string;
    arrivedAt: Date;
  }>(`SELECT DISTINCT ON (facility) facility, seq::float8 AS seq, hash, arrived_at AS "arrivedAt"
       FROM ${PREFIX}${month} ORDER BY facility, seq DESC`);
  return rows.map((row) => ({ ...row, arrivedAt: row.arrivedAt.toISOString() }));
}

/** Removes a month's partition with all that is in it. */
export async function dropPartition(tx: Tx, month: string): Promise<void> {
  await tx.query(`ALTER TABLE audit_entry DETACH PARTITION ${PREFIX}${month}`);
  await tx.query(`DROP TABLE ${PREFIX}${month}`);
}
