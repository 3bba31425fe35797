import type { DataSource, EntityManager } from 'typeorm';

/** The connection of one transaction. Hot paths use `tx.query(sql, parameters)`. */
export type Tx = EntityManager;

/** Where a use case begins and commits its transaction. */
export class UnitOfWork {
  constructor(
    private readonly dataSource: DataSource,
    readonly schema: string,
  ) {}

  /**
   * Runs `work` in one transaction (READ COMMITTED) and commits when it resolves; rolls back and rethrows when it rejects.
   * What it wrote is durable once the returned promise resolves. Rejects as well when `work` swallowed the error of a
   * statement: PostgreSQL has given the transaction up then and would answer the commit by rolling back, in silence.
   */
  run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (tx) => {
      const result = await work(tx);
      await tx.query('SELECT 1');
      return result;
    });
  }

  /** Runs `work` in a read-only transaction with one snapshot, so that several queries agree with each other. */
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.dataSource.transaction('REPEATABLE READ', async (tx) => {
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
      await tx.query('SET LOCAL plan_cache_mode = force_custom_plan');
      return work(tx);
    });
  }

  /** One statement on its own. */
  query<R>(sql: string, parameters?: unknown[]): Promise<R[]> {
    return this.dataSource.query(sql, parameters) as Promise<R[]>;
  }
}
