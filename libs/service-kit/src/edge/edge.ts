import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { serviceFor, type ServiceName } from '@wardstream/service-directory';
import type { TokenVerifier } from '../access/tokens.js';
import type { ProcessConfiguration } from '../configuration/process-settings.js';
import { problem, type Problem } from '../http/problem.js';
import type { Logger } from '../logging/logger.js';
import { Tally } from '../logging/tally.js';
import { type Caller, callerOf } from '../network/caller.js';
import { Networks } from '../network/networks.js';
import type { Metrics } from '../telemetry/metrics.js';
import { answerProblem, parseAnswer, putDefaultHeaders } from './edge-answers.js';
import { HttpConnections } from './http-connections.js';
import type { OriginSessions } from './origin-sessions.js';
import { SessionGate } from './session-gate.js';
import { type Shown, TokenGate } from './token-gate.js';

/** Answers a request that belongs to one service, in this process or in another. */
export type EdgeMember = (request: IncomingMessage, response: ServerResponse, caller: Caller) => void;

/** What the edge answers itself, before any service: health, metrics, the merged API description. */
export type EdgeOwnRoute = (path: string, request: IncomingMessage, response: ServerResponse) => boolean;

export interface EdgeParts {
  readonly members: Readonly<Record<ServiceName, EdgeMember>>;
  readonly own: EdgeOwnRoute;
  readonly tokens: TokenVerifier;
  /** People's sessions; where there are none, cookies are nobody's business. */
  readonly sessions?: OriginSessions | undefined;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly settings: Pick<
    ProcessConfiguration,
    | 'trustedProxies'
    | 'httpMaxConnections'
    | 'httpMaxPerAddress'
    | 'httpHeadSeconds'
    | 'httpRequestSeconds'
    | 'tokenGuesses'
  >;
  /** How long what is left of a body may still come once its request is answered; two seconds unless told. */
  readonly lingerMs?: number;
}

export interface Edge {
  /** Begins to listen; resolves with the port. */
  listen(port: number, host: string): Promise<number>;
  /** Stops taking connections, ends idle ones and open streams, and resolves when the last request is answered. */
  close(): Promise<void>;
}

/** Of the connections, for addresses that showed a good token. */
const RESERVED_SHARE = 0.25;
/** Connections that hang are looked for this often. */
const CHECK_EVERY_MS = 1_000;
const KEEP_ALIVE_MS = 65_000;
const HEAD_BYTES = 16 * 1024;
const URL_CHARACTERS = 8 * 1024;
const methods: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const allow = [...methods].join(', ');
/** Whoever sent what is no request may still be sending; he comes to read the answer when it is let pass for a moment. */
const PASS_MS = 500;

/**
 * One origin in front of all services: sends each request to the service that owns its path. What no service need see goes no further:
 * what is no request, a wrong token, a connection that others need more. Every answer says that it is not to be kept, guessed at or framed,
 * unless its author says otherwise.
 */
