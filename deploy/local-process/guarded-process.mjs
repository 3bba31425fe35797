/**
 * Server processes (PostgreSQL, Redis, Kafka) that never outlive the process that started them. Between the two stands a
 * small guard in its own session: Ctrl-C in a terminal does not reach the server before its user has drained, and the
 * guard stops the server when its parent is gone, even after kill -9.
 */
import { fork, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const guardFile = fileURLToPath(new URL('./guard.mjs', import.meta.url));

/** @type {typeof import('./guarded-process.d.mts').startGuarded} */
export async function startGuarded(job) {
  const guard = fork(guardFile, [], { detached: true, stdio: 'ignore', execArgv: [], env: process.env });
  let alive = true;
  let settle;
  const exited = new Promise((resolve) => (settle = resolve));
  const pid = await new Promise((resolve, reject) => {
    guard.on('message', (message) => {
      if (message.pid !== undefined) return resolve(message.pid);
      alive = false;
      settle({ code: message.code ?? null, signal: message.signal ?? null });
      if (message.error) reject(new Error(`cannot start ${job.command}: ${message.error}`));
    });
    guard.on('exit', () => {
      alive = false;
      settle({ code: null, signal: null });
      reject(new Error(`cannot start ${job.command}: its guard ended`));
    });
    guard.on('error', reject);
    guard.send(job, (error) => (error ? reject(error) : undefined));
  });
  guard.unref();
  guard.channel?.unref();
  const send = (message) => (guard.connected ? guard.send(message, () => undefined) : undefined);
  const gone = new Promise((resolve) => guard.once('exit', resolve));
  return {
    pid,
    exited,
    alive: () => alive,
    logTail: (lines = 20) => logTail(job.logFile, lines),
    async kill(signal = 'SIGKILL') {
      if (!alive) return;
      await held(guard, () => {
        send(signal);
        return exited;
      });
    },
    async stop() {
      await held(guard, async () => {
        if (alive) send('stop');
        await exited;
        if (guard.connected) guard.disconnect();
        if (guard.exitCode === null && guard.signalCode === null) await gone;
        if (job.removeAfter) rmSync(job.removeAfter, { recursive: true, force: true });
      });
    },
  };
}

/** Keeps the event loop alive while something is awaited of a guard that otherwise does not hold it. */
async function held(guard, work) {
  const keepAlive = setInterval(() => undefined, 1000);
  try {
    return await work();
  } finally {
    clearInterval(keepAlive);
  }
}

function logTail(file, lines) {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}

/** @type {typeof import('./guarded-process.d.mts').freePort} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/** @type {typeof import('./guarded-process.d.mts').freePorts} */
export async function freePorts(count) {
  const servers = [];
  for (let i = 0; i < count; i++) {
    const server = createServer();
    await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    servers.push(server);
  }
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** @type {typeof import('./guarded-process.d.mts').answers} */
export function answers(command, args = ['--version']) {
  const run = spawnSync(command, args, { encoding: 'utf8', timeout: 30_000 });
  return run.error || run.status !== 0 ? undefined : `${run.stdout}${run.stderr}`;
}
