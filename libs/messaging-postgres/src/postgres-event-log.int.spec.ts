import { startPostgres } from '@wardstream/testing';
import {
  eventLogContract,
  openSeverableProxy,
  serverOf,
  type SeverableProxy,
} from '@wardstream/messaging/contract-suite';
import { PostgresEventLog } from './postgres-event-log.js';

eventLogContract('PostgreSQL', async () => {
  const postgres = await startPostgres();
  const url = await postgres.createDatabase('contract');
  const proxies: SeverableProxy[] = [];
  return {
    mayRepeat: false,
    async open() {
      const proxy = await openSeverableProxy(serverOf(url));
      proxies.push(proxy);
      const log = new PostgresEventLog({ url: proxy.through(url), heartbeatMs: 200, closeGraceMs: 1_000 });
      return { log, crash: async () => proxy.sever() };
    },
    async stop() {
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await postgres.stop();
    },
  };
});
