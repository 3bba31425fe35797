import { connectionSettings } from '@wardstream/persistence';
import pg from 'pg';

export interface LastingClientOptions {
  readonly url: string;
  readonly applicationName: string;
  readonly searchPath: string;
}

/** No statement on such a connection takes long; one that does means that the other side is gone. */
const queryTimeoutMs = 30_000;
const endTimeoutMs = 2_000;

/**
 * A client for a connection that is held for long because a lock or a LISTEN hangs on it. Both sides notice a dead peer
 * within half a minute. Commits on it are not waited for: what it writes may be lost with the server without harm.
 */
export function lastingClient({ url, applicationName, searchPath }: LastingClientOptions): pg.Client {
  return new pg.Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    query_timeout: queryTimeoutMs,
    options:
      `-c search_path=${searchPath},public ${connectionSettings} -c synchronous_commit=off ` +
      `-c statement_timeout=${queryTimeoutMs} ` +
      '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3',
  });
}

/** Ends a client in any state it may be in; a goodbye that is not answered is cut off. */
export async function endClient(client: pg.Client): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), endTimeoutMs);
  });
  const ended = client.end().then(
    () => 'ended' as const,
    () => 'ended' as const,
  );
  if ((await Promise.race([ended, late])) === 'late') cutOff(client);
  clearTimeout(timer);
}

/** Drops the connection at once, without a goodbye. */
export function cutOff(client: pg.Client): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
