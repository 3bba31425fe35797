/**
 * A real Apache Kafka on this machine without Docker: one broker or three in KRaft mode, from jars pinned in pom.xml, as
 * child processes that stop with their parent. Also a command:
 *   node deploy/local-kafka/local-kafka.mjs [--brokers 1|3] [--port N] [--data DIR]
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { freePorts, startGuarded } from '../local-process/guarded-process.mjs';
import { keepRunning } from '../local-process/kept-running.mjs';
import { findJava, kafkaJars } from './jars.mjs';
import { kafkaNotReady, OFFSETS_PARTITIONS } from './readiness.mjs';

const run = promisify(execFile);
const log4jFile = fileURLToPath(new URL('./log4j2.properties', import.meta.url));

/** @type {typeof import('./local-kafka.d.mts').startLocalKafka} */
export async function startLocalKafka(options = {}) {
  const { brokers: count = 1, port, dataDir, heapMb = 512, readyTimeoutMs = 90_000, onFetch } = options;
  if (count !== 1 && count !== 3) throw new Error('a local Kafka has 1 broker or 3');
  const java = findJava();
  const jars = await kafkaJars({ onFetch });
  const classPath = readdirSync(jars)
    .filter((name) => name.endsWith('.jar'))
    .sort()
    .map((name) => join(jars, name))
    .join(delimiter);
  const keep = dataDir !== undefined;
  const home = keep ? resolve(dataDir) : mkdtempSync(join(tmpdir(), 'wardstream-kafka-'));
  mkdirSync(home, { recursive: true });
  const clusterId = keep ? clusterIdOf(home) : newClusterId();
  const free = await freePorts(count * 2);
  const nodes = Array.from({ length: count }, (_, i) => ({
    id: i + 1,
    port: port === undefined ? free[i] : port + i,
    controllerPort: free[count + i],
    dir: join(home, `broker-${i + 1}`),
    process: undefined,
  }));
  const voters = nodes.map((node) => `${node.id}@127.0.0.1:${node.controllerPort}`).join(',');

  const start = async (node) => {
    node.process = await startGuarded({
      command: java,
      args: [
        `-Xmx${heapMb}m`,
        '-Xms128m',
        '-XX:+UseG1GC',
        `-Dlog4j2.configurationFile=${log4jFile}`,
        '-cp',
        classPath,
        'kafka.Kafka',
        join(node.dir, 'server.properties'),
      ],
      cwd: node.dir,
      logFile: join(node.dir, 'broker.log'),
      stopTimeoutMs: keep ? 15_000 : 1,
      stopSignal: keep ? 'SIGTERM' : 'SIGKILL',
      orphanSignal: 'SIGKILL',
      ...(keep ? {} : { removeAfter: node.dir, removeIfEmpty: home }),
    });
    return node.process;
  };
  const stop = async () => {
    await Promise.all(nodes.map((node) => (node.kept ?? node.process)?.stop()));
    if (!keep) rmSync(home, { recursive: true, force: true });
  };

  try {
    await Promise.all(nodes.map((node) => prepare(node, { java, classPath, clusterId, voters, count })));
    await Promise.all(nodes.map(start));
    await ready(nodes, readyTimeoutMs);
  } catch (error) {
    await stop();
    throw error;
  }
  if (options.keepRunning) {
    for (const node of nodes) {
      const name = count === 1 ? 'Kafka' : `Kafka broker ${node.id}`;
      node.kept = keepRunning(name, node.process, { start: () => start(node), say: options.keepRunning });
    }
  }
  return {
    brokers: nodes.map((node) => `127.0.0.1:${node.port}`),
    dataDir: home,
    logFiles: nodes.map((node) => join(node.dir, 'broker.log')),
    pids: () => nodes.map((node) => node.process.pid),
    kill: (index) => nodes[index].process.kill('SIGKILL'),
    async restart(index) {
      const node = nodes[index];
      if (node.process.alive()) await node.process.kill('SIGKILL');
      await start(node);
      await ready(
        nodes.filter((each) => each.process.alive()),
        readyTimeoutMs,
      );
    },
    stop,
  };
}

/** The cluster's id, made once for a data folder: Kafka refuses to start on the data of another cluster. */
function clusterIdOf(home) {
  const file = join(home, 'cluster.id');
  if (!existsSync(file)) writeFileSync(file, newClusterId());
  return readFileSync(file, 'utf8').trim();
}

/** A Kafka Uuid; as Kafka itself does, none that begins like an option of its tools. */
function newClusterId() {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}

async function prepare(node, { java, classPath, clusterId, voters, count }) {
  mkdirSync(node.dir, { recursive: true });
  const properties = join(node.dir, 'server.properties');
  writeFileSync(properties, serverProperties(node, voters, count));
  if (existsSync(join(node.dir, 'data', 'meta.properties'))) return;
  const args = [
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    `-Dlog4j2.configurationFile=${log4jFile}`,
    '-cp',
    classPath,
  ];
  await run(java, [...args, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties], {
    cwd: node.dir,
  }).catch((error) => {
    throw new Error(`Kafka storage could not be formatted: ${(error.stderr || error.stdout || error.message).trim()}`);
  });
}

function serverProperties(node, voters, count) {
  const replicas = count;
  const inSync = count === 1 ? 1 : 2;
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': node.id,
    'controller.quorum.voters': voters,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${node.port},CONTROLLER://127.0.0.1:${node.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${node.port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': join(node.dir, 'data').replaceAll('\\', '/'),
    'auto.create.topics.enable': false,
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': OFFSETS_PARTITIONS,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': inSync,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 500,
    'log.cleaner.dedupe.buffer.size': 2_097_152,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

/** Waits until every node knows all of `nodes`, a controller serves, and every group coordinator has loaded. */
async function ready(nodes, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  let last = 'nothing was tried';
  while (Date.now() < deadline) {
    const dead = nodes.find((node) => !node.process.alive());
    if (dead) throw new Error(`Kafka broker ${dead.id} ended while starting:\n${dead.process.logTail()}`);
    last = await kafkaNotReady(nodes.map((node) => node.port));
    if (last === undefined) return;
    await sleep(50);
  }
  throw new Error(`Kafka was not ready in ${timeoutMs} ms: ${last}\n${nodes[0].process.logTail()}`);
}

async function main() {
  const { values } = parseArgs({
    options: { brokers: { type: 'string' }, port: { type: 'string' }, data: { type: 'string' } },
  });
  const kafka = await startLocalKafka({
    brokers: values.brokers === undefined ? 1 : Number(values.brokers),
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
    ...(values.data === undefined ? {} : { dataDir: values.data }),
    onFetch: () => console.log('Fetching the Kafka jars (first time only)'),
  });
  console.log(`Local Kafka ready ${kafka.brokers.join(',')}`);
  console.log(`Logs: ${kafka.logFiles.join(' ')}`);
  const keepAlive = setInterval(() => undefined, 60_000);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, async () => {
      clearInterval(keepAlive);
      await kafka.stop();
    });
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
