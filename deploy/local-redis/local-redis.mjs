/** A real Redis on this machine: the installed redis-server as a child process that stops with its parent. */
import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { answers, freePort, startGuarded } from '../local-process/guarded-process.mjs';
import { keepRunning } from '../local-process/kept-running.mjs';

const READY_TIMEOUT_MS = 20_000;

/** @type {typeof import('./local-redis.d.mts').redisInstalled} */
export function redisInstalled() {
  return answers('redis-server') !== undefined;
}

/** @type {typeof import('./local-redis.d.mts').startLocalRedis} */
export async function startLocalRedis(options = {}) {
  if (!redisInstalled()) {
    throw new Error(
      'A local Redis needs redis-server and none was found: install it (apt-get install redis-server, brew install redis) or set REDIS_URL to a running Redis',
    );
  }
  const port = options.port ?? (await freePort());
  const dir = mkdtempSync(join(tmpdir(), 'wardstream-redis-'));
  const url = `redis://127.0.0.1:${port}`;
  const start = async () => {
    const server = await startGuarded({
      command: 'redis-server',
      args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', dir],
      logFile: join(dir, 'redis.log'),
      removeAfter: dir,
    });
    const deadline = Date.now() + READY_TIMEOUT_MS;
    while (!(await redisAnswers(url))) {
      if (server.alive() && Date.now() < deadline) {
        await sleep(10);
        continue;
      }
      const said = server.logTail(5);
      await server.stop();
      throw new Error(`redis-server did not start: ${said}`);
    }
    return server;
  };
  let server = await start();
  const kept = options.keepRunning && keepRunning('Redis', server, { start, say: options.keepRunning });
  return {
    url,
    pid: () => (kept ? kept.current() : server).pid,
    kill: () => server.kill(),
    async restart() {
      await server.kill();
      server = await start();
    },
    stop: () => (kept ?? server).stop(),
  };
}

/** @type {typeof import('./local-redis.d.mts').redisAnswers} */
export function redisAnswers(url) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 6379), timeout: 1000 });
    socket.on('connect', () => socket.write('PING\r\n'));
    socket.on('data', (data) => {
      resolve(/^(\+PONG|-NOAUTH)/.test(data.toString('latin1')));
      socket.destroy();
    });
    socket.on('timeout', () => socket.destroy());
    socket.on('error', () => resolve(false));
    socket.on('close', () => resolve(false));
  });
}
