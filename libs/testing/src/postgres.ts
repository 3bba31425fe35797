import pg from 'pg';
import { newOpaqueId } from '@wardstream/kernel';
import { startLocalPostgres } from '@wardstream/deploy/local-postgres';
import { dockerAnswers, startContainer } from './docker.js';
import { ServerMissing, testEnvironment } from './environment.js';
import { eventually } from './eventually.js';

export interface TestPostgres {
  /** Of a database that is there from the start; the user may create databases. */
  readonly url: string;
  /** Makes an empty database and answers its address. Names need to be unique within this server only. */
  createDatabase(name: string): Promise<string>;
  /** Ends the server at once (every connection breaks); rejects for a server that is not ours to stop. */
  crash(): Promise<void>;
  /** Starts it again on the same address and data. */
  restart(): Promise<void>;
  /** Stops the server, or drops what was made on one that is not ours. */
  stop(): Promise<void>;
}

export interface TestPostgresOptions {
  /** Server settings by name, for a server of our own. `{ fsync: 'on' }` where durability itself is measured. */
  settings?: Record<string, string>;
}

/**
 * A throw-away PostgreSQL: WARDSTREAM_TEST_DATABASE_URL where it is set (databases of our own on that server); else the
 * packaged server, which is the version the product embeds and is ready in a fraction of a second; else, where no server
 * is packaged for the system, a container. Stops with this process, however it ends.
 */
export async function startPostgres({ settings }: TestPostgresOptions = {}): Promise<TestPostgres> {
  if (testEnvironment.databaseUrl) return databasesOn(testEnvironment.databaseUrl);
  try {
    return await startLocalPostgres(settings ? { settings } : {});
  } catch (error) {
    if (await dockerAnswers()) return containerPostgres();
    throw new ServerMissing('PostgreSQL', `${(error as Error).message} (WARDSTREAM_TEST_DATABASE_URL names another)`);
  }
}

async function databasesOn(serverUrl: string): Promise<TestPostgres> {
  const suffix = newOpaqueId().replaceAll('-', '').slice(0, 12);
  const made: string[] = [];
  const createDatabase = async (name: string): Promise<string> => {
    const database = `${name.slice(0, 48)}_${suffix}`;
    await sql(serverUrl, `CREATE DATABASE ${pg.escapeIdentifier(database)}`);
    made.push(database);
    const url = new URL(serverUrl);
    url.pathname = `/${database}`;
    return url.href;
  };
  const notOurs = (): Promise<never> =>
    Promise.reject(
      new ServerMissing('PostgreSQL of our own', 'unset WARDSTREAM_TEST_DATABASE_URL to have one that may crash'),
    );
  return {
    url: await createDatabase('wardstream_test'),
    createDatabase,
    crash: notOurs,
    restart: notOurs,
    async stop() {
      for (const database of made.splice(0)) {
        await sql(serverUrl, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(database)} WITH (FORCE)`);
      }
    },
  };
}

async function containerPostgres(): Promise<TestPostgres> {
  const container = await startContainer({
    image: 'postgres:18.4',
    containerPort: 5432,
    environment: () => ({ POSTGRES_HOST_AUTH_METHOD: 'trust' }),
  });
  const urlOf = (database: string): string => `postgresql://postgres@127.0.0.1:${container.port}/${database}`;
  const answers = (): Promise<void> =>
    eventually(() => sql(urlOf('postgres'), 'SELECT 1'), { timeoutMs: 60_000, what: 'PostgreSQL in its container' });
  await answers();
  return {
    url: urlOf('postgres'),
    async createDatabase(name) {
      await sql(urlOf('postgres'), `CREATE DATABASE ${pg.escapeIdentifier(name)}`);
      return urlOf(name);
    },
    crash: () => container.kill(),
    async restart() {
      await container.restart();
      await answers();
    },
    stop: () => container.stop(),
  };
}

async function sql(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
