import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startLocalStack, type LocalStack } from '@wardstream/deploy/local-stack';
import { services } from '@wardstream/deploy/topology';
import { eventually } from './eventually.js';

/** Stands for a service: writes down that it started and what it was told, answers health, stops when asked. */
const standIn = `
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
const { WARDSTREAM_HTTP_PORT: port, DATABASE_URL, KAFKA_BROKERS, REDIS_URL, WARDSTREAM_UPSTREAMS, STORY } = process.env;
const name = new URL(DATABASE_URL).pathname.slice(1);
const tell = (what) => appendFileSync(STORY, name + ' ' + what + '\\n');
tell('started');
const server = createServer((request, response) => {
  if (request.url === '/end') return process.exit(3);
  response.end(JSON.stringify({ name, KAFKA_BROKERS, REDIS_URL, WARDSTREAM_UPSTREAMS }));
});
setTimeout(() => server.listen(port, () => tell('healthy')), 200);
process.on('SIGTERM', () => { tell('stopped'); process.exit(0); });
`;

describe('startLocalStack', () => {
  let folder: string;
  let stack: LocalStack;
  const said: string[] = [];
  const story = async (): Promise<string[]> => (await readFile(join(folder, 'story'), 'utf8')).trimEnd().split('\n');
  const ask = async (service: string, path = '/'): Promise<Record<string, string>> =>
    (await (await fetch(`${stack.urlOf(service)}${path}`)).json()) as Record<string, string>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wardstream-stack-'));
    await writeFile(join(folder, 'service.mjs'), standIn);
    await writeFile(
      join(folder, 'topics.mjs'),
      `import('node:fs').then((fs) => fs.appendFileSync(process.env.STORY, 'topics made\\n'));`,
    );
    process.env['STORY'] = join(folder, 'story');
    stack = await startLocalStack({
      dataDir: folder,
      ports: 'free',
      say: (line) => said.push(line),
      programOf: (name) => join(folder, name === 'topics' ? 'topics.mjs' : 'service.mjs'),
    });
  });
  afterAll(async () => {
    delete process.env['STORY'];
    await rm(folder, { recursive: true, force: true });
  });

  it('makes the topics first and starts the origin when the others are healthy', async () => {
    const told = await story();
    expect(told[0]).toBe('topics made');
    const origin = told.indexOf('board started');
    for (const { database } of services.filter((service) => !service.origin)) {
      expect(told.indexOf(`${database} healthy`)).toBeGreaterThan(0);
      expect(told.indexOf(`${database} healthy`)).toBeLessThan(origin);
    }
  });

  it('gives each service its own database and port, and the origin the way to the others', async () => {
    for (const service of services) {
      expect(await ask(service.name)).toMatchObject({ name: service.database, KAFKA_BROKERS: stack.brokers.join(',') });
    }
    const { WARDSTREAM_UPSTREAMS, REDIS_URL } = await ask('board');
    expect(REDIS_URL).toMatch(/^redis:/);
    expect(WARDSTREAM_UPSTREAMS).toContain(`flow-engine=${stack.urlOf('flow-engine')}`);
    expect(stack.origin).toBe(stack.urlOf('board'));
  });

  it('starts a service again that ended by itself, and says so', async () => {
    const before = stack.pid('alerting');
    await fetch(`${stack.urlOf('alerting')}/end`).catch(() => undefined);
    await eventually(() => ask('alerting'));
    expect(stack.pid('alerting')).not.toBe(before);
    expect(said).toContainEqual(expect.stringMatching(/^alerting ended by itself \(code 3\)/));
  });

  it('starts a server again that was killed, on the same address', async () => {
    const before = stack.serverPids();
    for (const pid of [before.postgres, ...before.kafka, before.redis]) process.kill(pid, 'SIGKILL');
    await eventually(
      () => {
        for (const name of ['PostgreSQL', 'Kafka', 'Redis']) expect(said).toContain(`${name} runs again.`);
      },
      { timeoutMs: 60_000 },
    );
    const now = stack.serverPids();
    expect([now.postgres, ...now.kafka, now.redis]).not.toContain(before.postgres);
    const client = new pg.Client({ connectionString: stack.databaseUrl('board') });
    await client.connect();
    await client.end();
  });

  it('leaves a service down that was killed on purpose, until it is wanted again', async () => {
    await stack.kill('flow-engine');
    await expect(ask('flow-engine')).rejects.toThrow();
    await stack.restart('flow-engine');
    expect(await ask('flow-engine')).toMatchObject({ name: 'flow_engine' });
  });

  it('stops every service in order', async () => {
    await stack.stop();
    const told = await story();
    for (const { database } of services) expect(told).toContain(`${database} stopped`);
    await expect(ask('board')).rejects.toThrow();
  });
});
