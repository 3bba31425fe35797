import { HttpException } from '@nestjs/common';
import type { Problem } from '@wardstream/api-contract';
import { DomainError, type Refusal } from '@wardstream/kernel';
import { isUnstorableText } from '@wardstream/persistence';

export type { Problem };

export const PROBLEM_TYPE = 'application/problem+json';

const statusOf: Record<Refusal, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  unavailable: 503,
};

const titles: Record<number, string> = {
  400: 'Not valid',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Too slow',
  409: 'Refused in the present state',
  413: 'Too large',
  414: 'Address too long',
  415: 'Media type not supported',
  417: 'Expectation not met',
  429: 'Too many requests',
  431: 'Head too large',
  500: 'Internal error',
  502: 'A service behind this one did not answer',
  503: 'Not available',
};

/** Builds the problem of one status and code. */
export function problem(status: number, code: string, detail: string, more: Record<string, unknown> = {}): Problem {
  // What the thrower adds must not hide what every problem has.
  return { ...more, type: `urn:wardstream:problem:${code}`, title: titles[status] ?? 'Error', status, detail, code };
}

/** What WWW-Authenticate says beside a 401 (RFC 6750): whether a token is wanted, or the one that came was not taken. */
export function challengeOf({ code }: Problem): string {
  return code === 'token-missing' ? 'Bearer' : 'Bearer error="invalid_token"';
}

/** The one mapping from anything thrown to an answer. What was not foreseen becomes 500 without its text. */
export function problemOf(error: unknown): Problem {
  if (error instanceof DomainError) return problem(statusOf[error.refusal], error.code, error.message, error.details);
  if (error instanceof HttpException) {
    const status = error.getStatus();
    return problem(status, codeOf(status), status < 500 ? error.message : 'The request could not be answered.');
  }
  if (isUnstorableText(error)) {
    return problem(400, 'text-not-storable', 'A text of the request holds the character U+0000, which cannot be kept.');
  }
  // Fastify's own refusals (malformed JSON, body too large) carry a status below 500.
  const status =
    typeof error === 'object' && error !== null ? (error as { statusCode?: unknown }).statusCode : undefined;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return problem(status, codeOf(status), error instanceof Error ? error.message : 'The request is not valid.');
  }
  return problem(500, 'internal', 'The request could not be answered.');
}

function codeOf(status: number): string {
  return (titles[status] ?? `status ${status}`).toLowerCase().replaceAll(' ', '-');
}
