import { Body, Controller, Get, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import { madeSession, signedOut, signOut, type SignOut } from '@wardstream/api-contract';
import { DomainError, systemClock } from '@wardstream/kernel';
import {
  Act,
  Allow,
  Answers,
  CurrentUser,
  KeepsToFacilities,
  LOGGER,
  type Logger,
  PROCESS_CONFIG,
  type ProcessConfiguration,
  NoAct,
  Public,
  Sealer,
  type User,
} from '@wardstream/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomNonce, randomPKCECodeVerifier } from 'openid-client';
import { z } from 'zod';
import { isOwnHost, ownPage } from './return-address.js';
import { idOfSecret, newSecret, secretIn, setCookie } from './session-cookie.js';
import { Sessions } from './sessions.js';
import { SignInClient } from './sign-in-client.js';

/** How long a browser may take to sign in. */
const SIGN_IN_MS = 15 * 60_000;
const attemptShape = z.object({
  nonce: z.string(),
  verifier: z.string(),
  /** Digest of what the browser holds that began. */
  browser: z.string(),
  to: z.string(),
  untilMs: z.number(),
});
type Attempt = z.output<typeof attemptShape>;

interface Reached {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly origin: string;
}

/** Signing in and out in a browser. */
@ApiTags('session')
@Controller('api/v1/session')
export class SessionController {
  private readonly attempts: Sealer | null;

  constructor(
    private readonly sessions: Sessions,
    private readonly client: SignInClient,
    @Inject(PROCESS_CONFIG) private readonly process: ProcessConfiguration,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.attempts = process.authSecret === undefined ? null : new Sealer(process.authSecret, 'attempts to sign in');
  }

  /**
   * Sends a browser to the issuer. Nothing is kept here of who only begins: all that must hold when it comes back goes with it, sealed, and
   * counts only beside the cookie of the browser that began. Tabs that begin beside each other do not disturb one another.
   */
  @Get('sign-in')
  @Public()
  @ApiExcludeEndpoint()
  async begin(
    @Query('to') to: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const at = reachedBy(request);
    const { publicUrl } = this.process;
    const back = ownPage(to);
    if (!this.client.isConfigured || this.attempts === null) return seeOther(reply, failed('not-configured', back));
    if (publicUrl === undefined && !isOwnHost(at.host)) return seeOther(reply, failed('address', back));
    if (publicUrl !== undefined && publicUrl !== at.origin)
      return seeOther(reply, `${publicUrl}/api/v1/session/sign-in?to=${encodeURIComponent(back)}`);
    const browser = secretIn(request.headers.cookie, 'browser', at) ?? newSecret();
    const attempt: Attempt = {
      nonce: randomNonce(),
      verifier: randomPKCECodeVerifier(),
      browser: idOfSecret(browser),
      to: back,
      untilMs: systemClock.nowMs() + SIGN_IN_MS,
    };
    const state = await this.attempts.seal(attempt);
    try {
      const goTo = await this.client.beginAt(at.origin, { ...attempt, state });
      void reply.header('set-cookie', setCookie('browser', at, browser));
      seeOther(reply, goTo);
    } catch (error) {
      this.logger.warn({ code: (error as { code?: unknown }).code }, 'the issuer of the sign-in cannot be reached');
      seeOther(reply, failed('issuer-unavailable', back));
    }
  }

  /** Where the issuer sends the browser back. The session is new whatever the browser had before, and what it had ends. */
  @Get('callback')
  @Public()
  @ApiExcludeEndpoint()
  async callback(
    @Query('state') state: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const at = reachedBy(request);
    const sealed = typeof state === 'string' ? state : '';
    const attempt = attemptShape.safeParse(await this.attempts?.open(sealed)).data;
    const browser = secretIn(request.headers.cookie, 'browser', at);
    const isOurs =
      attempt !== undefined &&
      browser !== null &&
      attempt.browser === idOfSecret(browser) &&
      systemClock.nowMs() < attempt.untilMs;
    if (!isOurs) return seeOther(reply, failed('not-begun-here', attempt?.to ?? '/'));
    try {
      const query = request.url.slice(request.url.indexOf('?'));
      const person = await this.client.complete(at.origin, query, { ...attempt, state: sealed });
      if (person.roles.length === 0) return seeOther(reply, failed('no-role', attempt.to));
      const { secret } = await this.sessions.begin(person);
      await this.endFormer(request, at);
      void reply.header('set-cookie', setCookie('session', at, secret));
      seeOther(reply, attempt.to);
    } catch (error) {
      const { code, error: reason } = error as { code?: unknown; error?: unknown };
      this.logger.warn({ code, reason }, 'a sign-in was not completed');
      seeOther(reply, failed(reason === 'access_denied' ? 'cancelled' : 'not-completed', attempt.to));
    }
  }

  /** A session for whom a bearer token stands: for engineers and for tests. It ends with the token at the latest. */
  @Post()
  @HttpCode(201)
  @Answers(madeSession, 201)
  @KeepsToFacilities('handler')
  @Act('session.begin')
  @Allow('board.read')
  async make(
    @CurrentUser() user: User,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ endsAt: string }> {
    if (user.session !== null || this.process.authSecret === undefined) {
      throw new DomainError(
        'conflict',
        'session-not-made',
        'A session is made of a bearer token that was signed here.',
      );
    }
    const at = reachedBy(request);
    const { subject, name, roles, facilities, units } = user;
    const minutes = (user.expiresAtMs - systemClock.nowMs()) / 60_000;
    const { secret, endsAt } = await this.sessions.begin(
      { issuer: 'token', subject, issuerSession: null, name, roles, facilities, units, tokens: null },
      minutes,
    );
    await this.endFormer(request, at);
    void reply.header('set-cookie', setCookie('session', at, secret));
    return { endsAt: endsAt.toISOString() };
  }

  /** Ends the session that it comes in, here and at the issuer; with `everywhere` all of this person. Streams end within seconds. */
  @Post('sign-out')
  @HttpCode(200)
  @Answers(signedOut)
  @KeepsToFacilities('handler')
  @Act('session.end')
  @Allow('board.read')
  async signOut(
    @Body({ schema: signOut }) { everywhere }: SignOut,
    @CurrentUser() user: User,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ goTo: string | null }> {
    const at = reachedBy(request);
    const session = user.session === null ? null : await this.sessions.find(user.session);
    if (session === null) return { goTo: null };
    await this.sessions.end(session.id);
    if (everywhere) await this.sessions.endAll(session.issuer, { subject: session.subject });
    void reply.header('set-cookie', setCookie('session', at, null));
    return { goTo: session.tokens === null ? null : await this.client.end(session, at.origin) };
  }

  /** Where the issuer says that somebody's sessions are over (OpenID Connect Back-Channel Logout 1.0). Said again it does no harm. */
  @Post('ended')
  @HttpCode(204)
  @Public()
  @NoAct('the issuer has recorded what ended them')
  @ApiExcludeEndpoint()
  async ended(@Body() body: unknown): Promise<void> {
    const token = (body as { logout_token?: unknown } | undefined)?.logout_token;
    if (typeof token !== 'string')
      throw new DomainError('invalid', 'logout-token-missing', 'Send a logout_token in a form.');
    await this.sessions.endAll(this.client.issuer, await this.client.endedBy(token));
  }

  private async endFormer({ headers }: FastifyRequest, at: Reached): Promise<void> {
    const former = secretIn(headers.cookie, 'session', at);
    if (former !== null) await this.sessions.end(idOfSecret(former));
  }
}

function reachedBy(request: FastifyRequest): Reached {
  const scheme = request.protocol === 'https' ? 'https' : 'http';
  return { scheme, host: request.host, origin: `${scheme}://${request.host}` };
}

/** The page says why, and where it goes on from there. */
function failed(why: string, to: string): string {
  return `/sign-in?failed=${why}&to=${encodeURIComponent(to)}`;
}

function seeOther(reply: FastifyReply, to: string): void {
  void reply.status(303).header('location', to).send();
}
