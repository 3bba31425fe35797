import { redisAnswers, redisInstalled, startLocalRedis } from '@wardstream/deploy/local-redis';
import { dockerAnswers, startContainer } from './docker.js';
import { ServerMissing, testEnvironment } from './environment.js';
import { eventually } from './eventually.js';

export interface TestRedis {
  readonly url: string;
  /** Ends the server at once; rejects for a server that is not ours to stop. What it held is gone. */
  kill(): Promise<void>;
  /** Starts it again, empty, on the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A Redis for a suite: WARDSTREAM_TEST_REDIS_URL where it is set, a container where a Docker engine answers, a
 * redis-server of our own where one is installed, else one that runs already (REDIS_URL or 127.0.0.1:6379; other users
 * of it see our channels and keys). Stops with this process, however it ends.
 */
export async function startRedis(): Promise<TestRedis> {
  if (testEnvironment.redisUrl) return runningRedis(testEnvironment.redisUrl);
  if (await dockerAnswers()) return containerRedis();
  if (redisInstalled()) return startLocalRedis();
  const ordinary = testEnvironment.ordinaryRedisUrl ?? 'redis://127.0.0.1:6379';
  if (await redisAnswers(ordinary)) return runningRedis(ordinary);
  throw new ServerMissing(
    'Redis',
    'install redis-server, start Docker, or name a running one in WARDSTREAM_TEST_REDIS_URL',
  );
}

function runningRedis(url: string): TestRedis {
  const notOurs = (): Promise<never> =>
    Promise.reject(new ServerMissing('Redis of our own', 'install redis-server to have one that may be killed'));
  return { url, kill: notOurs, restart: notOurs, stop: () => Promise.resolve() };
}

async function containerRedis(): Promise<TestRedis> {
  const container = await startContainer({ image: 'redis:8', containerPort: 6379 });
  const url = `redis://127.0.0.1:${container.port}`;
  const answering = (): Promise<boolean> =>
    eventually(() => redisAnswers(url), { timeoutMs: 30_000, what: 'Redis in its container' });
  await answering();
  return {
    url,
    kill: () => container.kill(),
    async restart() {
      await container.restart();
      await answering();
    },
    stop: () => container.stop(),
  };
}
