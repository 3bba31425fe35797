import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startPostgres, type TestPostgres } from './postgres.js';

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('startPostgres', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());

  it('is a PostgreSQL 18 in UTF-8 with what the product needs', async () => {
    const [about] = await query(
      postgres.url,
      "SELECT current_setting('server_version_num')::int / 10000 AS major, current_setting('server_encoding') AS encoding",
    );
    expect(about).toEqual({ major: 18, encoding: 'UTF8' });
    await query(postgres.url, 'CREATE EXTENSION IF NOT EXISTS btree_gist');
  });

  it('gives every suite databases of its own', async () => {
    const [a, b] = await Promise.all([postgres.createDatabase('suite_a'), postgres.createDatabase('suite_b')]);
    await query(a, 'CREATE TABLE only_here (id int)');
    await expect(query(b, 'SELECT * FROM only_here')).rejects.toThrow('does not exist');
  });

  it('can crash and come back with what was committed', async () => {
    const url = await postgres.createDatabase('crash');
    await query(url, 'CREATE TABLE kept (id int)');
    await query(url, 'INSERT INTO kept VALUES (7)');
    await postgres.crash();
    await expect(query(url, 'SELECT 1')).rejects.toThrow();
    await postgres.restart();
    expect(await query(url, 'SELECT id FROM kept')).toEqual([{ id: 7 }]);
  });

  it('runs beside others', async () => {
    const other = await startPostgres({ settings: { fsync: 'on' } });
    expect(await query(other.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
    expect(await query(postgres.url, 'SHOW fsync')).toEqual([{ fsync: 'off' }]);
    await other.stop();
    await expect(query(other.url, 'SELECT 1')).rejects.toThrow();
  });
});
