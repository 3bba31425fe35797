import type { IncomingMessage } from 'node:http';
import { problem } from '../http/problem.js';
import type { Caller } from '../network/caller.js';
import type { OriginSessions } from './origin-sessions.js';
import type { Refusal } from './token-gate.js';

/** Says that a request was made by a page of ours: no page of another origin can set it without asking first, and nobody is told yes. */
export const PAGE_HEADER = 'x-wardstream-page';

const interfacePath = /^\/(api|fhir|metrics)(\/|$)/;
/** What answers by cookies of its own. */
const readsCookies = /^\/(identity|api\/v1\/session)(\/|$)/;
/** Where browsers and the issuer of tokens come from elsewhere; what is done there hangs on no session. */
const comesFromElsewhere = /^\/api\/v1\/session\/(sign-in|callback|ended)$/;
const safe: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Turns the cookie of a session into the token for the services behind, at the origin and nowhere else. A request that says by itself who
 * it comes from (Authorization) is left as it is. A cookie is sent by the browser whoever made the page, so it counts only for requests
 * that were made by a page of this origin.
 */
export class SessionGate {
  constructor(private readonly sessions: OriginSessions) {}

  /** Null where nothing stands against going on, at once where no session is named. */
  check(request: IncomingMessage, path: string, caller: Caller): Refusal | null | Promise<Refusal | null> {
    const { headers } = request;
    if (headers.cookie === undefined || comesFromElsewhere.test(path)) return null;
    const named =
      interfacePath.test(path) && headers.authorization === undefined ? this.sessions.tokenOf(request, caller) : null;
    // Nobody behind has a use for it, and what is not sent cannot be written to a log.
    if (!readsCookies.test(path)) delete headers.cookie;
    if (named === null) return null;
    const foreign = foreignOrigin(request, caller);
    if (foreign !== null) return foreign;
    return named.then((token) => {
      if (token !== null) headers.authorization = `Bearer ${token}`;
      return null;
    });
  }
}

/** Why a request that brings a cookie was not made by a page of ours; null where it was. */
function foreignOrigin({ method, headers }: IncomingMessage, { scheme, host }: Caller): Refusal | null {
  const site = headers['sec-fetch-site'];
  const elsewhere =
    (site !== undefined && site !== 'same-origin' && !(site === 'none' && safe.has(method))) ||
    (headers.origin !== undefined && headers.origin !== `${scheme}://${host}`);
  if (!elsewhere && (safe.has(method) || headers[PAGE_HEADER] !== undefined)) return null;
  const detail = `A session counts only for requests of the house's own pages (header ${PAGE_HEADER}).`;
  return { problem: problem(403, 'foreign-page', detail), headers: {} };
}
