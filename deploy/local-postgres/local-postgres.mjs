/**
 * A real PostgreSQL on this machine from the packaged server, as a child process that stops with its parent: one that is
 * kept in a data folder, or a throw-away one for tests that starts in a quarter of a second.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort, startGuarded } from '../local-process/guarded-process.mjs';
import { keepRunning } from '../local-process/kept-running.mjs';
import { postgresBinaries, runAs, serverUser } from './binaries.mjs';

const run = promisify(execFile);
const READY_TIMEOUT_MS = 60_000;
/** What a Unix socket's path may have, on the strictest of the systems. */
const LONGEST_SOCKET_PATH = 103;
const MEBIBYTE = 1024 * 1024;
/**
 * Of a kept cluster. An eighth of the memory for pages of tables, as the services have most of the rest. Tables of a new house grow a
 * hundredfold within a minute, which is how often the server would look whether its plans are still right.
 */
const keptSettings = () => ({
  shared_buffers: `${Math.min(1024, Math.max(128, Math.floor(totalmem() / 8 / MEBIBYTE)))}MB`,
  autovacuum_naptime: '10s',
});
const throwAwaySettings = { fsync: 'off', full_page_writes: 'off', max_wal_size: '256MB' };

/** @type {typeof import('./local-postgres.d.mts').startLocalPostgres} */
export async function startLocalPostgres(options = {}) {
  const user = serverUser();
  const binaries = postgresBinaries();
  const keep = options.dataDir !== undefined;
  const home = keep ? resolve(options.dataDir) : mkdtempSync(join(tmpdir(), 'wardstream-postgres-'));
  mkdirSync(home, { recursive: true });
  if (user) chownSync(home, user.uid, user.gid);
  const as = runAs(user, [home, binaries.folder]);
  const cluster = join(home, `cluster-${binaries.version.split('.')[0]}`);
  const password = keep ? keptPassword(home) : undefined;
  if (!existsSync(join(cluster, 'PG_VERSION'))) {
    if (keep) await initialise(binaries, user, as, cluster, password);
    else await cloneTemplate(binaries, user, cluster);
  }
  await formerServerGone(cluster);

  const port = options.port ?? (await freePort());
  const sockets = keep ? socketFolder(home, port, user) : undefined;
  const logFile = join(home, 'postgres.log');
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: sockets ?? '',
    max_connections: '200',
    jit: 'off',
    ...(keep ? keptSettings() : throwAwaySettings),
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const job = {
    ...as(binaries.postgres, ['-D', cluster, ...flags]),
    cwd: home,
    logFile,
    stopSignal: keep ? 'SIGINT' : 'SIGQUIT',
    stopTimeoutMs: 20_000,
    ...(keep ? {} : { removeAfter: home }),
  };
  let server = await startReady(job, cluster);
  const kept =
    options.keepRunning &&
    keepRunning('PostgreSQL', server, { start: () => startReady(job, cluster), say: options.keepRunning });
  const address = `127.0.0.1:${port}`;
  const urlAt = (host) => (database) => `postgresql://postgres${password ? `:${password}` : ''}@${host}/${database}`;
  const url = urlAt(address);
  return {
    url: url('postgres'),
    urlOf: url,
    nearUrlOf: sockets === undefined ? url : urlAt(`${encodeURIComponent(sockets)}:${port}`),
    port,
    version: binaries.version,
    dataDir: home,
    logFile,
    pid: () => (kept ? kept.current() : server).pid,
    createDatabase: async (name) => {
      await createDatabase(url('postgres'), name);
      return url(name);
    },
    async crash() {
      await server.kill('SIGQUIT');
    },
    async restart() {
      if (server.alive()) await server.kill('SIGQUIT');
      server = await startReady(job, cluster);
    },
    stop: () => (kept ?? server).stop(),
  };
}

