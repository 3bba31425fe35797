import { STATUS_CODES, type ServerResponse } from 'node:http';
import { problem, type Problem } from '../http/problem.js';
import { formOf } from '../http/problem-form.js';

/** What every answer says of itself unless whoever answers says otherwise, as the page and its assets do. */
const defaultHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;
const YEAR_S = 31_536_000;

/** Sets what an answer is to say unless its author overrides it. `scheme`: by which the caller asked; behind TLS it is to stay with that. */
export function putDefaultHeaders(response: ServerResponse, scheme: 'http' | 'https'): void {
  for (const [name, value] of Object.entries(defaultHeaders)) response.setHeader(name, value);
  if (scheme === 'https') response.setHeader('strict-transport-security', `max-age=${YEAR_S}`);
}

/** Ends a response with a problem, in the form that whoever asked for `url` reads; cuts it off where its head was already sent. */
export function answerProblem(
  response: ServerResponse,
  url: string,
  what: Problem,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { type, body } = formOf(url, what);
  response.writeHead(what.status, { ...headers, 'content-type': type });
  response.end(body);
}

/** By the code of an error of Node's parser: what it is answered, and as what it is counted. */
const parseProblems: Readonly<Record<string, readonly [status: number, code: string, detail: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request-timeout', 'The request took too long to come.'],
  HPE_HEADER_OVERFLOW: [431, 'head-too-large', 'The head of the request is larger than 16 KiB.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'chunk-extensions-too-large', 'The chunk extensions are too large.'],
};
const malformed = [400, 'http-malformed', 'The request is no HTTP/1.1 that can be read.'] as const;

/** What is answered to bytes that are no request: the whole answer as it goes over the wire, and the code it is counted by. */
export function parseAnswer(errorCode: string | undefined): { readonly code: string; readonly bytes: string } {
  const [status, code, detail] = parseProblems[errorCode ?? ''] ?? malformed;
  const { type, body } = formOf('', problem(status, code, detail));
  const headers = {
    ...defaultHeaders,
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return { code, bytes: `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}` };
}
