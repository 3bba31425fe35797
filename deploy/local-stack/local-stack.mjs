/**
 * The services as processes of their own on this machine, as topology.mjs describes them, with a real PostgreSQL, Kafka
 * and Redis: what docker-compose.yml describes, without Docker.
 */
import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startLocalKafka } from '../local-kafka/local-kafka.mjs';
import { startLocalPostgres } from '../local-postgres/local-postgres.mjs';
import { freePorts, startGuarded } from '../local-process/guarded-process.mjs';
import { startLocalRedis } from '../local-redis/local-redis.mjs';
import { environmentOf, services } from '../topology.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const READY_TIMEOUT_MS = 120_000;
const RESTART_AFTER_MS = 1000;

/** @type {typeof import('./local-stack.d.mts').startLocalStack} */
export async function startLocalStack(options) {
  const {
    dataDir,
    ports = 'declared',
    brokers = 1,
    variables = {},
    say = () => undefined,
    programOf = built,
  } = options;
  const home = resolve(dataDir, 'stack');
  mkdirSync(join(home, 'logs'), { recursive: true });
  const undo = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    say('Starting PostgreSQL, Kafka and Redis ...');
    const [postgres, kafka, redis] = await all(undo, [
      startLocalPostgres({ dataDir: join(home, 'postgres'), keepRunning: say }),
      startLocalKafka({
        brokers,
        dataDir: join(home, brokers === 1 ? 'kafka' : `kafka-${brokers}`),
        onFetch: () => say('Fetching the Kafka jars (once) ...'),
        keepRunning: say,
      }),
      startLocalRedis({ keepRunning: say }),
    ]);
    const place = await placeOf({ ...options, ports, home, postgres, kafka, redis });
    for (const service of services) await postgres.createDatabase(service.database);
    await run(process.execPath, [programOf('topics')], { env: { ...process.env, KAFKA_BROKERS: place.kafkaBrokers } });

    say(`Starting ${services.length} services ...`);
    const replicas = new Map();
    for (const service of services) {
      const places = [place, ...(await placesOfMore(service, place, options.replicas?.[service.name] ?? 1))];
      const processes = places.map((own, i) => {
        const name = i === 0 ? service.name : `${service.name}-${i + 1}`;
        const environment = { ...environmentOf(service, own), ...variables };
        return { place: own, process: supervised(name, programOf(service.name), environment, home, say) };
      });
      replicas.set(service.name, processes);
    }
    const running = new Map([...replicas].map(([name, [first]]) => [name, first.process]));
    undo.push(() => Promise.all([...replicas.values()].flat().map((replica) => replica.process.stop())));
    const healthy = new Map();
    for (const service of services) {
      const earlier = Promise.all(service.after.map((name) => healthy.get(name)));
      const startAll = () => Promise.all(replicas.get(service.name).map((replica) => replica.process.start()));
      healthy.set(service.name, earlier.then(startAll));
    }
    await Promise.all(healthy.values());

    const of = (name) => {
      const service = running.get(name);
      if (!service) throw new Error(`no service ${name} in the stack`);
      return service;
    };
    return {
      origin: place.urlOf(services.find((service) => service.origin).name),
      mllpPort: place.mllpPort,
      authSecret: place.authSecret,
      brokers: kafka.brokers,
      urlOf: place.urlOf,
      databaseUrl: place.databaseUrl,
      logFile: (name) => of(name).logFile,
      pid: (name) => of(name).pid(),
      replicasOf: (name) => {
        of(name);
        return replicas.get(name).map(({ place: own, process: replica }) => ({
          url: own.urlOf(name),
          mllpPort: own.mllpPort,
          pid: () => replica.pid(),
        }));
      },
      kill: (name) => of(name).kill(),
      restart: (name) => of(name).start(),
      serverPids: () => ({ postgres: postgres.pid(), kafka: kafka.pids(), redis: redis.pid() }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits for all, notes how to stop those that came up, and only then fails for the first that did not. */
async function all(undo, starting) {
  const outcomes = await Promise.allSettled(starting);
  for (const outcome of outcomes) if (outcome.status === 'fulfilled') undo.push(() => outcome.value.stop());
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  return outcomes.map((outcome) => outcome.value);
}

/** @returns {Promise<import('../topology.d.mts').TopologyPlace>} */
async function placeOf({ dataDir, ports, postgres, kafka, redis }) {
  const free = ports === 'free' ? await freePorts(services.length + 1) : undefined;
  const portOf = (name) => {
    const index = services.findIndex((service) => service.name === name);
    return free ? free[index] : services[index].httpPort;
  };
  return {
    portOf,
    mllpPort: free ? free.at(-1) : services.find((service) => service.mllpPort !== undefined).mllpPort,
    urlOf: (name) => `http://127.0.0.1:${portOf(name)}`,
    databaseUrl: postgres.urlOf,
    kafkaBrokers: kafka.brokers.join(','),
    redisUrl: redis.url,
    authSecret: process.env.WARDSTREAM_AUTH_SECRET ?? secretOf(dataDir),
    auditKey: process.env.WARDSTREAM_AUDIT_KEY ?? auditKeyOf(dataDir),
    publicUrl: process.env.WARDSTREAM_PUBLIC_URL ?? '',
    originNetworks: 'loopback',
    metricsOpen: false,
    traces: process.env.WARDSTREAM_TRACES ?? 'off',
    otlpEndpoint: process.env.OTEL_EXPORTER_OTLP_ENDPOINT ?? 'http://127.0.0.1:4318',
    sendersFile: process.env.WARDSTREAM_SENDERS_FILE ?? join(root, 'deploy', 'senders'),
    hospitalFile: process.env.WARDSTREAM_HOSPITAL_FILE ?? join(root, 'deploy', 'hospitals', 'northgate-general.yaml'),
  };
}

/** Where the replicas of a service beside its first one listen: on ports of their own, as each has its own host elsewhere. */
async function placesOfMore(service, place, count) {
  const ports = await freePorts(2 * Math.max(count - 1, 0));
  return Array.from({ length: count - 1 }, (_, i) => {
    const portOf = (name) => (name === service.name ? ports[2 * i] : place.portOf(name));
    return { ...place, portOf, mllpPort: ports[2 * i + 1], urlOf: (name) => `http://127.0.0.1:${portOf(name)}` };
  });
}

/** The secret that signs local tokens: the one `npm run token` uses, made on first use. */
function secretOf(dataDir) {
  const file = join(resolve(dataDir), 'auth-secret');
  if (!existsSync(file)) writeFileSync(file, randomBytes(48).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

/** The key that seals the audit: the one a standalone on the same data has, made on first use. */
function auditKeyOf(dataDir) {
  const file = join(resolve(dataDir), 'audit-key.pem');
  if (!existsSync(file)) {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    writeFileSync(join(resolve(dataDir), 'audit-key.pub.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  }
  return readFileSync(file, 'utf8');
}

/** What a container of that name runs. */
function built(name) {
  return name === 'topics' ? join(root, 'tools', 'create-topics.mjs') : join(root, 'services', name, 'dist', 'main.js');
}

/** One service as a process: started until healthy, started again when it ends by itself, as a container would be. */
function supervised(name, program, env, home, say) {
  const logFile = join(home, 'logs', `${name}.log`);
  let current;
  let wanted = false;

  const launch = async () => {
    const launched = await startGuarded({
      command: process.execPath,
      args: ['--enable-source-maps', '--disable-warning=ExperimentalWarning', program],
      cwd: root,
      env,
      logFile,
      stopTimeoutMs: 20_000,
    });
    current = launched;
    void launched.exited.then(async ({ code, signal }) => {
      if (!wanted || current !== launched) return;
      say(`${name} ended by itself (${signal ?? `code ${code}`}); see ${logFile}. Starting it again ...`);
      for (let runs = false; !runs;) {
        await sleep(RESTART_AFTER_MS);
        if (!wanted || current !== launched) return;
        runs = await launch().then(
          () => true,
          (error) => say(`${name} could not be started again: ${error.message}`) === true,
        );
      }
    });
    return launched;
  };

  return {
    logFile,
    pid: () => current.pid,
    async start() {
      if (!existsSync(program)) throw new Error(`${program} is missing: run npm run build`);
      const launched = await launch();
      const deadline = Date.now() + READY_TIMEOUT_MS;
      let last = 'no answer';
      while (Date.now() < deadline) {
        if (!launched.alive()) throw new Error(`${name} ended while starting:\n${launched.logTail(15)}`);
        last = await notHealthy(`http://127.0.0.1:${env.WARDSTREAM_HTTP_PORT}/health/ready`);
        if (last === undefined) {
          wanted = true;
          return;
        }
        await sleep(50);
      }
      throw new Error(`${name} was not healthy in ${READY_TIMEOUT_MS} ms: ${last}\n${launched.logTail(15)}`);
    },
    async kill() {
      wanted = false;
      await current?.kill('SIGKILL');
    },
    async stop() {
      wanted = false;
      await current?.stop();
    },
  };
}

/** Why the address does not answer 200, or undefined when it does. */
async function notHealthy(url) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) });
    return answer.ok ? undefined : `${answer.status} ${(await answer.text()).slice(0, 300)}`;
  } catch (error) {
    return error.cause?.message ?? error.message;
  }
}
