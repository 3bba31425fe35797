import type { ChainedEntry } from '@wardstream/audit-model';
import type { Tx } from '@wardstream/persistence';

/** SQL: an entry as the chain knows it; times to the microsecond, so that no change of one is too small to be seen. */
export const entryColumns = `facility, seq::float8 AS seq, to_char(arrived_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') AS "arrivedAt",
  id, act, outcome, code, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') AS at, subject, roles, from_address AS "from",
  service, encounters, bed, about, step, shown, hash`;

/** Of what `entryColumns` selects. */
export function toEntry(row: ChainedEntry): ChainedEntry {
  return { ...row, at: written(row.at), arrivedAt: written(row.arrivedAt) };
}

/** As it was written, with milliseconds; what has microseconds was not written here. */
function written(time: string): string {
  return `${time.endsWith('000') ? time.slice(0, -3) : time}Z`;
}

/** Adds entries; one statement. */
export async function addEntries(tx: Tx, entries: readonly ChainedEntry[]): Promise<void> {
  await tx.query(
    `INSERT INTO audit_entry (facility, seq, arrived_at, id, act, outcome, code, at, subject, roles, from_address, service, encounters,
                              bed, about, step, shown, hash)
     SELECT facility, seq, "arrivedAt", id, act, outcome, code, at, subject, roles, "from", service, encounters, bed, about, step, shown, hash
       FROM json_to_recordset($1::json) AS n (facility text, seq bigint, "arrivedAt" timestamptz, id text, act text, outcome text,
            code text, at timestamptz, subject text, roles text[], "from" text, service text, encounters text[], bed text, about text,
            step text, shown text, hash text)`,
    [JSON.stringify(entries)],
  );
}

/** Where the next page of a chain begins. */
export interface ChainPlace {
  readonly seq: number;
  readonly arrivedAt: string;
}

/** The next entries of a chain, by `seq`; of those with one `seq`, of which there should be one, the earlier first. */
export async function nextEntries(
  tx: Tx,
  facility: string,
  after: ChainPlace,
  limit: number,
): Promise<{ readonly entries: readonly ChainedEntry[]; readonly next: ChainPlace | null }> {
  const rows = await tx.query<ChainedEntry>(
    `SELECT ${entryColumns} FROM audit_entry
      WHERE facility = $1 AND (seq, arrived_at) > ($2, $3::timestamptz) ORDER BY seq, arrived_at LIMIT $4`,
    [facility, after.seq, after.arrivedAt, limit],
  );
  const last = rows.at(-1);
  return {
    entries: rows.map(toEntry),
    next: rows.length < limit || last === undefined ? null : { seq: last.seq, arrivedAt: `${last.arrivedAt}Z` },
  };
}
