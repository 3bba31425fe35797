import pg from 'pg';

/** A statement with parameters as some service's connection sent it. */
export interface RecordedStatement {
  readonly text: string;
  /** Of the last time it was sent. */
  readonly values: readonly unknown[];
  /** Start-up options of its connection: search path and planner settings. */
  readonly options: string;
}

/** A part of a plan that reads a table from one end to the other. */
interface WholeTableRead {
  readonly table: string;
  /** The index by which it does so; empty where it does so by none. */
  readonly index: string;
  readonly node: string;
  readonly plan: 'generic' | 'custom';
  readonly statement: string;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

type Query = (this: pg.Client, ...args: unknown[]) => unknown;

/** Notes every statement with parameters that clients of `pg` made from now on send, each text once. */
export class StatementRecorder {
  private readonly byText = new Map<string, RecordedStatement>();
  private readonly original: Query;

  constructor() {
    const note = (statement: RecordedStatement): void => {
      this.byText.set(`${statement.options}\n${statement.text}`, statement);
    };
    const original = pg.Client.prototype.query as unknown as Query;
    this.original = original;
    pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]): unknown {
      const [first, second] = args as [string | { text?: string; values?: unknown[] }, unknown];
      const text = typeof first === 'string' ? first : first?.text;
      const values = typeof first === 'string' ? second : (first?.values ?? second);
      if (text !== undefined && Array.isArray(values)) note({ text, values, options: optionsOf(this) });
      return original.apply(this, args);
    } as never;
  }

  get statements(): readonly RecordedStatement[] {
    return [...this.byText.values()];
  }

  stop(): void {
    pg.Client.prototype.query = this.original as never;
  }
}

function optionsOf(client: pg.Client): string {
  const { connectionParameters } = client as unknown as { connectionParameters: { options?: string } };
  return connectionParameters.options ?? '';
}

const planned = /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE)\b/i;

/**
 * Where the plans of these statements, as the server at `url` would make them now, read all of a table: plans for any parameters, as a
 * prepared statement keeps, and plans for those that were sent. An index that is read without a condition counts, unless no more
 * is taken of it than a LIMIT says. Nothing is executed.
 */
async function wholeTableReads(url: string, statements: readonly RecordedStatement[]): Promise<WholeTableRead[]> {
  const found: WholeTableRead[] = [];
  for (const options of new Set(statements.map((s) => s.options))) {
    const client = new pg.Client({ connectionString: url, options });
    await client.connect();
    try {
      for (const { text, values } of statements.filter((s) => s.options === options && planned.test(s.text))) {
        const generic = await explain(client, `EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${text}`, undefined);
        const custom = await explain(client, `EXPLAIN (FORMAT JSON) ${text}`, values);
        for (const [plan, root] of [['generic', generic] as const, ['custom', custom] as const])
          for (const read of readsOf(root, false, '')) found.push({ ...read, plan, statement: text });
      }
    } finally {
      await client.end();
    }
  }
  return found;
}

/**
 * What of the plans of these statements reads all of a table that grows, in words: of tables that are not `small`, because they hold what
 * a hospital configures, and that have so many rows at least. Only what was sent with a search path counts: what a service sent.
 */
export async function growingTablesRead(
  url: string,
  statements: readonly RecordedStatement[],
  { small, rowsAtLeast }: { readonly small: ReadonlySet<string>; readonly rowsAtLeast: number },
): Promise<string[]> {
  const tables = await tablesWith(url, rowsAtLeast);
  const own = statements.filter(({ options }) => options.includes('search_path='));
  const reads = await wholeTableReads(url, own);
  return (
    reads
      // While a table is small a whole index of it may be read and hashed; the plan is made anew when it has grown.
      .filter(({ table, index }) => tables.has(table) && !small.has(table) && (index === '' || rowsAtLeast > 0))
      .map(
        ({ table, index, node, plan, statement }) =>
          `${plan}: ${node} of ${table} ${index}: ${statement.replaceAll(/\s+/g, ' ')}`,
      )
      .sort()
  );
}

async function tablesWith(url: string, rowsAtLeast: number): Promise<Set<string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      'SELECT relname AS name FROM pg_class WHERE greatest(reltuples, 0) >= $1',
      [rowsAtLeast],
    );
    return new Set(rows.map(({ name }) => name));
  } finally {
    await client.end();
  }
}

async function explain(client: pg.Client, text: string, values: readonly unknown[] | undefined): Promise<PlanNode> {
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(text, values && [...values]);
  return rows[0]!['QUERY PLAN'][0].Plan;
}

/** What passes rows on as they come, so that a limit above it reaches those below. */
const passing = /^(Limit|LockRows|Result|Subquery Scan|Append|Merge Append|Nested Loop)$/;

function* readsOf(
  node: PlanNode,
  isLimited: boolean,
  outer: string,
): Generator<Pick<WholeTableRead, 'table' | 'index' | 'node'>> {
  const type = node['Node Type'];
  // An index that is read for a bitmap names no table: the node above it does.
  const table = node['Relation Name'] ?? outer;
  const isIndex = /^(Bitmap )?Index( Only)? Scan/.test(type);
  if (type === 'Seq Scan') yield { table, index: '', node: type };
  if (isIndex && node['Index Cond'] === undefined && !isLimited)
    yield { table, index: node['Index Name'] ?? '', node: `${type} without a condition` };
  const limits = type === 'Limit' || (isLimited && passing.test(type));
  for (const [i, child] of (node.Plans ?? []).entries()) {
    // The inner side of a loop is read for each row of the outer one, up to where it ends.
    yield* readsOf(child, limits && !(type === 'Nested Loop' && i > 0), table);
  }
}
