import pg from 'pg';

export interface InsertLoad {
  readonly connections: number;
  readonly rowsPerStatement: number;
  readonly seconds: number;
}

export interface InsertCeiling {
  readonly connections: number;
  readonly rowsPerStatement: number;
  readonly rows: number;
  readonly perSecond: number;
}

/** Durable inserts per second of `message` (unique key, fsync as the server has it) by `pg` alone. */
export async function measureInsertCeiling(
  url: string,
  message: Buffer,
  { connections, rowsPerStatement, seconds }: InsertLoad,
): Promise<InsertCeiling> {
  const setup = new pg.Client({ connectionString: url });
  await setup.connect();
  await setup.query('DROP TABLE IF EXISTS ceiling');
  await setup.query(
    'CREATE TABLE ceiling (control_id text PRIMARY KEY, raw bytea NOT NULL, received_at timestamptz NOT NULL)',
  );
  const clients = await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      return client;
    }),
  );
  const until = performance.now() + seconds * 1000;
  const began = performance.now();
  let id = 0;
  let rows = 0;
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() < until) {
        const ids = Array.from({ length: rowsPerStatement }, () => `c${++id}`);
        await client.query(
          'INSERT INTO ceiling SELECT k, $2::bytea, $3::timestamptz FROM unnest($1::text[]) AS k ON CONFLICT DO NOTHING',
          [ids, message, new Date()],
        );
        rows += rowsPerStatement;
      }
    }),
  );
  const perSecond = rows / ((performance.now() - began) / 1000);
  await Promise.all(clients.map((client) => client.end()));
  await setup.query('DROP TABLE ceiling');
  await setup.end();
  return { connections, rowsPerStatement, rows, perSecond };
}
