import type { Tx } from '@wardstream/persistence';
import type { DataSource, QueryRunner } from 'typeorm';

const waiting = new WeakMap<QueryRunner, Set<() => void>>();
const watched = new WeakSet<DataSource>();

/**
 * Calls `callback` once when the transaction of `tx` has committed, however often it was asked for in that transaction;
 * never when it rolled back.
 */
export function afterCommitOf(tx: Tx, callback: () => void): void {
  const runner = tx.queryRunner;
  if (runner?.isTransactionActive !== true) {
    callback();
    return;
  }
  watch(tx.dataSource);
  const callbacks = waiting.get(runner);
  if (callbacks === undefined) waiting.set(runner, new Set([callback]));
  else callbacks.add(callback);
}

function watch(dataSource: DataSource): void {
  if (watched.has(dataSource)) return;
  watched.add(dataSource);
  dataSource.subscribers.push({
    afterTransactionCommit({ queryRunner }) {
      // The release of a savepoint is told here as well; the transaction is still open then.
      if (queryRunner.isTransactionActive) return;
      const callbacks = waiting.get(queryRunner);
      waiting.delete(queryRunner);
      callbacks?.forEach((callback) => callback());
    },
    afterTransactionRollback({ queryRunner }) {
      if (!queryRunner.isTransactionActive) waiting.delete(queryRunner);
    },
  });
}
