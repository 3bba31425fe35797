import type { DataSource, EntityManager, QueryRunner } from 'typeorm';

/**
 * The connection of one transaction. Statements are SQL; what they answer is said where they are sent, as the shape of one row, and holds by
 * the suites that run each statement against a real PostgreSQL.
 */
export class Transaction {
  constructor(private readonly manager: EntityManager) {}

  /** What TypeORM knows the transaction by; undefined for a connection on which none is open. */
  get queryRunner(): QueryRunner | undefined {
    return this.manager.queryRunner;
  }
  get dataSource(): DataSource {
    return this.manager.dataSource;
  }

  /** The rows of a statement, those of an INSERT, UPDATE or DELETE with RETURNING too. Rejects with the error of the server. */
  async query<Row = unknown>(sql: string, parameters?: unknown[]): Promise<Row[]> {
    return rowsOf<Row>(await this.manager.query<unknown>(sql, parameters));
  }

  /** Does `work` within a savepoint: where it rejects, what it did is undone, and the transaction can go on. */
  savepoint<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.manager.transaction((manager) => work(new Transaction(manager)));
  }

  /** How many rows an UPDATE or DELETE changed. */
  async changed(sql: string, parameters?: unknown[]): Promise<number> {
    return changedBy(await this.manager.query<unknown>(sql, parameters));
  }
}

/** TypeORM answers an UPDATE or DELETE by its rows and their number, and all else by the rows alone. */
export function rowsOf<Row>(answer: unknown): Row[] {
  return isCounted(answer) ? (answer[0] as Row[]) : (answer as Row[]);
}

/** How many rows an UPDATE or DELETE changed, of what TypeORM answers to it. */
export function changedBy(answer: unknown): number {
  if (!isCounted(answer)) throw new Error('Only UPDATE and DELETE tell how many rows they changed');
  return answer[1];
}

function isCounted(answer: unknown): answer is [unknown, number] {
  return Array.isArray(answer) && answer.length === 2 && typeof answer[1] === 'number';
}
