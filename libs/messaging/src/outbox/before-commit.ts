import { Transaction, type Tx } from '@wardstream/persistence';
import type { DataSource, QueryRunner } from 'typeorm';

/** Does with all that a transaction handed in what is to be the last of its work. */
export type LastWork<T> = (tx: Tx, items: readonly T[]) => Promise<void>;

interface Deferred {
  readonly work: LastWork<unknown>;
  readonly item: unknown;
  /** In how many savepoints it was handed in, the transaction itself counted as the first. */
  depth: number;
}

const deferred = new WeakMap<QueryRunner, Deferred[]>();
const watched = new WeakSet<DataSource>();

/**
 * Calls `work` once, as the last thing before the transaction of `tx` commits, with everything that was handed in with it, in that order;
 * without what was handed in since a savepoint that was rolled back to, and not at all when the transaction rolls back. If it rejects,
 * the transaction fails as it does by any other of its work. Where there is no transaction it is called at once.
 */
export async function lastBeforeCommit<T>(tx: Tx, item: T, work: LastWork<T>): Promise<void> {
  const runner = tx.queryRunner;
  if (runner?.isTransactionActive !== true) return work(tx, [item]);
  watch(tx.dataSource);
  const all = deferred.get(runner);
  const one = { work: work as LastWork<unknown>, item, depth: depthOf(runner) };
  if (all === undefined) deferred.set(runner, [one]);
  else all.push(one);
}

function watch(dataSource: DataSource): void {
  if (watched.has(dataSource)) return;
  watched.add(dataSource);
  dataSource.subscribers.push({
    async beforeTransactionCommit({ queryRunner }) {
      // The release of a savepoint is told here as well.
      if (depthOf(queryRunner) > 1) return;
      // What is done may hand in more.
      for (let all = take(queryRunner); all.length > 0; all = take(queryRunner)) {
        for (const work of new Set(all.map((one) => one.work))) {
          const own = all.filter((one) => one.work === work);
          await work(
            new Transaction(queryRunner.manager),
            own.map(({ item }) => item),
          );
        }
      }
    },
    afterTransactionCommit({ queryRunner }) {
      const depth = depthOf(queryRunner);
      for (const one of deferred.get(queryRunner) ?? []) one.depth = Math.min(one.depth, depth);
    },
    afterTransactionRollback({ queryRunner }) {
      const depth = depthOf(queryRunner);
      const left = take(queryRunner).filter((one) => one.depth <= depth);
      if (left.length > 0) deferred.set(queryRunner, left);
    },
  });
}

function take(runner: QueryRunner): Deferred[] {
  const all = deferred.get(runner) ?? [];
  deferred.delete(runner);
  return all;
}

/** How many savepoints deep a transaction is: TypeORM counts it and keeps it to itself. */
function depthOf(runner: QueryRunner): number {
  const { transactionDepth } = runner as unknown as { readonly transactionDepth: unknown };
  if (typeof transactionDepth !== 'number') throw new Error('TypeORM does not say how deep a transaction is');
  return transactionDepth;
}
