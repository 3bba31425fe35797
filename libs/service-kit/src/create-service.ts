import 'reflect-metadata';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { actRecorded } from '@wardstream/events';
import { connectMessaging, EventServer, messagingMigrations, MessagingModule, Outbox } from '@wardstream/messaging';
import { createDataSource, migrate, UnitOfWork } from '@wardstream/persistence';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AccessGuard } from './access/access.guard.js';
import { closeRoutes, describeRoutes } from './access/route-access.js';
import { TokenVerifier } from './access/tokens.js';
import { ActInterceptor } from './audit/act.interceptor.js';
import { Acts } from './audit/acts.js';
import { RefusedActs } from './audit/refused-acts.js';
import { readSettings, type Settings } from './configuration/settings.js';
import { deadLettersController } from './dead-letters.controller.js';
import type { OriginSessions } from './edge/origin-sessions.js';
import type { ServiceEnvironment } from './environment.js';
import { type HealthCheck, HealthDetails } from './health/health.js';
import { COMMAND_BODY_BYTES } from './http/body-limit.js';
import { describeInterface } from './http/describe-interface.js';
import { formOf } from './http/problem-form.js';
import { problem } from './http/problem.js';
import { ProblemFilter } from './http/problem.filter.js';
import { StorableGuard } from './http/storable.guard.js';
import { validationPipe } from './http/validation.js';
import { LOGGER, NestLogger } from './logging/logger.js';
import { Networks } from './network/networks.js';
import { CLOCK, CONFIG, PROCESS_CONFIG, type ServiceDefinition } from './service-definition.js';
import { messagingMetrics } from './telemetry/messaging-metrics.js';
import { Metrics } from './telemetry/metrics.js';

/** One service, put together and migrated, that has not begun to consume. */
export interface RunningService {
  readonly name: string;
  /** Answers its HTTP routes; hand it requests with `fastify.routing` or listen on its server. */
  readonly fastify: FastifyInstance;
  /** What must be well for it to be ready. */
  readonly checks: readonly HealthCheck[];
  /** What it tells beside its readiness. */
  readonly details: HealthDetails;
  /** Where it is the origin: people's sessions. */
  readonly sessions: OriginSessions | undefined;
  openApi(): OpenAPIObject;
  /** A provider of its module. */
  get<T>(token: Type<T> | symbol): T;
  /** Events that it has not read yet, and those it has not sent on yet; 0 once it has caught up. */
  unsettled(): Promise<number>;
  /** Begins to relay and to consume. */
  start(): Promise<void>;
  /** Drains: takes nothing new, finishes and commits what runs, relays what is left, lets go of its connections. */
  stop(): Promise<void>;
}

@Module({})
class ServiceRoot {}

/**
 * Puts a service together in `environment`: connects and migrates its schema, builds its Nest application with routes
 * closed by default, and prepares messaging. The same in one process and in many. Throws ConfigurationError for settings
 * that cannot be used.
 */
