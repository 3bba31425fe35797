import { digest } from '@wardstream/kernel';
import type { DataSource, QueryRunner } from 'typeorm';

/** One step of a schema's history. Once released it is never edited: a change is a new step. */
export interface Migration {
  /** Unique in its schema and sorted as it is applied, e.g. '0001-beds'. */
  readonly name: string;
  /** The statements, run in order in one transaction. `schema` needs no quoting. */
  up(schema: string): string[];
}

export function defineMigration(migration: Migration): Migration {
  return migration;
}

/** A released migration was edited, or two share a name. */
export class MigrationConflict extends Error {
  override readonly name = 'MigrationConflict';
}

/**
 * Brings `schema` up to date: creates it, then applies in the given order what was not applied yet, each step in a
 * transaction of its own. Replicas that start together wait for each other on an advisory lock. Returns the names applied.
 * Throws MigrationConflict when an applied step's text has changed.
 */
export async function migrate(
  dataSource: DataSource,
  schema: string,
  migrations: readonly Migration[],
): Promise<string[]> {
  const names = migrations.map((m) => m.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new MigrationConflict(`Two migrations of ${schema} are named ${twice}`);

  const runner = dataSource.createQueryRunner();
  await runner.connect();
  try {
    // The extension and the schema are made under one lock for the whole database: CREATE … IF NOT EXISTS still races.
    await withLock(runner, 'wardstream:database', async () => {
      await runner.query('CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public');
      await runner.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    });
    return await withLock(runner, `wardstream:migrate:${schema}`, () => apply(runner, schema, migrations));
  } finally {
    await runner.release();
  }
}

async function apply(runner: QueryRunner, schema: string, migrations: readonly Migration[]): Promise<string[]> {
  await runner.query(
    `CREATE TABLE IF NOT EXISTS ${schema}.schema_migration (
       name text PRIMARY KEY, digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
  );
  const rows = (await runner.query(`SELECT name, digest FROM ${schema}.schema_migration`)) as {
    name: string;
    digest: string;
  }[];
  const applied = new Map(rows.map((r) => [r.name, r.digest]));
  const done: string[] = [];
  for (const migration of migrations) {
    const statements = migration.up(schema);
    const text = digest(statements.join('\n;\n'));
    const before = applied.get(migration.name);
    if (before === text) continue;
    if (before !== undefined) {
      throw new MigrationConflict(`Migration ${migration.name} of ${schema} was changed after it had been applied`);
    }
    await runner.startTransaction();
    try {
      for (const statement of statements) await runner.query(statement);
      await runner.query(`INSERT INTO ${schema}.schema_migration (name, digest) VALUES ($1, $2)`, [
        migration.name,
        text,
      ]);
      await runner.commitTransaction();
    } catch (cause) {
      await runner.rollbackTransaction();
      throw new Error(`Migration ${migration.name} of ${schema} failed`, { cause });
    }
    done.push(migration.name);
  }
  return done;
}

async function withLock<T>(runner: QueryRunner, name: string, work: () => Promise<T>): Promise<T> {
  await runner.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name]);
  try {
    return await work();
  } finally {
    await runner.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]);
  }
}
