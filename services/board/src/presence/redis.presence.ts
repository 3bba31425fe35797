import { newOpaqueId } from '@wardstream/kernel';
import type { Logger } from '@wardstream/service-kit';
import { Redis } from 'ioredis';
import { summed, type Presence } from './presence.js';

const PREFIX = 'wardstream:board:viewers:';
/** What a replica told is taken for true for so long, seconds: three of the times it tells. */
const KEPT_SECONDS = 30;

/**
 * Between replicas by Redis: each keeps a key of its own that vanishes with it. Redis away means the figures of this replica alone; nothing
 * that is shown depends on it. It reconnects by itself.
 */
export class RedisPresence implements Presence {
  private readonly redis: Redis;
  private readonly key = `${PREFIX}${newOpaqueId()}`;
  private away = false;

  constructor(
    url: string,
    private readonly logger: Logger,
  ) {
    this.redis = new Redis(url, {
      retryStrategy: (attempt: number) => Math.min(100 * 2 ** Math.min(attempt, 6), 5_000),
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: 2_000,
      connectionName: 'wardstream-board',
    });
    this.redis.on('error', (err: Error) => this.lost(err));
    this.redis.on('ready', () => (this.away = false));
  }

  async tell(viewers: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
    try {
      await this.redis.set(this.key, JSON.stringify([...viewers]), 'EX', KEPT_SECONDS);
      const told = new Map<string, string>();
      for (let cursor = '0', begun = false; !begun || cursor !== '0'; begun = true) {
        const [next, keys] = await this.redis.scan(cursor, 'MATCH', `${PREFIX}*`, 'COUNT', 100);
        cursor = next;
        const values = keys.length === 0 ? [] : await this.redis.mget(keys);
        keys.forEach((key, i) => told.set(key, values[i] ?? '[]'));
      }
      return summed([...told.values()].map((text) => new Map(JSON.parse(text) as [string, number][])));
    } catch (error) {
      this.lost(error);
      return viewers;
    }
  }

  async close(): Promise<void> {
    this.away = true;
    await this.redis.del(this.key).catch(() => undefined);
    this.redis.disconnect();
  }

  private lost(error: unknown): void {
    if (this.away) return;
    this.away = true;
    const { code, name } = error as { code?: string; name?: string };
    this.logger.warn({ code: code ?? name }, 'Redis is away; how many look at a board is told of this process alone');
  }
}
