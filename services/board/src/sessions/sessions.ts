import type { IncomingMessage } from 'node:http';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { jitter, monotonicMs } from '@wardstream/kernel';
import {
  type Caller,
  CONFIG,
  type ConfigOf,
  issueToken,
  LOGGER,
  type Logger,
  OriginSessions,
  PAGE_HEADER,
  PROCESS_CONFIG,
  type ProcessConfiguration,
} from '@wardstream/service-kit';
import type { boardSettings } from '../board.settings.js';
import { type EndedSessions, type KeptSession, SessionStore, type SignedIn } from '../persistence/session-store.js';
import { idOfSecret, newSecret, secretIn } from './session-cookie.js';
import { SignInClient } from './sign-in-client.js';

/** So long a session is not looked for again: another replica may have ended it meanwhile. */
const LOOKED_FOR_MS = 1_500;
/** Of this long a life of the token for the services behind, the first half is used. */
const TOKEN_SECONDS = 120;
const SEEN_EVERY_MS = 30_000;
const CHECK_EVERY_MS = 5_000;
/** Whom a session stands for is asked of the issuer this often. */
const RENEW_MINUTES = 5;
const RENEW_AT_ONCE = 20;
const SWEEP_EVERY_MS = 300_000;
const MOST_REMEMBERED = 5_000;

interface Remembered {
  readonly session: KeptSession | null;
  readonly untilMs: number;
  readonly token: string;
  readonly tokenUntilMs: number;
}

/** Whether somebody works at the page that asks. An open board asks again and again by itself, and that alone keeps no session alive. */
function isDone({ url = '', headers }: IncomingMessage): boolean {
  return !/\/stream(\?|$)/.test(url) && headers[PAGE_HEADER] !== 'idle';
}

/** People's sessions at the origin: begins and ends them, and gives the token that stands for one to the services behind. */
@Injectable()
export class Sessions extends OriginSessions implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly remembered = new Map<string, Remembered>();
  private readonly seenAtMs = new Map<string, number>();
  private timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly store: SessionStore,
    private readonly issuer: SignInClient,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof boardSettings>,
    @Inject(PROCESS_CONFIG) private readonly process: ProcessConfiguration,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    const every = (ms: number, what: string, work: () => Promise<void>): NodeJS.Timeout =>
      setInterval(
        () => void work().catch((err: unknown) => this.logger.warn({ err }, `sessions could not be ${what}`)),
        ms * (1 + jitter() / 10),
      ).unref();
    this.timers = [
      every(CHECK_EVERY_MS, 'renewed', () => this.renewStale()),
      every(SWEEP_EVERY_MS, 'swept', () => this.store.sweep(this.config.sessionIdleMinutes)),
    ];
  }

  beforeApplicationShutdown(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  tokenOf(request: IncomingMessage, caller: Caller): Promise<string | null> | null {
    const secret = secretIn(request.headers.cookie, 'session', caller);
    if (secret === null || this.process.authSecret === undefined) return null;
    return this.tokenFor(idOfSecret(secret), isDone(request));
  }

  /** A new session; `secret` is what the browser is given and nobody else has. A session is never taken over from before. */
  async begin(of: SignedIn, lastsMinutes?: number): Promise<{ readonly secret: string; readonly endsAt: Date }> {
    const secret = newSecret();
    const most = this.config.sessionHours * 60;
    const { endsAt } = await this.store.add(idOfSecret(secret), of, Math.round(Math.min(most, lastsMinutes ?? most)));
    return { secret, endsAt };
  }

  find(id: string): Promise<KeptSession | null> {
    return this.store.find(id, this.config.sessionIdleMinutes);
  }

  async end(id: string): Promise<void> {
    await this.store.end(id);
    this.forget(id);
  }

  /** Ends what an issuer says is over, or all that somebody has. */
  async endAll(issuer: string, of: EndedSessions): Promise<void> {
    await this.store.endAll(issuer, of);
    this.remembered.clear();
  }

  /** Those of these that are alive, with their versions. */
  versionsOf(ids: readonly string[]): Promise<Map<string, number>> {
    return this.store.versionsOf(ids, this.config.sessionIdleMinutes);
  }

  /** The version of a session that was found a moment ago. */
  versionOf(id: string): number | undefined {
    return this.remembered.get(id)?.session?.version;
  }

  private async tokenFor(id: string, isDoing: boolean): Promise<string | null> {
    const now = monotonicMs();
    let known = this.remembered.get(id);
    if (known === undefined || now >= known.untilMs || now >= known.tokenUntilMs) {
      const session = await this.find(id);
      if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear();
      known = await this.remember(id, session, known, now);
    }
    if (known.session === null) return null;
    if (isDoing) this.see(id, now);
    return known.token;
  }

  private async remember(
    id: string,
    session: KeptSession | null,
    before: Remembered | undefined,
    now: number,
  ): Promise<Remembered> {
    const sameAsBefore = session !== null && before?.session?.version === session.version && now < before.tokenUntilMs;
    const next: Remembered = {
      session,
      untilMs: now + LOOKED_FOR_MS,
      token: sameAsBefore ? before.token : session === null ? '' : await this.issue(session),
      tokenUntilMs: sameAsBefore ? before.tokenUntilMs : now + (TOKEN_SECONDS * 1000) / 2,
    };
    // What is no session is not remembered: anybody can name as many as he likes.
    if (session !== null) this.remembered.set(id, next);
    else this.forget(id);
    return next;
  }

  private issue({ id, subject, name, roles, facilities, units }: KeptSession): Promise<string> {
    const { authSecret, jwtIssuer, jwtAudience } = this.process;
    return issueToken(
      { secret: authSecret!, issuer: jwtIssuer, audience: jwtAudience },
      { subject, ...(name === null ? {} : { name }), roles, facilities, units, session: id },
      TOKEN_SECONDS,
    );
  }

  private see(id: string, now: number): void {
    if (now - (this.seenAtMs.get(id) ?? -Infinity) < Math.min(SEEN_EVERY_MS, this.config.sessionIdleMinutes * 10_000))
      return;
    if (this.seenAtMs.size >= MOST_REMEMBERED) this.seenAtMs.clear();
    this.seenAtMs.set(id, now);
    this.store
      .see(id)
      .catch((err: unknown) => this.logger.warn({ err }, 'that a session is in use could not be noted'));
  }

  /** Asks the issuer anew whom sessions stand for. */
  private async renewStale(): Promise<void> {
    const stale = await this.store.claimStale(RENEW_MINUTES, this.config.sessionIdleMinutes, RENEW_AT_ONCE);
    for (const session of stale) {
      const now = session.issuer === this.issuer.issuer ? await this.issuer.renewed(session) : null;
      if (now === null) await this.end(session.id);
      else if (now !== 'unknown') await this.store.renew(session.id, now);
    }
  }

  private forget(id: string): void {
    this.remembered.delete(id);
    this.seenAtMs.delete(id);
  }
}
