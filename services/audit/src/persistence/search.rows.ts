import type { ChainedEntry } from '@wardstream/audit-model';
import type { Tx } from '@wardstream/persistence';
import { entryColumns, toEntry } from './entry.rows.js';

/** Which acts to find. */
export interface ActSearch {
  /** Chains to look in; null for all. */
  readonly facilities: readonly string[] | null;
  readonly person?: string | undefined;
  readonly encounter?: string | undefined;
  readonly bed?: string | undefined;
  readonly act?: string | undefined;
  readonly outcome?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** The last one of the page before. */
  readonly after: SearchPlace | null;
  readonly limit: number;
}

export interface SearchPlace {
  readonly at: string;
  readonly facility: string;
  readonly seq: number;
}

/** The latest first, by when they were done. To be called within `UnitOfWork.search`. */
export async function searchActs(tx: Tx, of: ActSearch): Promise<ChainedEntry[]> {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const also = (value: unknown, condition: (n: number) => string): void => {
    if (value === undefined || value === null) return;
    values.push(value);
    conditions.push(condition(values.length));
  };
  also(of.facilities, (n) => `facility = ANY($${n}::text[])`);
  also(of.person, (n) => `subject = $${n}`);
  also(of.encounter, (n) => `encounters @> ARRAY[$${n}::text]`);
  also(of.bed, (n) => `bed = $${n}`);
  also(of.act, (n) => (of.act!.endsWith('.') ? `starts_with(act, $${n})` : `act = $${n}`));
  also(of.outcome, (n) => `outcome = $${n}`);
  also(of.from, (n) => `audit_entry.at >= $${n}::timestamptz`);
  also(of.to, (n) => `audit_entry.at < $${n}::timestamptz`);
  also(of.after?.at, (n) => `(audit_entry.at, facility, seq) < ($${n}::timestamptz, $${n + 1}, $${n + 2}::bigint)`);
  if (of.after !== null) values.push(of.after.facility, of.after.seq);
  values.push(of.limit);
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const rows = await tx.query<ChainedEntry>(
    `SELECT ${entryColumns} FROM audit_entry ${where} ORDER BY audit_entry.at DESC, facility DESC, seq DESC LIMIT $${values.length}`,
    values,
  );
  return rows.map(toEntry);
}
