import { fileURLToPath } from 'node:url';
import { MllpListener } from '@wardstream/admissions';
import { topics } from '@wardstream/events';
import { type Clock, ScaledClock, systemClock } from '@wardstream/kernel';
import type { EventLog } from '@wardstream/messaging';
import type { ServiceName } from '@wardstream/service-directory';
import {
  createEdge,
  createEnvironment,
  createLogger,
  createService,
  type EdgeMember,
  issueToken,
  type Logger,
  openEventLog,
  ownRoutes,
  processSettings,
  readSettings,
  reportHealth,
  type RunningService,
  type SettingValues,
  startTelemetry,
} from '@wardstream/service-kit';
import { startLocalKafka } from '@wardstream/deploy/local-kafka';
import { startLocalPostgres } from '@wardstream/deploy/local-postgres';
import { freePorts } from '@wardstream/deploy/local-process';
import { untilServed } from '@wardstream/deploy/until-served';
import { caughtUp } from './caught-up.js';
import { DataDirectory } from './data-directory.js';
import { demoRules } from './demo-rules.js';
import { demoBegin, DemoClock, demoHospitalFile } from './demo-clock.js';
import type { StandaloneOptions } from './options.js';
import { services as definitions } from './services.js';

/** A hospital on one box: every service in this process. */
export interface Standalone {
  readonly httpPort: number;
  readonly mllpPort: number;
  readonly clock: Clock;
  readonly data: DataDirectory;
  readonly logger: Logger;
  /** Values every part of this process was configured with; holds the local secret. */
  readonly values: SettingValues;
  service(name: string): RunningService;
  /**
   * Resolves when every service has heard of every configured facility and has read what there was to read; says meanwhile how much is
   * left. After a minute without progress it resolves too, and the boards say that they are behind.
   */
  untilServed(): Promise<void>;
  /** Drains and stops everything it started, in the reverse order. */
  stop(): Promise<void>;
}

/** How many connections one service holds at most, so that all together stay under the server's limit. */
const POOL = '8';

/**
 * Starts the whole house in this process: the embedded PostgreSQL unless DATABASE_URL names another, the event log, every
 * service, and one origin in front. Resolves when it is ready. What was started before a failure is stopped again.
 */
export async function startStandalone(options: StandaloneOptions, environment: SettingValues): Promise<Standalone> {
  const undo: (() => Promise<void> | void)[] = [];
  const stopAll = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return await compose(options, environment, undo, stopAll);
  } catch (error) {
    await stopAll();
    throw error;
  }
}

async function compose(
  options: StandaloneOptions,
  environment: SettingValues,
  undo: (() => Promise<void> | void)[],
  stopAll: () => Promise<void>,
): Promise<Standalone> {
  const data = new DataDirectory(environment['WARDSTREAM_DATA_DIR'] ?? '.wardstream');
  data.lock();
  undo.push(() => data.unlock());

  const databaseUrl = environment['DATABASE_URL'] ?? (await embeddedDatabase(data, undo));
  const brokers = options.kafka ? (environment['KAFKA_BROKERS'] ?? (await localBrokers(data, undo))) : undefined;
  const values: SettingValues = {
    WARDSTREAM_LOG_LEVEL: 'warn',
    WARDSTREAM_DATABASE_POOL: POOL,
    ...(options.feed ? { WARDSTREAM_FLOW_RULES: demoRules } : {}),
    WARDSTREAM_HOSPITAL_FILE: options.hospital ?? demoHospitalFile(),
    // The demonstration's profiles are of its own senders; another hospital has its own, or none.
    WARDSTREAM_SENDERS_FILE: options.senders ?? (options.hospital === undefined ? demoSenders() : undefined),
    WARDSTREAM_AUTH_SECRET: data.secret(),
    ...(environment['WARDSTREAM_AUDIT_KEY'] ? {} : { WARDSTREAM_AUDIT_KEY: data.auditKey() }),
    WARDSTREAM_FIRST_ACCOUNTS: options.feed ? 'demo' : 'administrator',
    ...environment,
    ...(await ownAddresses(environment)),
    DATABASE_URL: databaseUrl,
    KAFKA_BROKERS: brokers,
  };
  const configuration = readSettings(processSettings, values);
  const logger = createLogger(configuration.logLevel);
  const telemetry = startTelemetry(configuration.traces, 'wardstream');
  undo.push(() => telemetry.stop());

  const eventLog: EventLog = openEventLog(configuration, logger, 'standalone', () => {
    logger.fatal('the event log was lost for good; stopping');
    process.exit(1);
  });
  undo.push(() => eventLog.close());
  await eventLog.ensureTopics(topics);

  const clock = keepClock(data, options, logger, undo);
  const shared = createEnvironment(values, eventLog, { clock, logger });
  const services: RunningService[] = [];
  for (const definition of definitions) {
    const service = await createService(definition, shared);
    services.push(service);
    undo.push(() => service.stop());
  }
  for (const service of services) await service.start();

  const byName = new Map(services.map((s) => [s.name, s]));
  const edge = createEdge({
    members: Object.fromEntries(
      services.map((s): [string, EdgeMember] => [s.name, (request, response) => s.fastify.routing(request, response)]),
    ) as Record<ServiceName, EdgeMember>,
    own: ownRoutes({
      health: () =>
        reportHealth(
          services.flatMap((s) => s.checks),
          services.map((s) => s.details),
        ),
      descriptions: () => Promise.resolve(services.map((s) => s.openApi())),
      metrics: shared.metrics,
      metricsOpen: configuration.metricsOpen,
      tokens: shared.tokens,
    }),
    tokens: shared.tokens,
    sessions: services.find((s) => s.sessions !== undefined)?.sessions,
    metrics: shared.metrics,
    logger,
    settings: configuration,
  });
  const httpPort = await edge.listen(configuration.httpPort, configuration.httpHost);
  undo.push(() => edge.close());
  return {
    httpPort,
    mllpPort: services.find((s) => s.name === 'admissions')!.get(MllpListener).port,
    clock,
    data,
    logger,
    values,
    service: (name) => {
      const service = byName.get(name);
      if (service === undefined) throw new Error(`no service ${name} here`);
      return service;
    },
    untilServed: async () => {
      const isRead = await caughtUp(services, say);
      if (!isRead) console.log('Not everything could be read; the boards say as of when they are.');
      await everyServiceKnowsItsHospital(httpPort, values);
    },
    stop: stopAll,
  };
}

