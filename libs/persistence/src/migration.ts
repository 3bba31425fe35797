import { setTimeout as sleep } from 'node:timers/promises';
import { digest, jitter } from '@wardstream/kernel';
import type { DataSource, QueryRunner } from 'typeorm';
import { sqlState } from './database-error.js';
import { rowsOf } from './transaction.js';

/**
 * One step of a schema's history. Once released it is never edited: a change is a new step. While it is applied, processes of the version
 * before go on reading and writing, so it only adds; what it must be like for that is in migration-rules.ts.
 */
export interface Migration {
  /** Unique in its schema and sorted as it is applied, e.g. '0001-beds'. */
  readonly name: string;
  /** The statements, run in order in one transaction. `schema` needs no quoting. */
  up(schema: string): string[];
  /**
   * Each statement makes an index with CREATE INDEX CONCURRENTLY, which no transaction may be around: one after another, while the
   * table is written to. If it is interrupted, what was made of the index is removed and it is made again.
   */
  readonly concurrently?: true;
  /** It takes away what no process of the release before needs: the step that put something in its place was in this release. */
  readonly contracts?: { readonly expandedIn: string };
}

export interface MigrateOptions {
  /** How long a step waits for a lock, as long as everybody else who wants the table waits behind it; 2,000 ms unless told. */
  readonly lockTimeoutMs?: number;
  /** How long it goes on trying; 10 minutes unless told. */
  readonly patienceMs?: number;
  /** Told whenever a step did not get its lock and is tried again later. */
  readonly onBlocked?: (migration: string, tries: number) => void;
}

export function defineMigration(migration: Migration): Migration {
  return migration;
}

/** A released migration was edited, or two share a name. */
export class MigrationConflict extends Error {
  override readonly name = 'MigrationConflict';
}

/** What says whether a step that was applied is the same still. */
export function digestOf(migration: Migration, schema: string): string {
  return digest(migration.up(schema).join('\n;\n'));
}

/**
 * Brings `schema` up to date: creates it, then applies in the given order what was not applied yet, each step in a
 * transaction of its own. Replicas that start together wait for each other. A step that does not get its locks soon gives way to those
 * who wait behind it and is tried again. Returns the names applied.
 * Throws MigrationConflict when an applied step's text has changed.
 */
export async function migrate(
  dataSource: DataSource,
  schema: string,
  migrations: readonly Migration[],
  options: MigrateOptions = {},
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
    return await withLock(runner, `wardstream:migrate:${schema}`, () => apply(runner, schema, migrations, options));
  } finally {
    await runner.release();
  }
}

async function apply(
  runner: QueryRunner,
  schema: string,
  migrations: readonly Migration[],
  options: MigrateOptions,
): Promise<string[]> {
  await runner.query(
    `CREATE TABLE IF NOT EXISTS ${schema}.schema_migration (
       name text PRIMARY KEY, digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
  );
  const rows = rowsOf<{ name: string; digest: string }>(
    await runner.query(`SELECT name, digest FROM ${schema}.schema_migration`),
  );
  const applied = new Map(rows.map((r) => [r.name, r.digest]));
  const done: string[] = [];
  for (const migration of migrations) {
    const text = digestOf(migration, schema);
    const before = applied.get(migration.name);
    if (before === text) continue;
    if (before !== undefined) {
      throw new MigrationConflict(`Migration ${migration.name} of ${schema} was changed after it had been applied`);
    }
    try {
      if (migration.concurrently === true) await makeIndexes(runner, schema, migration);
      else await applyPatiently(runner, schema, migration, options);
    } catch (cause) {
      throw new Error(`Migration ${migration.name} of ${schema} failed`, { cause });
    }
    done.push(migration.name);
  }
  return done;
}

const LOCK_NOT_AVAILABLE = '55P03';

async function applyPatiently(
  runner: QueryRunner,
  schema: string,
  migration: Migration,
  { lockTimeoutMs = 2_000, patienceMs = 600_000, onBlocked }: MigrateOptions,
): Promise<void> {
  let left = patienceMs;
  for (let tries = 1; ; tries += 1) {
    try {
      await applyOnce(runner, schema, migration, lockTimeoutMs);
      return;
    } catch (error) {
      // Longer than it waited itself: whoever waited behind it is let through.
      const pauseMs = lockTimeoutMs * (1 + jitter());
      left -= lockTimeoutMs + pauseMs;
      if (sqlState(error) !== LOCK_NOT_AVAILABLE || left < 0) throw error;
      onBlocked?.(migration.name, tries);
      await sleep(pauseMs);
    }
  }
}

async function applyOnce(
  runner: QueryRunner,
  schema: string,
  migration: Migration,
  lockTimeoutMs: number,
): Promise<void> {
  await runner.startTransaction();
  try {
    await runner.query(`SET LOCAL lock_timeout = ${Math.round(lockTimeoutMs)}`);
    for (const statement of migration.up(schema)) await runner.query(statement);
    await note(runner, schema, migration);
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  }
}

async function makeIndexes(runner: QueryRunner, schema: string, migration: Migration): Promise<void> {
  for (const statement of migration.up(schema)) {
    const name = /^\s*CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(\w+)\s+ON\s/i.exec(statement)?.[1];
    if (name === undefined) throw new Error('Not of the form CREATE INDEX CONCURRENTLY name ON ...');
    const [found] = rowsOf<{ isValid: boolean }>(
      await runner.query(
        `SELECT i.indisvalid AS "isValid" FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
          WHERE c.relname = lower($1) AND c.relnamespace = to_regnamespace($2)`,
        [name, schema],
      ),
    );
    // It was made, and the process ended before it could note that.
    if (found?.isValid === true) continue;
    if (found !== undefined) await runner.query(`DROP INDEX CONCURRENTLY ${schema}.${name}`);
    await runner.query(statement);
  }
  await note(runner, schema, migration);
}

async function note(runner: QueryRunner, schema: string, migration: Migration): Promise<void> {
  await runner.query(`INSERT INTO ${schema}.schema_migration (name, digest) VALUES ($1, $2)`, [
    migration.name,
    digestOf(migration, schema),
  ]);
}

const LOOK_EVERY_MS = 100;

/**
 * Looks for the lock again and again and waits in no statement: an index is made concurrently only when every statement that was there
 * before has ended, so that who makes one and who waits for it would wait for each other.
 */
async function withLock<T>(runner: QueryRunner, name: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    const [row] = rowsOf<{ got: boolean }>(
      await runner.query('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS got', [name]),
    );
    if (row?.got === true) break;
    await sleep(LOOK_EVERY_MS * (1 + jitter()));
  }
  try {
    return await work();
  } finally {
    await runner.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]);
  }
}
