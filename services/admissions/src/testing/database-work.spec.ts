import pg from 'pg';

/** What statements cost, whatever the machine: how many there were, the rows they gave, the values they were told. */
export interface DatabaseWork {
  statements: number;
  rows: number;
  values: number;
}

type Query = (this: pg.Client, ...args: unknown[]) => unknown;

let counted: { readonly work: DatabaseWork; readonly of: (sql: string) => boolean } | null = null;
const prototype = pg.Client.prototype as unknown as { query: Query };
const query = prototype.query;
// Connections take their `query` when they are made: whoever imports this file does so before them.
prototype.query = function (...args) {
  const asked = args[0] as string | { text?: string; values?: unknown[] };
  const sql = typeof asked === 'string' ? asked : (asked.text ?? '');
  if (counted === null || !counted.of(sql)) return query.apply(this, args);
  const { work } = counted;
  const values = typeof asked === 'string' ? args[1] : asked.values;
  work.statements += 1;
  if (Array.isArray(values)) for (const value of values) work.values += sizeOf(value);
  const last = args.at(-1);
  if (typeof last === 'function') {
    args[args.length - 1] = (error: unknown, result: { rows?: unknown[] } | undefined): void => {
      work.rows += result?.rows?.length ?? 0;
      (last as (error: unknown, result: unknown) => void)(error, result);
    };
    return query.apply(this, args);
  }
  const answer = query.apply(this, args);
  void (answer as Promise<{ rows?: unknown[] }>).then(
    ({ rows }) => void (work.rows += rows?.length ?? 0),
    () => undefined,
  );
  return answer;
};

/** Counts what all connections of this process ask of PostgreSQL while `act` runs. `of`: only statements that it matches. */
export async function databaseWork(act: () => Promise<unknown>, of: (sql: string) => boolean): Promise<DatabaseWork> {
  const work = { statements: 0, rows: 0, values: 0 };
  counted = { work, of };
  try {
    await act();
  } finally {
    counted = null;
  }
  return work;
}

/** Members of a list, or of a list in JSON. */
function sizeOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  if (typeof value !== 'string' || !value.startsWith('[')) return 1;
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? parsed.length : 1;
  } catch {
    return 1;
  }
}
