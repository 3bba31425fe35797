import type { EventLog } from '@wardstream/messaging';
import { PostgresEventLog } from '@wardstream/messaging-postgres';
import { KafkaEventLog } from '@wardstream/messaging-kafka';
import { topics } from '@wardstream/events';
import { type ServiceName, serviceNames } from '@wardstream/service-directory';
import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { processEnvironment, processSettings, type ProcessConfiguration } from './configuration/process-settings.js';
import { ConfigurationError, list, readSettings, setting, type Settings } from './configuration/settings.js';
import { portRefused } from './configuration/port-refused.js';
import { createService, type RunningService } from './create-service.js';
import { createEdge, type EdgeMember } from './edge/edge.js';
import { ownRoutes } from './edge/own-routes.js';
import { lives, remoteMember } from './edge/remote-member.js';
import { createEnvironment, type ServiceEnvironment } from './environment.js';
import { type HealthCheck, reportHealth } from './health/health.js';
import { createLogger, type Logger } from './logging/logger.js';
import type { ServiceDefinition } from './service-definition.js';
import { startTelemetry } from './telemetry/telemetry.js';

const edgeSettings = {
  upstreams: setting(
    'WARDSTREAM_UPSTREAMS',
    list.optional(),
    'Where the other services answer, name=url, comma-separated; for the process that is the one origin.',
  ),
} as const;

/**
 * Runs one service as a process of its own: reads the environment, connects, listens, and stops cleanly on SIGTERM or
 * SIGINT. With WARDSTREAM_UPSTREAMS it is the one origin in front of the others as well. Exits with 1 and one clear text
 * when it cannot start.
 */
export async function runService<S extends Settings>(definition: ServiceDefinition<S>): Promise<void> {
  try {
    await serve(definition);
  } catch (error) {
    const reason = error instanceof ConfigurationError ? error.message : portRefused(error, processEnvironment());
    process.stderr.write(`${reason ?? describe(error)}\n`);
    process.exit(1);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function serve<S extends Settings>(definition: ServiceDefinition<S>): Promise<void> {
  const values = processEnvironment();
  const configuration = readSettings(processSettings, values);
  const { upstreams } = readSettings(edgeSettings, values);
  const telemetry = startTelemetry(configuration.traces, definition.name);
  const logger = createLogger(configuration.logLevel);
  const eventLog = openEventLog(configuration, logger, definition.name, () => {
    logger.fatal('the event log was lost for good; stopping so that a supervisor starts anew');
    process.exit(1);
  });
  await eventLog.ensureTopics(topics);
  const environment = createEnvironment(values, eventLog, { logger });
  const service = await createService(definition, environment);
  const edge = createEdge({
    members: membersOf(service, upstreams ?? [], logger),
    own: originRoutes(service, upstreams ?? [], environment),
    tokens: environment.tokens,
    sessions: service.sessions,
    metrics: environment.metrics,
    logger,
    settings: configuration,
  });
  await service.start();
  const port = await edge.listen(configuration.httpPort, configuration.httpHost);
  logger.info({ service: definition.name, port }, 'ready');

  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    await edge.close();
    await service.stop();
    await eventLog.close();
    await telemetry.stop();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
}

/** Kafka where brokers are configured, else the log in this service's PostgreSQL. */
export function openEventLog(
  configuration: ProcessConfiguration,
  logger: Logger,
  clientId: string,
  onLost: () => void,
): EventLog {
  return configuration.kafkaBrokers === undefined
    ? new PostgresEventLog({ url: configuration.databaseUrl, logger })
    : new KafkaEventLog({ brokers: configuration.kafkaBrokers, clientId: `wardstream-${clientId}`, logger, onLost });
}

function parseUpstreams(upstreams: readonly string[]): Map<ServiceName, string> {
  const found = new Map<ServiceName, string>();
  for (const upstream of upstreams) {
    const [name, url] = upstream.split('=', 2);
    if (!serviceNames.includes(name as ServiceName) || !z.url().safeParse(url).success) {
      throw new ConfigurationError([`WARDSTREAM_UPSTREAMS: write name=url with a name of ${serviceNames.join(', ')}`]);
    }
    found.set(name as ServiceName, url!);
  }
  return found;
}

function membersOf(own: RunningService, upstreams: readonly string[], logger: Logger): Record<ServiceName, EdgeMember> {
  const remote = parseUpstreams(upstreams);
  const here: EdgeMember = (request, response) => own.fastify.routing(request, response);
  return Object.fromEntries(
    serviceNames.map((name) => {
      const url = remote.get(name);
      return [name, url === undefined || name === own.name ? here : remoteMember(name, url, logger)];
    }),
  ) as Record<ServiceName, EdgeMember>;
}

function originRoutes(service: RunningService, upstreams: readonly string[], environment: ServiceEnvironment) {
  const remote = parseUpstreams(upstreams);
  const behind = [...remote]
    .filter(([name]) => name !== service.name)
    .map(([name, url]): HealthCheck => ({ name: `service.${name}`, check: () => lives(new URL(url)) }));
  return ownRoutes({
    health: () => reportHealth([...service.checks, ...behind], [service.details]),
    ownHealth: () => reportHealth(service.checks, [service.details]),
    descriptions: async () => [
      service.openApi(),
      ...(await Promise.all(
        [...remote].filter(([name]) => name !== service.name).map(([, url]) => descriptionOf(url)),
      )),
    ],
    metrics: environment.metrics,
    metricsOpen: environment.process.metricsOpen,
    tokens: environment.tokens,
  });
}

async function descriptionOf(url: string): Promise<OpenAPIObject> {
  const answer = await fetch(new URL('/api/v1/openapi.json', url), { signal: AbortSignal.timeout(3_000) });
  return (await answer.json()) as OpenAPIObject;
}
