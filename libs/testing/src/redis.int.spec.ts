import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { startRedis, type TestRedis } from './redis.js';

describe('startRedis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  const use = async <T>(work: (client: Redis) => Promise<T>): Promise<T> => {
    const once = { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0, disconnectTimeout: 50 };
    const client = new Redis(redis.url, once);
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await work(client);
    } finally {
      client.disconnect();
    }
  };

  it('carries messages between two connections', async () => {
    const heard = await use(async (subscriber) => {
      await subscriber.subscribe('ward');
      const message = new Promise((resolve) => subscriber.once('message', (_, text) => resolve(text)));
      await use((publisher) => publisher.publish('ward', 'bed 4A-14'));
      return message;
    });
    expect(heard).toBe('bed 4A-14');
  });

  it('can be killed and comes back empty on the same address', async () => {
    await use((client) => client.set('ward', '4A'));
    await redis.kill();
    await expect(use((client) => client.ping())).rejects.toThrow();
    await redis.restart();
    expect(await use((client) => client.get('ward'))).toBeNull();
  });
});