export async function createService<S extends Settings>(
  definition: ServiceDefinition<S>,
  environment: ServiceEnvironment,
): Promise<RunningService> {
  const { name, schema } = definition;
  const config = readSettings(definition.settings, environment.values);
  const logger = environment.logger.child({ service: name });
  const dataSource = createDataSource({
    url: environment.process.databaseUrl,
    schema,
    poolSize: environment.process.databasePool,
    applicationName: `wardstream-${name}`,
  });
  await dataSource.initialize();
  const applied = await migrate(dataSource, schema, [...messagingMigrations, ...definition.migrations], {
    onBlocked: (migration, tries) => logger.warn({ migration, tries }, 'A migration waits for a table that is in use'),
  });
  if (applied.length > 0) logger.info({ applied: applied.length }, 'schema brought up to date');

  const unitOfWork = new UnitOfWork(dataSource, schema);
  const details = new HealthDetails();
  const refused = new RefusedActs(logger);
  const root: DynamicModule = {
    module: ServiceRoot,
    global: true,
    imports: [
      MessagingModule.forService({
        service: name,
        database: { url: environment.process.databaseUrl, schema },
        unitOfWork,
        log: environment.eventLog,
        publishes: [...definition.publishes, actRecorded],
        consumes: definition.consumes,
        metrics: messagingMetrics(environment.metrics, name),
        logger,
        tuning: { gatherMs: definition.gatherMs ?? 0 },
      }),
      definition.module,
    ],
    controllers: [deadLettersController(name)],
    providers: [
      { provide: CONFIG, useValue: config },
      { provide: PROCESS_CONFIG, useValue: environment.process },
      { provide: CLOCK, useValue: environment.clock },
      { provide: LOGGER, useValue: logger },
      { provide: UnitOfWork, useValue: unitOfWork },
      { provide: TokenVerifier, useValue: environment.tokens },
      { provide: Metrics, useValue: environment.metrics },
      { provide: HealthDetails, useValue: details },
      {
        provide: Acts,
        useFactory: (outbox: Outbox) => new Acts(name, unitOfWork, outbox, environment.clock),
        inject: [Outbox],
      },
      {
        provide: APP_INTERCEPTOR,
        useFactory: (reflector: Reflector, acts: Acts) => new ActInterceptor(reflector, acts, refused),
        inject: [Reflector, Acts],
      },
      { provide: APP_GUARD, useClass: AccessGuard },
      { provide: APP_GUARD, useClass: StorableGuard },
      { provide: APP_FILTER, useClass: ProblemFilter },
      { provide: APP_PIPE, useFactory: validationPipe },
    ],
    exports: [CONFIG, PROCESS_CONFIG, CLOCK, LOGGER, UnitOfWork, TokenVerifier, Metrics, HealthDetails, Acts],
  };

  const proxies = new Networks(environment.process.trustedProxies);
  const adapter = new FastifyAdapter({
    bodyLimit: COMMAND_BODY_BYTES,
    forceCloseConnections: true,
    trustProxy: (address) => proxies.includes(address),
    frameworkErrors: answerBadUrl,
  });
  closeRoutes(adapter.getInstance() as unknown as FastifyInstance, environment.tokens, refused.record);
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  describeRoutes(app);
  const acts = app.get(Acts);
  refused.recordBy(acts);
  unitOfWork.beforeCommit(acts.beforeCommit);
  acceptRawMessages(fastify);
  keepConnections(fastify);
  observeRequests(fastify, environment, name);
  connectMessaging(app);
  try {
    await app.init();
    await fastify.ready();
  } catch (error) {
    // What began before the part that failed must not run on alone.
    await app.close().catch(() => undefined);
    await dataSource.destroy();
    throw error;
  }

  return {
    name,
    fastify,
    checks: [
      { name: `${name}.database`, check: () => takesWrites(unitOfWork) },
      { name: `${name}.log`, check: () => healthOf(environment) },
      ...(definition.checks ?? []).map((check) => app.get<HealthCheck>(check, { strict: false })),
    ],
    details,
    sessions: definition.sessions && app.get(definition.sessions, { strict: false }),
    openApi: () => describeInterface(app, name, definition.summary),
    get: (token) => app.get(token, { strict: false }),
    unsettled: async () => {
      const [sent] = await unitOfWork.query<{ n: number }>('SELECT coalesce(sum(events), 0)::int AS n FROM outbox');
      return app.get(EventServer).unread() + (sent?.n ?? 0);
    },
    start: async () => void (await app.startAllMicroservices()),
    stop: async () => {
      await app.close();
      await dataSource.destroy();
    },
  };
}

/** So long after a refused write a database is taken for one that refuses them: whoever has something to write tries more often. */
const REFUSED_LATELY_MS = 10_000;

async function takesWrites(unitOfWork: UnitOfWork): Promise<void> {
  await unitOfWork.query('SELECT 1');
  const refused = unitOfWork.writesRefused(REFUSED_LATELY_MS);
  if (refused !== undefined) throw new Error(`takes no writes: ${refused}`);
}

async function healthOf(environment: ServiceEnvironment): Promise<void> {
  const health = await environment.eventLog.health();
  if (!health.ok) throw new Error(health.reason);
}

/** CloudEvents in JSON form: their own reader says what is wrong with them, and repeats none of it. */
const eventTypes = ['application/cloudevents+json', 'application/cloudevents-batch+json'];

/** HL7 v2 comes as bytes whose character set only its own header tells. */
function acceptRawMessages(fastify: FastifyInstance): void {
  const types = ['text/plain', 'application/hl7-v2', 'application/hl7-v2+er7', 'x-application/hl7-v2+er7'];
  fastify.addContentTypeParser([...types, ...eventTypes], { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
}

/** What the router cannot read (malformed percent-encoding, a parameter beyond all length) no hook and no filter sees. */
function answerBadUrl({ statusCode }: FastifyError, { url }: FastifyRequest, reply: FastifyReply): void {
  const { type, body } = formOf(
    url,
    statusCode === 414
      ? problem(414, 'url-too-long', 'A part of the path is longer than anything that is read here.')
      : problem(400, 'url-malformed', 'The path is no text in percent-encoded UTF-8.'),
  );
  void reply
    .status(statusCode === 414 ? 414 : 400)
    .type(type)
    .send(body);
}

/**
 * Fastify closes a connection at once where it has not read all of a body; then its sender, amid that, may not come to read what it is
 * answered. The edge closes it a moment later, if the rest does not come.
 */
function keepConnections(fastify: FastifyInstance): void {
  fastify.addHook('onSend', async (_request, reply) => {
    if (reply.statusCode >= 400) void reply.removeHeader('connection');
  });
}

function observeRequests(fastify: FastifyInstance, environment: ServiceEnvironment, service: string): void {
  fastify.addHook('onResponse', async (request, reply) => {
    environment.metrics.httpSeconds.observe(
      { service, method: request.method, route: request.routeOptions.url ?? 'none', status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
  });
}
