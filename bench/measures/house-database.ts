import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** What a server has done since it began. */
export interface Writes {
  readonly walBytes: number;
  /** Rows inserted, updated and deleted. */
  readonly rows: number;
  readonly transactions: number;
}

export interface TableSize {
  readonly table: string;
  /** With its indexes and what is stored beside it. */
  readonly bytes: number;
  readonly indexBytes: number;
}

export interface TableRows {
  readonly table: string;
  readonly inserted: number;
  readonly updated: number;
  /** Of those updated, the ones that stayed on their page and touched no index. */
  readonly hot: number;
  readonly deleted: number;
  readonly sequentialScans: number;
}

export interface StatementUse {
  readonly statement: string;
  readonly calls: number;
  readonly rows: number;
  /** In carrying it out; what went into planning it is apart. */
  readonly ms: number;
  readonly plans: number;
  readonly planMs: number;
  readonly walBytes: number;
}

/** A backend tells the statistics at most once a second while it works. */
const STATISTICS_MS = 1_100;

/** The embedded server of a house, looked at from beside the product. */
export class HouseDatabase {
  private constructor(
    private readonly client: pg.Client,
    readonly url: string,
  ) {}

  /** @param folder the folder `postgres` of a data directory. @throws Error where no server runs there */
  static async open(folder: string, database: string): Promise<HouseDatabase> {
    const cluster = readdirSync(folder).find((name) => existsSync(join(folder, name, 'postmaster.pid')));
    if (cluster === undefined) throw new Error(`no server runs in ${folder}`);
    const port = readFileSync(join(folder, cluster, 'postmaster.pid'), 'utf8').split('\n')[3];
    const password = readFileSync(join(folder, 'password'), 'utf8').trim();
    const url = `postgresql://postgres:${password}@127.0.0.1:${port}/${database}`;
    const client = new pg.Client({ connectionString: url, application_name: 'bench' });
    await client.connect();
    return new HouseDatabase(client, url);
  }

  close(): Promise<void> {
    return this.client.end();
  }

  /** All databases of the server together. Rows and transactions lag by up to a second of work; WAL is exact. */
  async writes(): Promise<Writes> {
    const { rows } = await this.client.query<{ wal: string; rows: string; transactions: string }>(
      `SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS wal,
              sum(tup_inserted + tup_updated + tup_deleted) AS rows, sum(xact_commit) AS transactions
         FROM pg_stat_database`,
    );
    const [row] = rows;
    return { walBytes: Number(row!.wal), rows: Number(row!.rows), transactions: Number(row!.transactions) };
  }

  /** Once what was done until now is in the statistics. */
  async settledWrites(): Promise<Writes> {
    await sleep(STATISTICS_MS);
    return this.writes();
  }

  async tableSizes(): Promise<TableSize[]> {
    const { rows } = await this.client.query<{ table: string; bytes: string; index_bytes: string }>(
      `SELECT format('%s.%s', schemaname, relname) AS table, pg_total_relation_size(relid) AS bytes, pg_indexes_size(relid) AS index_bytes
         FROM pg_stat_user_tables ORDER BY 2 DESC`,
    );
    return rows.map((r) => ({ table: r.table, bytes: Number(r.bytes), indexBytes: Number(r.index_bytes) }));
  }

  async tableRows(): Promise<TableRows[]> {
    const { rows } = await this.client.query<Record<'table' | 'ins' | 'upd' | 'hot' | 'del' | 'scans', string>>(
      `SELECT format('%s.%s', schemaname, relname) AS table, n_tup_ins AS ins, n_tup_upd AS upd, n_tup_hot_upd AS hot,
              n_tup_del AS del, seq_scan AS scans FROM pg_stat_user_tables`,
    );
    return rows.map((r) => ({
      table: r.table,
      inserted: Number(r.ins),
      updated: Number(r.upd),
      hot: Number(r.hot),
      deleted: Number(r.del),
      sequentialScans: Number(r.scans),
    }));
  }

  /** Begins to count statements anew. @throws Error where the server was not started with pg_stat_statements */
  async countStatementsAnew(): Promise<void> {
    await this.client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    await this.client.query('SELECT pg_stat_statements_reset()');
  }

  /** What ran since then, all databases together, the costliest first. */
  async statements(): Promise<StatementUse[]> {
    const { rows } = await this.client.query<
      Record<'query' | 'calls' | 'rows' | 'ms' | 'plans' | 'planMs' | 'wal', string>
    >(
      `SELECT query, sum(calls) AS calls, sum(rows) AS rows, sum(total_exec_time) AS ms, sum(plans) AS plans,
              sum(total_plan_time) AS "planMs", sum(wal_bytes) AS wal
         FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_%' GROUP BY query ORDER BY sum(total_exec_time + total_plan_time) DESC`,
    );
    return rows.map((r) => ({
      statement: r.query,
      calls: Number(r.calls),
      rows: Number(r.rows),
      ms: Number(r.ms),
      plans: Number(r.plans),
      planMs: Number(r.planMs),
      walBytes: Number(r.wal),
    }));
  }
}
