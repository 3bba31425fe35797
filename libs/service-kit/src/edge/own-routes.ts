import type { IncomingMessage, ServerResponse } from 'node:http';
import { DomainError } from '@wardstream/kernel';
import type { OpenAPIObject } from '@nestjs/swagger';
import { checkAccess } from '../access/checks.js';
import { bearerOf, type TokenVerifier } from '../access/tokens.js';
import type { HealthReport } from '../health/health.js';
import { challengeOf, problemOf } from '../http/problem.js';
import type { Metrics } from '../telemetry/metrics.js';
import { apiDocsAt } from './api-docs.js';
import type { EdgeOwnRoute } from './edge.js';
import { answerProblem } from './edge-answers.js';

export interface OwnRoutes {
  readonly health: () => Promise<HealthReport>;
  /** Of this process alone, without the services behind it; as `health` unless said. */
  readonly ownHealth?: () => Promise<HealthReport>;
  /** The API descriptions of all services behind this origin. */
  readonly descriptions: () => Promise<readonly OpenAPIObject[]>;
  readonly metrics: Metrics;
  /** Whether /metrics answers without a token. */
  readonly metricsOpen: boolean;
  readonly tokens: TokenVerifier;
}

async function readiness(response: ServerResponse, health: Promise<HealthReport>): Promise<void> {
  const report = await health;
  await json(response, report.status === 'ready' ? 200 : 503, report);
}

/** What an origin answers itself: whether it lives, whether it is ready, its metrics, its API description and the page that shows that. */
export function ownRoutes(of: OwnRoutes): EdgeOwnRoute {
  const answers: Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<void>> = {
    '/health/live': (_request, response) => json(response, 200, { status: 'live' }),
    '/health/ready': (_request, response) => readiness(response, of.health()),
    // An orchestrator asks this one: a board is not taken away because another service is down.
    '/health/ready/own': (_request, response) => readiness(response, (of.ownHealth ?? of.health)()),
    '/metrics': async (request, response) => {
      if (!of.metricsOpen) await mayReadMetrics(request, of.tokens);
      response.writeHead(200, { 'content-type': of.metrics.registry.contentType });
      response.end(await of.metrics.registry.metrics());
    },
    '/api/v1/openapi.json': async (_request, response) =>
      json(response, 200, mergeDescriptions(await of.descriptions())),
  };
  return (path, request, response) => {
    const docs = apiDocsAt(path);
    const answer = answers[path] ?? (docs && ((_request, shown) => docs(shown)));
    if (answer === undefined || request.method !== 'GET') return false;
    answer(request, response).catch((error: unknown) => {
      const body = problemOf(error);
      answerProblem(response, path, body, body.status === 401 ? { 'www-authenticate': challengeOf(body) } : {});
    });
    return true;
  };
}

async function mayReadMetrics(request: IncomingMessage, tokens: TokenVerifier): Promise<void> {
  const token = bearerOf(request.headers.authorization);
  if (token === null) throw new DomainError('unauthenticated', 'token-missing', 'Send a bearer token.');
  const user = await tokens.verify(token);
  checkAccess(user, { permission: 'metrics.read', facilities: undefined }, undefined);
}

function json(response: ServerResponse, status: number, body: unknown): Promise<void> {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
  return Promise.resolve();
}

/** One description of the whole interface: paths, tags and schemas of all services under one title. */
export function mergeDescriptions(documents: readonly OpenAPIObject[]): OpenAPIObject {
  const tags = new Map(documents.flatMap((d) => d.tags ?? []).map((tag) => [tag.name, tag]));
  return {
    openapi: '3.0.3',
    info: {
      title: 'Wardstream',
      version: documents[0]?.info.version ?? '0',
      description:
        'Patient flow: encounters, beds, requests, occupancy, alerts. Errors are RFC 9457 problem+json with a stable code.',
    },
    servers: [{ url: '/' }],
    tags: [...tags.values()],
    paths: Object.assign({}, ...documents.map((d) => d.paths)) as OpenAPIObject['paths'],
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: Object.assign({}, ...documents.map((d) => d.components?.schemas ?? {})) as Record<string, never>,
    },
    security: [{ bearer: [] }],
  };
}
