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
 * What every connection asks of the server. Pages are in memory, and comparing costs little beside reading: so few rows are each found by
 * an index, and an index is not read from end to end to be compared with them. No table is scanned: a plan that was made while it
 * was small would go on with that when it has grown, linearly for each id of a batch. How sets are joined is the server's to choose:
 * without hashed and merged joins it compared sets of a statement's own parameters each with each, which cost more than all such
 * plans. And a statement that comes again and again is planned once: left to choose, the server plans it anew for the few values of
 * every batch, which costs more than carrying it out. `UnitOfWork.search` lets it choose all, as its plans are kept for nobody.
 */
export const connectionSettings =
  '-c timezone=UTC -c random_page_cost=0.1 -c cpu_operator_cost=0.0005 -c enable_seqscan=off -c plan_cache_mode=force_generic_plan';

/** For a transaction whose statements are each planned for what they ask. */
export const searchSettings = 'SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL enable_seqscan = on';

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
      pipeline: true,
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
