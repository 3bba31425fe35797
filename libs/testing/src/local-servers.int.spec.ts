import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { freePort } from '@wardstream/deploy/local-process';
import { startLocalPostgres } from '@wardstream/deploy/local-postgres';
import { eventually } from './eventually.js';

const deploy = fileURLToPath(new URL('../../../deploy/', import.meta.url));

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Runs a module text in a process of its own and answers the process and the first line it prints. */
async function runApart<T = { pids: number[]; dataDir: string }>(code: string, env = process.env) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const first = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    child.once('exit', (status) => reject(new Error(`ended with ${status} before it said anything`)));
  });
  return { child, first: JSON.parse(first) as T };
}

const startBoth = `
  const { startLocalKafka } = await import('${deploy}local-kafka/local-kafka.mjs');
  const { startLocalPostgres } = await import('${deploy}local-postgres/local-postgres.mjs');
  const kafka = await startLocalKafka();
  const postgres = await startLocalPostgres();
  console.log(JSON.stringify({ pids: [...kafka.pids(), postgres.pid()], dataDir: kafka.dataDir }));
  setInterval(() => undefined, 1000);
`;

describe('local servers', () => {
  it('end with the process that started them, also when it is killed', async () => {
    const { child, first } = await runApart(startBoth);
    expect(first.pids.map(runs)).toEqual([true, true]);
    child.kill('SIGKILL');
    await eventually(() => expect(first.pids.map(runs)).toEqual([false, false]));
    await eventually(() => expect(existsSync(first.dataDir)).toBe(false));
  });

  it('outlive a Ctrl-C in the terminal until their owner has drained', async () => {
    const { child, first } = await runApart(`process.on('SIGINT', () => undefined); ${startBoth}`);
    // A terminal sends its signal to the whole process group; the servers are in sessions of their own.
    child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(first.pids.map(runs)).toEqual([true, true]);
    child.kill('SIGKILL');
    await eventually(() => expect(first.pids.map(runs)).toEqual([false, false]));
  });

  it('keep a PostgreSQL with its data and its password, and wait for a former owner that was killed', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'wardstream-kept-'));
    try {
      const code = `
        const { startLocalPostgres } = await import('${deploy}local-postgres/local-postgres.mjs');
        const postgres = await startLocalPostgres({ dataDir: ${JSON.stringify(dataDir)} });
        await postgres.createDatabase('ward');
        console.log(JSON.stringify({ pids: [postgres.pid()], dataDir: postgres.dataDir }));
        setInterval(() => undefined, 1000);`;
      const { child } = await runApart(code);
      child.kill('SIGKILL');
      const again = await startLocalPostgres({ dataDir });
      try {
        const client = new pg.Client({ connectionString: again.urlOf('ward') });
        await client.connect();
        await client.end();
        const near = new pg.Client({ connectionString: again.nearUrlOf('ward') });
        await near.connect();
        const { rows } = await near.query<{ from: string | null }>('SELECT inet_client_addr() AS from');
        await near.end();
        // Over a Unix socket there is no address; a path too long for one falls back to TCP.
        if (join(dataDir, 'socket/.s.PGSQL.65535').length <= 103) expect(rows).toEqual([{ from: null }]);
        for (const host of ['127.0.0.1', near.host]) {
          const stranger = new pg.Client({ host, port: again.port, user: 'postgres', password: 'guess' });
          await expect(stranger.connect()).rejects.toThrow('password authentication failed');
        }
      } finally {
        await again.stop();
      }
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });

  it('hand out ports nobody listens on', async () => {
    const ports = await Promise.all([freePort(), freePort(), freePort()]);
    for (const port of ports) expect(port).toBeGreaterThan(1023);
  });

  it('say in one line that Java is missing', async () => {
    const code = `
      const { findJava } = await import('${deploy}local-kafka/jars.mjs');
      try { findJava(); } catch (error) { console.log(JSON.stringify(error.message)); }`;
    const { first } = await runApart<string>(code, { PATH: tmpdir() });
    expect(first).toMatch(/^A local Kafka needs Java 17 or later and none was found: install it[^\n]*$/);
  });

  it('finds the programs beside one another in a folder that only its owner may enter', async () => {
    const closed = await mkdtemp(join(tmpdir(), 'wardstream-closed-'));
    try {
      const { postgresBinaries, runAs, serverUser } = await import(`${deploy}local-postgres/binaries.mjs`);
      await cp(dirname(postgresBinaries().folder), closed, { recursive: true });
      const program = runAs(serverUser(), [closed])(join(closed, 'bin', 'initdb'), ['--version']);
      const { command, args, ...identity } = program as { command: string; args: string[]; uid?: number; gid?: number };
      // What it cannot reach it does not fail for: it says so.
      const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', ...identity });
      expect([status, stderr]).toEqual([0, '']);
    } finally {
      await rm(closed, { recursive: true, force: true });
    }
  });
});
