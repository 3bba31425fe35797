import type { IncomingMessage } from 'node:http';
import { TokenGuesses } from '../access/token-guesses.js';
import { bearerOf, TokenRefused, type TokenVerifier } from '../access/tokens.js';
import { challengeOf, problem, type Problem, problemOf } from '../http/problem.js';
import type { Logger } from '../logging/logger.js';
import { Tally } from '../logging/tally.js';
import type { Metrics } from '../telemetry/metrics.js';

/** Why a request goes no further than the origin. */
export interface Refusal {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
}
/** Whether a request brought a good token. */
export type Shown = 'none' | 'good' | Refusal;

/** Paths of interfaces, where a token counts; on a page an Authorization header is somebody else's business. */
const interfacePath = /^\/(api|fhir|metrics)(\/|$)/;

/**
 * Looks at the token of every request at the origin, where it is known whom that comes from: wrong ones are refused wherever they are sent,
 * counted by address, and told in sum. Whether a token is needed, and which roles, is for the route to say.
 */
export class TokenGate {
  private readonly guesses: TokenGuesses;
  private readonly tally: Tally;
  private readonly refused;

  constructor(
    private readonly tokens: TokenVerifier,
    mostAMinute: number,
    logger: Logger,
    metrics: Metrics,
  ) {
    this.guesses = new TokenGuesses(mostAMinute);
    this.tally = new Tally(logger, 'wrong tokens came, by address');
    this.refused = metrics.counter(
      'wardstream_tokens_refused_total',
      'Tokens that were not taken: none that was signed here (guessed), more of these than an address may send (limited), expired or for somebody else (expired).',
      ['as'],
    );
  }

  /** At once where nothing has to be verified. */
  check({ headers }: IncomingMessage, path: string, address: string): Shown | Promise<Shown> {
    const token = bearerOf(headers.authorization);
    if (token === null || !interfacePath.test(path)) return 'none';
    if (this.tokens.remembered(token) !== undefined) return 'good';
    return this.tokens.verify(token).then(
      () => 'good' as const,
      (error: unknown) => this.refuse(error, address),
    );
  }

  close(): void {
    this.tally.close();
  }

  private refuse(error: unknown, address: string): Refusal {
    const of = problemOf(error);
    if (!(error instanceof TokenRefused)) return { problem: of, headers: {} };
    const headers = { 'www-authenticate': challengeOf(of) };
    if (!error.guessed) {
      this.refused.inc({ as: 'expired' });
      return { problem: of, headers };
    }
    this.tally.count(address);
    const retryAfter = this.guesses.add(address);
    this.refused.inc({ as: retryAfter === null ? 'guessed' : 'limited' });
    if (retryAfter === null) return { problem: of, headers };
    const detail = `Too many wrong tokens came from this address; try again in ${retryAfter} s. Good ones are still taken.`;
    const limited = problem(429, 'too-many-wrong-tokens', detail, { retryAfterSeconds: retryAfter });
    return { problem: limited, headers: { ...headers, 'retry-after': String(retryAfter) } };
  }
}