/** Under which addresses the parts of this process reach each other: the front door, at a port that is known before it is opened. */
async function ownAddresses(environment: SettingValues): Promise<SettingValues> {
  const { httpPort, httpHost } = readSettings(
    { httpPort: processSettings.httpPort, httpHost: processSettings.httpHost },
    environment,
  );
  const [port] = httpPort === 0 ? await freePorts(1) : [httpPort];
  const host = ['0.0.0.0', '::'].includes(httpHost) ? '127.0.0.1' : httpHost;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { WARDSTREAM_HTTP_PORT: String(port), WARDSTREAM_IDENTITY_URL: url, WARDSTREAM_ORIGIN_URL: url };
}

/** Asked through the front door, with a token of our own where the secret is ours to sign with. */
async function everyServiceKnowsItsHospital(httpPort: number, values: SettingValues): Promise<void> {
  const secret = values['WARDSTREAM_AUTH_SECRET'];
  if (secret === undefined) return;
  const token = await issueToken(
    { secret, issuer: 'wardstream', audience: 'wardstream' },
    { subject: 'local:start', roles: ['bed-manager'] },
    300,
  );
  await untilServed(`http://127.0.0.1:${httpPort}`, token);
}

/** What the servers beside this process do is for whoever started it. */
const say = (line: string): void => console.log(line);

async function embeddedDatabase(data: DataDirectory, undo: (() => Promise<void> | void)[]): Promise<string> {
  const server = await startLocalPostgres({ dataDir: data.file('postgres'), keepRunning: say });
  undo.push(() => server.stop());
  await server.createDatabase('wardstream');
  return server.nearUrlOf('wardstream');
}

async function localBrokers(data: DataDirectory, undo: (() => Promise<void> | void)[]): Promise<string> {
  const kafka = await startLocalKafka({ brokers: 1, dataDir: data.file('kafka'), keepRunning: say });
  undo.push(() => kafka.stop());
  return kafka.brokers.join(',');
}

/**
 * Real time at speed 1, unless an earlier faster run is ahead of it or the demo begins at an hour of its own; written down every second for the next start. Where that
 * fails, as on a full disk, the hospital goes on by the clock it has.
 */
function keepClock(
  data: DataDirectory,
  { speed, feed, at }: StandaloneOptions,
  logger: Logger,
  undo: (() => Promise<void> | void)[],
): Clock {
  const anchor = data.clockAnchor(speed, feed ? demoBegin(at) : undefined);
  const isReal = speed === 1 && anchor.hospitalMs === anchor.realMs;
  const clock = isReal ? systemClock : feed ? new DemoClock(anchor) : new ScaledClock(anchor);
  let failed = false;
  const save = (): void => {
    try {
      data.saveClock({ realMs: systemClock.nowMs(), hospitalMs: clock.nowMs(), speed }, at);
      failed = false;
    } catch (error) {
      if (!failed) logger.error({ code: (error as NodeJS.ErrnoException).code }, 'the clock could not be written down');
      failed = true;
    }
  };
  const timer = setInterval(save, 1_000);
  undo.push(() => {
    clearInterval(timer);
    save();
  });
  return clock;
}

/** Profiles of the systems of the demonstration hospital. */
function demoSenders(): string {
  return fileURLToPath(new URL('../../../deploy/senders', import.meta.url));
}
