import { monotonicMs } from '@wardstream/kernel';
import type { DataSource } from 'typeorm';
import { searchSettings } from './data-source.js';
import { writesRefused } from './database-error.js';
import { changedBy, rowsOf, Transaction } from './transaction.js';

/** The connection of one transaction. */
export type Tx = Transaction;

/** Where a use case begins and commits its transaction. */
export class UnitOfWork {
  private last: (tx: Tx) => Promise<void> = () => Promise.resolve();
  private refusal: { readonly reason: string; readonly atMs: number } | undefined;

  constructor(
    private readonly dataSource: DataSource,
    readonly schema: string,
  ) {}

  /**
   * Runs `work` in one transaction (READ COMMITTED) and commits when it resolves; rolls back and rethrows when it rejects.
   * What it wrote is durable once the returned promise resolves. Rejects as well when `work` swallowed the error of a
   * statement: PostgreSQL has given the transaction up then and answers the commit by rolling back (see PreparingClient).
   */
  run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.noted(
      this.dataSource.transaction(async (manager) => {
        const tx = new Transaction(manager);
        const result = await work(tx);
        await this.last(tx);
        return result;
      }),
    );
  }

  /** From now on does `last` in every transaction of `run` whose work resolved; if it rejects, the transaction rolls back. */
  beforeCommit(last: (tx: Tx) => Promise<void>): void {
    this.last = last;
  }

  /** Runs `work` in a read-only transaction with one snapshot, so that several queries agree with each other. */
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => {
      const tx = new Transaction(manager);
      await tx.query('SET TRANSACTION READ ONLY');
      return work(tx);
    });
  }

  /**
   * As `read`, for statements that are searches: each is planned for what it asks. A plan that is kept for all that may be asked
   * looks through the whole table where an index would find the few.
   */
  search<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.read(async (tx) => {
      await tx.query(searchSettings);
      return work(tx);
    });
  }

  /** The rows of one statement on its own, those of an INSERT, UPDATE or DELETE with RETURNING too. */
  async query<Row = unknown>(sql: string, parameters?: unknown[]): Promise<Row[]> {
    return rowsOf<Row>(await this.noted(this.dataSource.query<unknown>(sql, parameters)));
  }

  /** How many rows an UPDATE or DELETE on its own changed. */
  async changed(sql: string, parameters?: unknown[]): Promise<number> {
    return changedBy(await this.noted(this.dataSource.query<unknown>(sql, parameters)));
  }

  /**
   * Why the database took no write within the last `withinMs`, milliseconds: no room, for one. Undefined where none was refused.
   * A probe of its own would not tell: a small write may find room where the next message does not.
   */
  writesRefused(withinMs: number): string | undefined {
    const { reason, atMs } = this.refusal ?? { reason: undefined, atMs: -Infinity };
    return monotonicMs() - atMs < withinMs ? reason : undefined;
  }

  private noted<T>(outcome: Promise<T>): Promise<T> {
    return outcome.catch((error: unknown) => {
      const reason = writesRefused(error);
      if (reason !== undefined) this.refusal = { reason, atMs: monotonicMs() };
      throw error;
    });
  }
}