async function startReady(job, cluster) {
  const server = await startGuarded(job);
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (server.alive()) {
    const { pid, status } = readPostmasterFile(cluster);
    if (pid === server.pid && status === 'ready') return server;
    if (Date.now() > deadline) break;
    await sleep(10);
  }
  const said = server.logTail(5);
  await server.stop();
  throw new Error(`PostgreSQL did not start: ${said}`);
}

/** Process id and status a running server keeps in its data folder (see PostgreSQL's miscadmin.h). */
function readPostmasterFile(cluster) {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), status: lines[7]?.trim() };
  } catch {
    return {};
  }
}

/** @type {typeof import('./local-postgres.d.mts').runningPostgresUrl} */
export function runningPostgresUrl(dataDir, database) {
  const home = resolve(dataDir);
  const cluster = join(home, `cluster-${postgresBinaries().version.split('.')[0]}`);
  const { pid, port } = readPostmasterFile(cluster);
  if (!pid || !isPostgres(pid)) return undefined;
  return `postgresql://postgres:${keptPassword(home)}@127.0.0.1:${port}/${database}`;
}

/** After kill -9 of the former owner its guard is still shutting the server down: wait until it has let go of the data. */
async function formerServerGone(cluster) {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    const { pid } = readPostmasterFile(cluster);
    if (!pid || !isPostgres(pid)) return;
    if (Date.now() > deadline) throw new Error(`another PostgreSQL (process ${pid}) is using ${cluster}`);
    await sleep(50);
  }
}

function isPostgres(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return process.platform !== 'linux';
  }
}

/** Where a kept server listens beside TCP; undefined where there are no Unix sockets, or the path is too long for one. */
function socketFolder(home, port, user) {
  const folder = join(home, 'socket');
  if (process.platform === 'win32' || join(folder, `.s.PGSQL.${port}`).length > LONGEST_SOCKET_PATH) return undefined;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (user) chownSync(folder, user.uid, user.gid);
  return folder;
}

/** The password of a kept cluster, made with it; readable by its owner alone. */
function keptPassword(home) {
  const file = join(home, 'password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

async function initialise(binaries, user, as, cluster, password) {
  const half = `${cluster}.new`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { mode: 0o700 });
  const passwordFile = join(half, '..', 'password.initdb');
  if (password) writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) {
    chownSync(half, user.uid, user.gid);
    if (password) chownSync(passwordFile, user.uid, user.gid);
  }
  const args = [`--pgdata=${half}`, '--username=postgres', '--encoding=UTF8', '--locale=C', '--no-instructions'];
  args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8');
  args.push(...(password ? ['--auth=scram-sha-256', `--pwfile=${passwordFile}`] : ['--auth=trust', '--no-sync']));
  try {
    const { command, args: all, ...identity } = as(binaries.initdb, args);
    await run(command, all, { ...identity, cwd: tmpdir() });
  } catch (error) {
    throw new Error(`PostgreSQL could not make its data folder ${cluster}: ${(error.stderr || error.message).trim()}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(half, cluster);
}

/** Copies an empty cluster made once per machine and user, which is eight times as fast as making one. */
async function cloneTemplate(binaries, user, cluster) {
  const owner = user?.uid ?? process.getuid?.() ?? 'user';
  const template = join(tmpdir(), `wardstream-postgres-template-${binaries.version}-${owner}`);
  if (!existsSync(join(template, 'PG_VERSION'))) {
    const own = `${template}.${process.pid}.${randomBytes(4).toString('hex')}`;
    await initialise(binaries, user, runAs(user, [tmpdir(), binaries.folder]), own, undefined);
    try {
      renameSync(own, template);
    } catch {
      rmSync(own, { recursive: true, force: true });
    }
  }
  if (process.platform === 'win32') {
    cpSync(template, cluster, { recursive: true, mode: constants.COPYFILE_FICLONE });
  } else {
    await run('cp', ['-a', template, cluster]);
  }
}

async function createDatabase(url, name) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (!rowCount) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
