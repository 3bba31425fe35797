import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http';
import { pipeline } from 'node:stream';
import type { ServiceName } from '@wardstream/service-directory';
import type { Logger } from 'pino';
import { problem } from '../http/problem.js';
import type { Caller } from '../network/caller.js';
import { answerProblem } from './edge-answers.js';
import type { EdgeMember } from './edge.js';

const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Without an answer for so long the service is asked whether it lives; so a dead one is told of within five seconds. */
const ASK_AFTER_MS = 3_500;
const LIVE_MS = 1_000;

/**
 * A member in another process. Bodies and streams are passed through as they come; nothing is buffered. Where the service is gone, or
 * neither begins to answer nor says that it lives, the answer is 503 within five seconds. What lives and takes long is waited for. Where
 * it answers before it has read all of a body (a missing token, a body too large) no more of that is sent to it.
 */
export function remoteMember(
  service: ServiceName,
  baseUrl: string,
  logger: Logger,
  askAfterMs: number = ASK_AFTER_MS,
): EdgeMember {
  const base = new URL(baseUrl);
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  return (request, response, caller) => {
    const url = request.url ?? '/';
    let patience: NodeJS.Timeout | undefined;
    let answered = false;
    const upstream = httpRequest(
      {
        agent,
        hostname: base.hostname,
        port: base.port,
        method: request.method,
        path: url,
        headers: requestHeaders(request, caller),
      },
      (answer) => {
        answered = true;
        clearTimeout(patience);
        request.unpipe(upstream);
        response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
        response.flushHeaders();
        // One that breaks off amid its answer breaks off here, too.
        pipeline(answer, response, (error) => void (error && upstream.destroy()));
      },
    );
    const unavailable = (code: string | undefined): void => {
      clearTimeout(patience);
      if (answered || response.destroyed) return;
      answered = true;
      logger.warn({ service, code }, 'upstream did not answer');
      const detail = `${service} did not answer; try again.`;
      answerProblem(response, url, problem(503, 'upstream-unavailable', detail));
    };
    upstream.on('continue', () => response.writeContinue());
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
    // Whether it may go on is to be known before any of the body is there.
    if (hasBody(request)) upstream.flushHeaders();
    request.pipe(upstream);
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** What goes on to the service: what the caller said to it, and who that is. */
function requestHeaders(request: IncomingMessage, { address, scheme, host }: Caller): IncomingHttpHeaders {
  return {
    ...endToEnd(request.headers),
    'x-forwarded-for': address,
    'x-forwarded-proto': scheme,
    ...(host === '' ? {} : { 'x-forwarded-host': host }),
    // Without it Node would send the body of a GET or a DELETE unframed: as if it were the next request.
    ...(request.headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' }),
  };
}

/** Without what is said to the next hop only, and what its Connection header says is such. */
function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = (headers.connection ?? '').toLowerCase().split(',');
  const dropped = new Set([...hopByHop, ...named.map((name) => name.trim())]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name)));
}

/** Resolves when the service at this address says that it lives, within a second; rejects otherwise. */
export async function lives(base: URL): Promise<void> {
  const answer = await fetch(new URL('/health/live', base), { signal: AbortSignal.timeout(LIVE_MS) });
  await answer.body?.cancel();
}
