import { DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { PreparingClient } from './preparing-client.js';

export interface DatabaseOptions {
  /** postgres://user:password@host:port/database; the host may be the folder of a Unix socket, its slashes as %2F. */
  readonly url: string;
  /** The one schema this service owns; created by the migration runner. */
  readonly schema: string;
  /** Connections held at most. */
  readonly poolSize: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly entities?: readonly EntityTarget<ObjectLiteral>[];
}

/**
 * What every connection asks of the server. A random page costs about as much as the next one: tables that are asked all the time are in
 * memory, and no disk turns any more. By the server's own assumption a plan that was made while a table was small reads all of
 * it, and goes on with that when it has grown: linearly for each id of a batch.
 */
export const connectionSettings = '-c timezone=UTC -c random_page_cost=1.1';

/** Letters, digits and underscores: such a name needs no quoting anywhere. */
const schemaName = /^[a-z][a-z0-9_]{0,62}$/;

/**
 * A DataSource whose every connection has `search_path` set to the service's schema, so that SQL needs no prefix and a
 * service cannot reach another's tables by accident. Not yet connected: call `initialize()`.
 * Throws on a schema name that would need quoting.
 */
export function createDataSource(options: DatabaseOptions): DataSource {
  if (!schemaName.test(options.schema)) throw new Error(`"${options.schema}" is not a usable schema name`);
  return new DataSource({
    type: 'postgres',
    url: options.url,
    schema: options.schema,
    entities: [...(options.entities ?? [])] as never,
    synchronize: false,
    logging: false,
    applicationName: options.applicationName,
    poolSize: options.poolSize,
    connectTimeoutMS: 10_000,
    extra: {
      ...socketHost(options.url),
      Client: PreparingClient,
      options: `-c search_path=${options.schema},public ${connectionSettings}`,
      keepAlive: true,
      idleTimeoutMillis: 60_000,
    },
  });
}

/** TypeORM takes the host of an address as it is written; the folder of a Unix socket is written with %2F. */
function socketHost(url: string): { host?: string } {
  const { hostname } = new URL(url);
  return /^%2f/i.test(hostname) ? { host: decodeURIComponent(hostname) } : {};
}
