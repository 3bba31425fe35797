import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDataSource, Transaction, UnitOfWork, type DataSource, type Tx } from '@wardstream/persistence';
import { startPostgres, type TestPostgres } from '@wardstream/testing';
import { lastBeforeCommit } from './before-commit.js';

describe('what is done last before a commit', () => {
  let postgres: TestPostgres;
  let dataSource: DataSource;
  let unitOfWork: UnitOfWork;
  let done: string[][];

  beforeAll(async () => {
    postgres = await startPostgres();
    const url = await postgres.createDatabase('last');
    dataSource = createDataSource({ url, schema: 'public', poolSize: 2, applicationName: 'suite' });
    await dataSource.initialize();
    unitOfWork = new UnitOfWork(dataSource, 'public');
    await unitOfWork.query('CREATE TABLE note (n serial, text text)');
  }, 60_000);
  afterAll(async () => {
    await dataSource.destroy();
    await postgres.stop();
  });

  const write = async (tx: Tx, items: readonly string[]): Promise<void> => {
    done.push([...items]);
    await tx.query('INSERT INTO note (text) SELECT unnest($1::text[])', [items]);
  };
  const handIn = (tx: Tx, item: string) => lastBeforeCommit(tx, item, write);
  const failing = (work: (tx: Tx) => Promise<void>) => (tx: Tx) =>
    tx
      .savepoint(async (inner) => {
        await work(inner);
        throw new Error('back to the savepoint');
      })
      .catch(() => undefined);
  const notes = async () =>
    (await unitOfWork.query<{ text: string }>('SELECT text FROM note ORDER BY n')).map(({ text }) => text);
  const run = async (work: (tx: Tx) => Promise<unknown>) => {
    done = [];
    await unitOfWork.query('TRUNCATE note');
    await unitOfWork.run(async (tx) => void (await work(tx))).catch((error: Error) => done.push([error.message]));
    return { done, notes: await notes() };
  };

  it('is done once for all that was handed in, behind everything else', async () => {
    const outcome = await run(async (tx) => {
      await handIn(tx, 'a');
      await handIn(tx, 'b');
      await tx.query(`INSERT INTO note (text) VALUES ('the work itself')`);
    });
    expect(outcome).toEqual({ done: [['a', 'b']], notes: ['the work itself', 'a', 'b'] });
    expect(await run(async (tx) => tx.query('SELECT 1'))).toEqual({ done: [], notes: [] });
  });

  it('is not done for a transaction that rolls back, nor for the next on that connection', async () => {
    const outcome = await run(async (tx) => {
      await handIn(tx, 'a');
      throw new Error('changed my mind');
    });
    expect(outcome).toEqual({ done: [['changed my mind']], notes: [] });
    expect(await run((tx) => handIn(tx, 'b'))).toEqual({ done: [['b']], notes: ['b'] });
  });

  it('keeps what savepoints released, in order, and leaves out what was rolled back to one', async () => {
    const outcome = await run(async (tx) => {
      await handIn(tx, 'a');
      await failing((inner) => handIn(inner, 'lost'))(tx);
      await tx.savepoint(async (inner) => {
        await handIn(inner, 'b');
        await failing((innermost) => handIn(innermost, 'lost as well'))(inner);
        await inner.savepoint((innermost) => handIn(innermost, 'c'));
      });
      await handIn(tx, 'd');
    });
    expect(outcome).toEqual({ done: [['a', 'b', 'c', 'd']], notes: ['a', 'b', 'c', 'd'] });
  });

  it('leaves out what was released within a savepoint that is rolled back to later', async () => {
    const outcome = await run(async (tx) => {
      await failing((inner) => inner.savepoint((innermost) => handIn(innermost, 'lost')))(tx);
      await handIn(tx, 'kept');
    });
    expect(outcome).toEqual({ done: [['kept']], notes: ['kept'] });
  });

  it('fails the transaction if it fails', async () => {
    const outcome = await run(async (tx) => {
      await tx.query(`INSERT INTO note (text) VALUES ('the work itself')`);
      await lastBeforeCommit(tx, null, () => Promise.reject(new Error('no room')));
    });
    expect(outcome).toEqual({ done: [['no room']], notes: [] });
  });

  it('may hand in more, which is done as well', async () => {
    const outcome = await run((tx) => lastBeforeCommit(tx, null, (last) => handIn(last, 'more')));
    expect(outcome).toEqual({ done: [['more']], notes: ['more'] });
  });

  it('is done at once where there is no transaction', async () => {
    done = [];
    await handIn(new Transaction(dataSource.manager), 'alone');
    expect(done).toEqual([['alone']]);
  });
});