export function createEdge(parts: EdgeParts): Edge {
  const { members, own, tokens, sessions, metrics, logger, settings, lingerMs } = parts;
  const proxies = new Networks(settings.trustedProxies);
  const sessionGate = sessions && new SessionGate(sessions);
  const gate = new TokenGate(tokens, settings.tokenGuesses, logger, metrics);
  const tally = new Tally(logger, 'HTTP connections were turned away');
  const open = metrics.gauge('wardstream_http_connections', 'Connections over HTTP.', []);
  const counter = metrics.counter(
    'wardstream_http_turned_away_total',
    'HTTP connections that got no place (full, address-full), gave theirs to a newcomer (made-room), or sent what is no request in time.',
    ['reason'],
  );
  const turnAway = (reason: string): void => {
    counter.inc({ reason });
    tally.count(reason);
  };
  const most = settings.httpMaxConnections;
  const connections = new HttpConnections(
    { most, mostPerAddress: settings.httpMaxPerAddress ?? most, reserved: Math.floor(most * RESERVED_SHARE) },
    turnAway,
    (count) => open.set(count),
    lingerMs,
  );

  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    // A proxy may name the whole URL; which host that is, is no matter here.
    const url = (request.url ?? '/').replace(/^https?:\/\/[^/?#]*(?=([/?#]|$))/i, '').replace(/^(?=[?#]|$)/, '/');
    request.url = url;
    const path = pathOf(url);
    try {
      const caller = callerOf(request, proxies);
      const signedIn = connections.begin(request, response);
      putDefaultHeaders(response, caller.scheme);
      const unread = unreadable(request, url, caller);
      if (unread !== null) return answerProblem(response, url, unread, unread.status === 405 ? { allow } : {});
      const dispatch = (): void => {
        if (response.destroyed || own(path, request, response)) return;
        members[serviceFor(path)](request, response, caller);
      };
      const finish = (found: Shown): void => {
        if (found === 'good') signedIn();
        if (found === 'good' || found === 'none') dispatch();
        else answerProblem(response, url, found.problem, found.headers);
      };
      const ofSession = sessionGate?.check(request, path, caller) ?? null;
      // At once where there is nothing to wait for.
      const shown =
        ofSession === null
          ? gate.check(request, path, caller.address)
          : Promise.resolve(ofSession).then((refused) => refused ?? gate.check(request, path, caller.address));
      if (!(shown instanceof Promise)) return finish(shown);
      void shown.then(finish).catch((err: unknown) => failed(err, path, url, response));
    } catch (err) {
      failed(err, path, url, response);
    }
  };
  const failed = (err: unknown, path: string, url: string, response: ServerResponse): void => {
    logger.error({ err, path }, 'edge failed');
    answerProblem(response, url, problem(500, 'internal', 'The request could not be answered.'));
  };

  const server: Server = createServer(
    {
      maxHeaderSize: HEAD_BYTES,
      headersTimeout: settings.httpHeadSeconds * 1000,
      requestTimeout: Math.max(settings.httpRequestSeconds, settings.httpHeadSeconds) * 1000,
      connectionsCheckingInterval: CHECK_EVERY_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Answered here, as what it is.
      requireHostHeader: false,
    },
    serve,
  );
  // Nobody is told to go on before it is known whether he may: the route does that.
  server.on('checkContinue', serve);
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    putDefaultHeaders(response, callerOf(request, proxies).scheme);
    connections.begin(request, response);
    const detail = 'Nothing but 100-continue can be expected here.';
    answerProblem(response, request.url ?? '/', problem(417, 'expectation-unknown', detail));
  });
  // Those that are closing count for it; who may stay is for the slots.
  server.maxConnections = most * 2 + 64;
  server.on('drop', () => turnAway('full'));
  server.on('connection', (socket: Socket) => connections.admit(socket));
  const failing = new WeakSet<Socket>();
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // Each further piece of what is no request is an error of its own.
    if (failing.has(socket)) return;
    failing.add(socket);
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const { code, bytes } = parseAnswer(error.code);
    turnAway(code);
    if (connections.isAnswering(socket)) return void socket.destroy();
    socket.end(bytes);
    socket.resume();
    const timer = setTimeout(() => socket.destroy(), PASS_MS);
    socket.once('close', () => clearTimeout(timer));
  });
  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        // Who comes while many do waits in the queue, and is not turned back to try again a second later.
        server.listen({ port, host, backlog: 4096 }, () => {
          server.off('error', reject);
          resolve((server.address() as AddressInfo).port);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        gate.close();
        tally.close();
        // Streams never end by themselves; a request in flight is given a moment.
        setTimeout(() => server.closeAllConnections(), 2_000).unref();
      }),
  };
}

/** The path as the services' routers read it: what was needlessly encoded is decoded, so that nobody gets past who is asked for. */
function pathOf(url: string): string {
  const path = url.split(/[?#]/, 1)[0]!;
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/** Why a request can be no request of ours; null where it may be one. */
function unreadable({ method, headers, httpVersion }: IncomingMessage, url: string, { host }: Caller): Problem | null {
  if (!methods.has(method)) {
    return problem(405, 'method-not-allowed', `No method but ${allow} is known here.`);
  }
  if (url.length > URL_CHARACTERS) {
    return problem(414, 'url-too-long', `The URL is longer than ${URL_CHARACTERS} characters.`);
  }
  if (host === '' && (headers.host !== undefined || httpVersion === '1.1')) {
    return problem(400, 'host-malformed', 'The Host header names no host.');
  }
  return null;
}
