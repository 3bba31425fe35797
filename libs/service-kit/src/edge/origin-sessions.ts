import type { IncomingMessage } from 'node:http';
import type { Caller } from '../network/caller.js';

/** People's sessions, as the origin asks for them. */
export abstract class OriginSessions {
  /**
   * The short-lived token that stands for the session which a request names by its cookie; null where it names none that is alive. The
   * services behind see the token and never the cookie.
   */
  abstract tokenOf(request: IncomingMessage, caller: Caller): Promise<string | null> | null;
}
