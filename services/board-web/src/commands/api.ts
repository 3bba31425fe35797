import '@tanstack/react-query';
import { pageHeaders, session, sessionEnded } from '../app/session.js';
import { Problem } from './problem.js';

export { Problem };

// What is fetched fails by nothing else.
declare module '@tanstack/react-query' {
  interface Register {
    defaultError: Problem;
  }
}

/** What has not answered for so long (real milliseconds) is taken for gone: nothing may be shown as waiting, or as new, for ever. */
const ANSWERS_WITHIN_MS = 20_000;

/** One request to the own origin, in the session of this browser. Throws Problem, also where no answer comes; a 401 also ends the session. */
export async function api<T>(
  path: string,
  init: { method?: string; body?: unknown; signal?: AbortSignal } = {},
): Promise<T> {
  const { number } = session.get();
  const late = AbortSignal.timeout(ANSWERS_WITHIN_MS);
  const signal = init.signal === undefined ? late : AbortSignal.any([init.signal, late]);
  let response: Response;
  let body: Record<string, unknown> | null;
  try {
    response = await fetch(path, {
      method: init.method ?? 'GET',
      headers: {
        accept: 'application/json',
        ...pageHeaders(),
        ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
      signal,
      cache: 'no-store',
    });
    body = await response.json().catch((cause: unknown) => {
      if (signal.aborted) throw cause;
      return null;
    });
  } catch (cause) {
    if (init.signal?.aborted === true) throw cause;
    if (late.aborted) throw new Problem(0, 'no-answer', NO_ANSWER);
    throw new Problem(0, 'not-reached', 'The server cannot be reached. Nothing was changed as far as is known.');
  }
  if (response.ok) return body as T;
  if (response.status === 401 && number !== null && session.get().number === number) sessionEnded();
  throw problemOf(response.status, body);
}

const NO_ANSWER = 'The server did not answer. Whether it was done is not known; the board shows it if it was.';

/** Reads a problem+json body; whatever else came still gives a code and a sentence. */
export function problemOf(status: number, body: Record<string, unknown> | null): Problem {
  const text = (name: string): string | undefined => {
    const value = body?.[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const errors = body?.['errors'];
  return new Problem(
    status,
    text('code') ?? `http-${status}`,
    text('detail') ?? text('title') ?? `The server answered ${status}.`,
    typeof errors === 'object' && errors !== null ? (errors as Record<string, unknown>) : {},
    body ?? {},
  );
}
