import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  Agent,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { problem, PROBLEM_TYPE } from '../http/problem.js';
import { type HttpService, serviceFor } from './edge-routes.js';

/** Answers a request that belongs to one service, in this process or in another. */
export type EdgeMember = (request: IncomingMessage, response: ServerResponse) => void;

/** What the edge answers itself, before any service: health, metrics, the merged API description. */
export type EdgeOwnRoute = (path: string, request: IncomingMessage, response: ServerResponse) => boolean;

export interface Edge {
  /** Begins to listen; resolves with the port. */
  listen(port: number, host: string): Promise<number>;
  /** Stops taking connections, ends idle ones and open streams, and resolves when the last request is answered. */
  close(): Promise<void>;
}

/** One origin in front of all services: sends each request to the service that owns its path. */
export function createEdge(
  members: Readonly<Record<HttpService, EdgeMember>>,
  own: EdgeOwnRoute,
  logger: Logger,
): Edge {
  const server: Server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0]!;
    try {
      if (own(path, request, response)) return;
      members[serviceFor(path)](request, response);
    } catch (err) {
      logger.error({ err, path }, 'edge failed');
      answerProblem(response, 500, 'internal', 'The request could not be answered.');
    }
  });
  server.keepAliveTimeout = 65_000;
  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          resolve((server.address() as AddressInfo).port);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // Streams never end by themselves; a request in flight is given a moment.
        setTimeout(() => server.closeAllConnections(), 2_000).unref();
      }),
  };
}

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Without an answer for so long the service is asked whether it lives; so a dead one is told of within five seconds. */
const ASK_AFTER_MS = 3_500;
const LIVE_MS = 1_000;

/**
 * A member in another process. Bodies and streams are passed through as they come; nothing is buffered. Where the service is gone, or
 * neither begins to answer nor says that it lives, the answer is 503 within five seconds. What lives and takes long is waited for.
 */
export function remoteMember(
  service: HttpService,
  baseUrl: string,
  logger: Logger,
  askAfterMs: number = ASK_AFTER_MS,
): EdgeMember {
  const base = new URL(baseUrl);
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  return (request, response) => {
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !hopByHop.has(name)));
    const upstream = httpRequest(
      {
        agent,
        hostname: base.hostname,
        port: base.port,
        method: request.method,
        path: request.url,
        headers: { ...headers, 'x-forwarded-for': request.socket.remoteAddress ?? '' },
      },
      (answer) => {
        answered = true;
        clearTimeout(patience);
        response.writeHead(
          answer.statusCode ?? 502,
          Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !hopByHop.has(name))),
        );
        response.flushHeaders();
        answer.pipe(response);
      },
    );
    let patience: NodeJS.Timeout | undefined;
    let answered = false;
    const unavailable = (code: string | undefined): void => {
      clearTimeout(patience);
      if (response.destroyed) return;
      logger.warn({ service, code }, 'upstream did not answer');
      answerProblem(response, 503, 'upstream-unavailable', `${service} did not answer; try again.`);
    };
    upstream.on('error', (err) => unavailable((err as NodeJS.ErrnoException).code));
    const wait = (): void => {
      clearTimeout(patience);
      if (answered || response.destroyed || response.writableEnded) return;
      patience = setTimeout(() => {
        lives(base).then(wait, () => {
          unavailable('TIMEOUT');
          upstream.destroy();
        });
      }, askAfterMs);
    };
    wait();
    request.on('data', wait);
    response.on('close', () => {
      clearTimeout(patience);
      upstream.destroy();
    });
    request.pipe(upstream);
  };
}

/** Resolves when the service at this address says that it lives, within a second; rejects otherwise. */
export async function lives(base: URL): Promise<void> {
  const answer = await fetch(new URL('/health/live', base), { signal: AbortSignal.timeout(LIVE_MS) });
  await answer.body?.cancel();
}

/** Ends a response as problem+json, or cuts it off where its head was already sent. */
export function answerProblem(response: ServerResponse, status: number, code: string, detail: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': PROBLEM_TYPE });
  response.end(JSON.stringify(problem(status, code, detail)));
}
