import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPostgres, type TestPostgres } from '@wardstream/testing';
import fc from 'fast-check';
import {
  createDataSource,
  type DataSource,
  defineMigration,
  isConnectionFailure,
  isSerializationFailure,
  joinedTexts,
  jsonTexts,
  migrate,
  MigrationConflict,
  sqlState,
  unfolded,
  UnitOfWork,
  writesRefused,
} from './index.js';

describe('persistence', () => {
  let postgres: TestPostgres;
  let url: string;
  const open: DataSource[] = [];

  const connect = async (schema: string) => {
    const dataSource = createDataSource({ url, schema, poolSize: 4, applicationName: 'test' });
    await dataSource.initialize();
    open.push(dataSource);
    return dataSource;
  };
  const beds = defineMigration({
    name: '0001-beds',
    up: () => ['CREATE TABLE bed (id text PRIMARY KEY, state text NOT NULL)'],
  });

  beforeAll(async () => {
    postgres = await startPostgres();
    url = await postgres.createDatabase('persistence');
  });
  afterAll(async () => {
    await Promise.all(open.map((d) => d.destroy().catch(() => undefined)));
    await postgres?.stop();
  });

  it('refuses a schema name that would need quoting', () => {
    for (const schema of ['Bad', 'a-b', '1a', 'a;drop', '']) {
      expect(() => createDataSource({ url, schema, poolSize: 1, applicationName: 't' })).toThrow(/schema name/);
    }
  });

  it('migrates once however many start together, each service in its own schema', async () => {
    const replicas = await Promise.all([connect('ward_a'), connect('ward_a'), connect('ward_a')]);
    const applied = await Promise.all(replicas.map((d) => migrate(d, 'ward_a', [beds])));
    expect(applied.flat()).toEqual(['0001-beds']);
    const other = await connect('ward_b');
    expect(await migrate(other, 'ward_b', [beds])).toEqual(['0001-beds']);
    await replicas[0]!.query(`INSERT INTO bed VALUES ('1', 'dirty')`);
    expect(await other.query('SELECT * FROM bed')).toEqual([]);
  });

  it('refuses an applied step that was edited, and two of one name', async () => {
    const dataSource = await connect('edited');
    await migrate(dataSource, 'edited', [beds]);
    const edited = defineMigration({ name: '0001-beds', up: () => ['CREATE TABLE bed (id int)'] });
    await expect(migrate(dataSource, 'edited', [edited])).rejects.toThrow(MigrationConflict);
    await expect(migrate(dataSource, 'edited', [beds, beds])).rejects.toThrow(MigrationConflict);
  });

  it('leaves nothing of a step that fails', async () => {
    const dataSource = await connect('halves');
    const broken = defineMigration({
      name: '0001',
      up: () => ['CREATE TABLE half (id int)', 'CREATE TABLE nonsense (id nosuchtype)'],
    });
    await expect(migrate(dataSource, 'halves', [broken])).rejects.toThrow(/0001 of halves/);
    expect(await dataSource.query(`SELECT to_regclass('half') AS t`)).toEqual([{ t: null }]);
  });

  describe('a migration of a table that is in use', () => {
    const first = defineMigration({
      name: '0001',
      up: () => [
        'CREATE TABLE bed (id int PRIMARY KEY, n int)',
        'INSERT INTO bed SELECT i, i FROM generate_series(1, 1000) i',
      ],
    });
    const column = defineMigration({ name: '0002', up: () => ['ALTER TABLE bed ADD COLUMN added int'] });
    const index = defineMigration({
      name: '0003',
      up: () => [
        'CREATE INDEX CONCURRENTLY bed_n ON bed (n)',
        'CREATE UNIQUE INDEX CONCURRENTLY bed_one ON bed (n, id)',
      ],
      concurrently: true,
    });
    const validity = (dataSource: DataSource): Promise<unknown> =>
      dataSource.query(`SELECT c.relname AS name, i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                         WHERE c.relname IN ('bed_n', 'bed_one') AND i.indrelid = 'bed'::regclass ORDER BY 1`);

    it('gives way to those who wait behind it, and is made once it gets its lock', async () => {
      const dataSource = await connect('locked');
      await migrate(dataSource, 'locked', [first]);
      const reader = dataSource.createQueryRunner();
      await reader.startTransaction();
      await reader.query('SELECT count(*) FROM bed');
      const tries: number[] = [];
      let others = 0;
      const migrated = migrate(dataSource, 'locked', [first, column], {
        lockTimeoutMs: 50,
        onBlocked: (_, n) => void tries.push(n),
      });
      // Who wants the table while the step waits for the reader is held up for no longer than one try.
      while (tries.length < 3) {
        await dataSource.query('SELECT count(*) FROM bed');
        others += 1;
      }
      expect(others).toBeGreaterThan(0);
      await reader.commitTransaction();
      await reader.release();
      expect(await migrated).toEqual(['0002']);
      expect(tries.slice(0, 3)).toEqual([1, 2, 3]);
    });

    it('ends with the reason where the table stays locked, and nothing of it is left', async () => {
      const dataSource = await connect('blocked');
      await migrate(dataSource, 'blocked', [first]);
      const reader = dataSource.createQueryRunner();
      await reader.startTransaction();
      await reader.query('SELECT count(*) FROM bed');
      const options = { lockTimeoutMs: 20, patienceMs: 200 };
      await expect(migrate(dataSource, 'blocked', [first, column], options)).rejects.toMatchObject({
        message: 'Migration 0002 of blocked failed',
        cause: { message: expect.stringMatching(/lock timeout/) },
      });
      await reader.commitTransaction();
      await reader.release();
      expect(await migrate(dataSource, 'blocked', [first, column])).toEqual(['0002']);
    });

    it('makes indexes concurrently, by one of the replicas that start together', async () => {
      const replicas = await Promise.all([connect('indexed'), connect('indexed'), connect('indexed')]);
      const applied = await Promise.all(replicas.map((d) => migrate(d, 'indexed', [first, column, index])));
      expect(applied.flat()).toEqual(['0001', '0002', '0003']);
      expect(await validity(replicas[0]!)).toEqual([
        { name: 'bed_n', valid: true },
        { name: 'bed_one', valid: true },
      ]);
    });

    it('makes an index again that an interrupted one has left half made', async () => {
      const dataSource = await connect('halfmade');
      await migrate(dataSource, 'halfmade', [first]);
      await dataSource.query('UPDATE bed SET n = 1');
      await expect(dataSource.query('CREATE UNIQUE INDEX CONCURRENTLY bed_n ON bed (n)')).rejects.toThrow(/unique/);
      expect(await validity(dataSource)).toEqual([{ name: 'bed_n', valid: false }]);
      expect(await migrate(dataSource, 'halfmade', [first, column, index])).toEqual(['0002', '0003']);
      expect(await validity(dataSource)).toEqual([
        { name: 'bed_n', valid: true },
        { name: 'bed_one', valid: true },
      ]);
    });
  });

  it('commits what resolves and rolls back what rejects', async () => {
    const dataSource = await connect('units');
    await migrate(dataSource, 'units', [beds]);
    const unit = new UnitOfWork(dataSource, 'units');
    await unit.run((tx) => tx.query(`INSERT INTO bed VALUES ('1', 'dirty')`));
    await expect(
      unit.run(async (tx) => {
        await tx.query(`INSERT INTO bed VALUES ('2', 'dirty')`);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await unit.query('SELECT id FROM bed')).toEqual([{ id: '1' }]);
    await expect(unit.read((tx) => tx.query(`INSERT INTO bed VALUES ('3', 'dirty')`))).rejects.toThrow(/read-only/);
  });

  it('does not call committed what PostgreSQL gave up because an error was swallowed', async () => {
    const dataSource = await connect('swallowed');
    await migrate(dataSource, 'swallowed', [beds]);
    const unit = new UnitOfWork(dataSource, 'swallowed');
    await expect(
      unit.run(async (tx) => {
        await tx.query(`INSERT INTO bed VALUES ('1', 'dirty')`);
        await tx.query(`INSERT INTO bed VALUES ('1', 'dirty')`).catch(() => undefined);
      }),
    ).rejects.toThrow(/rolled back instead of committed/);
    expect(await unit.query('SELECT id FROM bed')).toEqual([]);
    // Nobody may take what is not kept for kept, whichever way the transaction was begun.
    await expect(
      dataSource.transaction(async (tx) => {
        await tx.query('SELECT 1 / 0').catch(() => undefined);
      }),
    ).rejects.toThrow(/rolled back instead of committed/);
    await unit.run((tx) => tx.query(`INSERT INTO bed VALUES ('1', 'dirty')`));
    expect(await unit.query('SELECT id FROM bed')).toEqual([{ id: '1' }]);
  });

  it('gives a read one snapshot', async () => {
    const dataSource = await connect('snapshots');
    await migrate(dataSource, 'snapshots', [beds]);
    const unit = new UnitOfWork(dataSource, 'snapshots');
    const counts = await unit.read(async (tx) => {
      const count = async () => (await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM bed'))[0]!.n;
      const before = await count();
      await unit.query(`INSERT INTO bed VALUES ('1', 'dirty')`);
      return [before, await count()];
    });
    expect(counts).toEqual([0, 0]);
  });

  it('tells a lost database from a fault of the statement', async () => {
    const dataSource = await connect('faults');
    const fault = (sql: string) =>
      dataSource.query(sql).then(
        () => undefined,
        (e: unknown) => e,
      );
    const unknownTable = await fault('SELECT * FROM nowhere');
    expect([sqlState(unknownTable), isConnectionFailure(unknownTable)]).toEqual(['42P01', false]);
    const killed = await fault('SELECT pg_terminate_backend(pg_backend_pid())');
    expect(isConnectionFailure(killed)).toBe(true);
    expect(isSerializationFailure(killed)).toBe(false);
    const epipe = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    expect([sqlState(epipe), isConnectionFailure(epipe)]).toEqual([undefined, true]);
  });

  it('says that the database takes no writes, and why, for as long as it was asked lately', async () => {
    const unitOfWork = new UnitOfWork(await connect('read_only'), 'read_only');
    expect(unitOfWork.writesRefused(60_000)).toBeUndefined();
    const write = unitOfWork.run(async (tx) => {
      await tx.query('SET TRANSACTION READ ONLY');
      await tx.query('CREATE TABLE bed (id text)');
    });
    await expect(write).rejects.toThrow(/read-only/);
    expect(unitOfWork.writesRefused(60_000)).toBe('it is read-only');
    expect(unitOfWork.writesRefused(0)).toBeUndefined();
  });

  it.each([
    ['53100', 'no space left on its disk', true],
    ['58030', 'its disk fails', true],
    ['58P01', 'its disk fails', true],
    ['25006', 'it is read-only', true],
    ['57P01', undefined, true],
    ['53300', undefined, true],
    ['23505', undefined, false],
    ['22021', undefined, false],
  ])('SQLSTATE %s: no writes at all (%s), may succeed later unchanged (%s)', (code, reason, later) => {
    const error = Object.assign(new Error('said by PostgreSQL'), { code });
    expect([writesRefused(error), isConnectionFailure(error)]).toEqual([reason, later]);
  });

  it('prepares what comes again and again on a connection, and nothing that comes once', async () => {
    const unit = new UnitOfWork(await connect('prepared'), 'prepared');
    const prepared = await unit.run(async (tx) => {
      for (let i = 0; i < 5; i += 1) expect(await tx.query('SELECT $1::int + 1 AS n', [i])).toEqual([{ n: i + 1 }]);
      for (let i = 0; i < 5; i += 1) await tx.query(`SELECT $1::int + ${i} AS once`, [i]);
      return await tx.query<{ statement: string }>('SELECT statement FROM pg_prepared_statements');
    });
    expect(prepared).toEqual([{ statement: 'SELECT $1::int + 1 AS n' }]);
  });

  it('plans a search for what it asks, each time', async () => {
    const unit = new UnitOfWork(await connect('searches'), 'searches');
    const plans = await unit.search(async (tx) => {
      for (let i = 0; i < 12; i += 1) await tx.query('SELECT $1::int + 2 AS n', [i]);
      const rows = await tx.query(
        `SELECT generic_plans::int AS generic FROM pg_prepared_statements WHERE statement = 'SELECT $1::int + 2 AS n'`,
      );
      return rows as { generic: number }[];
    });
    expect(plans).toEqual([{ generic: 0 }]);
  });

  it('goes on after a change of the schema by which a prepared statement has other columns', async () => {
    const dataSource = await connect('changed');
    const unit = new UnitOfWork(dataSource, 'changed');
    await dataSource.query('CREATE TABLE thing (id int)');
    await dataSource.query('INSERT INTO thing VALUES (1)');
    const read = () => unit.run((tx) => tx.query('SELECT * FROM thing WHERE id = $1', [1]));
    for (let i = 0; i < 5; i += 1) expect(await read()).toEqual([{ id: 1 }]);
    await dataSource.query('ALTER TABLE thing ADD COLUMN name text');
    await read().catch((error: unknown) => expect(sqlState(error)).toBe('0A000'));
    expect(await read()).toEqual([{ id: 1, name: null }]);
  });

  it('begins a transaction with its first statement, as it is to read, and none that has nothing to say', async () => {
    const [dataSource, beside] = [await connect('beginnings'), await connect('beside')];
    const unit = new UnitOfWork(dataSource, 'beginnings');
    const [{ pid }] = (await dataSource.query('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
    const said = async (): Promise<string> => {
      const rows: { query: string }[] = await beside.query('SELECT query FROM pg_stat_activity WHERE pid = $1', [pid]);
      return rows[0]!.query;
    };
    const before = await said();
    expect(await unit.run(() => Promise.resolve('nothing'))).toBe('nothing');
    await expect(unit.read(() => Promise.reject(new Error('not now')))).rejects.toThrow('not now');
    expect(await said()).toBe(before);

    const how = `SELECT current_setting('transaction_isolation') AS isolation, current_setting('transaction_read_only') AS only`;
    expect(await unit.run((tx) => tx.query(how))).toEqual([{ isolation: 'read committed', only: 'off' }]);
    expect(await unit.read((tx) => tx.query(how))).toEqual([{ isolation: 'repeatable read', only: 'on' }]);
    expect(await unit.search((tx) => tx.query(how))).toEqual([{ isolation: 'repeatable read', only: 'on' }]);
    expect(await unit.run((tx) => tx.savepoint((inner) => inner.query(how)))).toHaveLength(1);
    expect(await said()).toBe('COMMIT');
  });

  it('keeps a transaction that is under way on a connection apart from what is asked beside it', async () => {
    const unit = new UnitOfWork(await connect('apart'), 'apart');
    await unit.query('CREATE TABLE bed (id int)');
    const each = Array.from({ length: 40 }, (_, i) =>
      unit
        .run(async (tx) => {
          await tx.query('INSERT INTO bed VALUES ($1)', [i]);
          await tx.query('SELECT pg_sleep(0.002)');
          if (i % 3 === 0) throw new Error('not this one');
          if (i % 3 === 1) await tx.query('SELECT 1 / 0').catch(() => undefined);
        })
        .then(
          () => 'kept',
          () => 'gone',
        ),
    );
    expect(await Promise.all(each)).toEqual(each.map((_, i) => (i % 3 === 2 ? 'kept' : 'gone')));
    const rows = await unit.query<{ id: number }>('SELECT id FROM bed ORDER BY id');
    expect(rows.map(({ id }) => id)).toEqual(each.flatMap((_, i) => (i % 3 === 2 ? [i] : [])));
  });

  it('carries any JSON values as one parameter', async () => {
    const dataSource = await connect('texts');
    const value = fc.jsonValue().filter((json) => !JSON.stringify(json).includes('\\u0000'));
    await fc.assert(
      fc.asyncProperty(fc.array(value), async (values) => {
        const [row] = await dataSource.query<{ texts: string[] }[]>(`SELECT ${unfolded('$1')} AS texts`, [
          jsonTexts(values),
        ]);
        expect(row!.texts).toEqual(values.map((each) => JSON.stringify(each)));
      }),
      { numRuns: 200 },
    );
    expect(joinedTexts(['a', '', 'b'])).toBe('a\u001e\u001eb');
    for (const texts of [[''], ['a\u001eb'], ['a', '\u001e']]) expect(joinedTexts(texts)).toBeUndefined();
  });

  it('finds what is asked for by its id also by plans that were made while the table was small', async () => {
    const dataSource = await connect('plans');
    const unitOfWork = new UnitOfWork(dataSource, 'plans');
    await unitOfWork.query(
      'CREATE TABLE stay (visit uuid, nr int, bed text, PRIMARY KEY (visit, nr)) WITH (autovacuum_enabled = off)',
    );
    const seen: Record<number, string[]> = {};
    for (const rows of [100, 300, 1_000, 3_000]) {
      await unitOfWork.query('TRUNCATE stay');
      await unitOfWork.query(`INSERT INTO stay SELECT gen_random_uuid(), 1, 'bed' FROM generate_series(1, $1::int)`, [
        rows,
      ]);
      seen[rows] = [];
      for (const analyzed of [false, true]) {
        if (analyzed) await unitOfWork.query('ANALYZE stay');
        for (const what of ['SELECT * FROM', 'DELETE FROM']) {
          const plan = await unitOfWork.query<Record<string, string>>(
            `EXPLAIN (GENERIC_PLAN) ${what} stay WHERE visit = ANY ($1::uuid[])`,
          );
          seen[rows].push(...plan.flatMap((line) => /Seq Scan|stay_pkey/.exec(line['QUERY PLAN']!) ?? []));
        }
      }
    }
    const byIndex = Array.from({ length: 4 }, () => 'stay_pkey');
    expect(seen).toEqual({ 100: byIndex, 300: byIndex, 1_000: byIndex, 3_000: byIndex });
  });
});
