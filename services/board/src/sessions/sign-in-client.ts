import { Inject, Injectable } from '@nestjs/common';
import { DomainError, monotonicMs } from '@wardstream/kernel';
import {
  CONFIG,
  type ConfigOf,
  derivedKey,
  IDENTITY_PATH,
  LOGGER,
  type Logger,
  ownIssuerOf,
  PROCESS_CONFIG,
  type ProcessConfiguration,
  Sealer,
} from '@wardstream/service-kit';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { z } from 'zod';
import type { boardSettings } from '../board.settings.js';
import type { EndedSessions, SignedIn } from '../persistence/session-store.js';
import { grantsOf, type ClaimNames, type Claims, roleMapOf } from './issuer-claims.js';

/** What a browser that signs in must bring back. */
export interface Challenge {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

const CALLBACK = '/api/v1/session/callback';
/** A description of an issuer is read anew after so long; keys and addresses may move. */
const KNOWN_MS = 3_600_000;
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const keptTokens = z.object({ idToken: z.string().optional(), refreshToken: z.string().optional() });
const logoutClaims = z.object({
  sub: z.string().optional(),
  sid: z.string().optional(),
  events: z.looseObject({ [LOGOUT_EVENT]: z.looseObject({}) }),
  nonce: z.undefined().optional(),
  /** Of our own issuer: sessions that began later are not meant. Milliseconds since the epoch. */
  began_before_ms: z.number().optional(),
});

/**
 * The client of the issuer that people sign in by: the service identity, or the one that is configured. Code flow with PKCE, state and nonce;
 * the issuer's tokens are kept sealed on this side and never given to a browser.
 */
@Injectable()
export class SignInClient {
  private readonly names: ClaimNames;
  private readonly sealer: Sealer | null;
  private known: { readonly client: Promise<oidc.Configuration>; readonly sinceMs: number } | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: ConfigOf<typeof boardSettings>,
    @Inject(PROCESS_CONFIG) private readonly process: ProcessConfiguration,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const { oidcRolesClaim, oidcFacilitiesClaim, oidcUnitsClaim, oidcRoleMap } = config;
    this.names = {
      roles: oidcRolesClaim,
      facilities: oidcFacilitiesClaim,
      units: oidcUnitsClaim,
      roleOf: roleMapOf(oidcRoleMap),
    };
    this.sealer = process.authSecret === undefined ? null : new Sealer(process.authSecret, 'tokens of sessions');
  }

  /** Whether the service identity is the issuer. */
  get isOwn(): boolean {
    return this.config.oidcIssuer === undefined;
  }

  /** Whether people can sign in by name at all. */
  get isConfigured(): boolean {
    return this.process.authSecret !== undefined && (!this.isOwn || this.process.identityUrl !== undefined);
  }

  get issuer(): string {
    return this.config.oidcIssuer ?? ownIssuerOf(this.process);
  }

  /** Where a browser begins to sign in; a path of this origin where the issuer is ours. */
  async beginAt(origin: string, { state, nonce, verifier }: Challenge): Promise<string> {
    const client = await this.client();
    const url = oidc.buildAuthorizationUrl(client, {
      redirect_uri: origin + CALLBACK,
      scope: this.isOwn ? 'openid profile offline_access' : this.config.oidcScope,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      // On a ward's computer the next person is somebody else: the password is asked for each time.
      ...(this.isOwn ? { prompt: 'login' } : {}),
    });
    return this.isOwn ? url.pathname + url.search : url.href;
  }

  /** Whom a browser that came back stands for. Rejects where anything of it is not as it was sent away. */
  async complete(origin: string, query: string, { state, nonce, verifier }: Challenge): Promise<SignedIn> {
    const tokens = await oidc.authorizationCodeGrant(await this.client(), new URL(CALLBACK + query, origin), {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    return this.signedIn(tokens, {});
  }

  /**
   * What the issuer says now of whom a session stands for; null where it says that it is over, 'unknown' where it cannot be asked: then the
   * session goes on, since a board that everybody loses because one server is down helps nobody.
   */
  async renewed(session: SignedIn): Promise<SignedIn | 'unknown' | null> {
    const kept = await this.open(session.tokens);
    if (kept.refreshToken === undefined) return session;
    try {
      const tokens = await oidc.refreshTokenGrant(await this.client(), kept.refreshToken);
      const now = await this.signedIn(tokens, kept, session);
      return now.subject === session.subject ? now : null;
    } catch (error) {
      if (error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant') return null;
      this.logger.warn({ code: (error as { code?: unknown }).code }, 'a session could not be renewed at the issuer');
      return 'unknown';
    }
  }

  /**
   * Ends the issuer's part of a session. Resolves with the address to which the browser must go for that; null where nothing is left to do.
   */
  async end(session: SignedIn, origin: string): Promise<string | null> {
    try {
      const [client, { idToken, refreshToken }] = [await this.client(), await this.open(session.tokens)];
      const { revocation_endpoint, end_session_endpoint } = client.serverMetadata();
      if (refreshToken !== undefined && revocation_endpoint !== undefined)
        await oidc.tokenRevocation(client, refreshToken, { token_type_hint: 'refresh_token' });
      if (this.isOwn || end_session_endpoint === undefined || idToken === undefined) return null;
      const after = { id_token_hint: idToken, post_logout_redirect_uri: `${origin}/sign-in?signed-out` };
      return oidc.buildEndSessionUrl(client, after).href;
    } catch (error) {
      this.logger.warn({ code: (error as { code?: unknown }).code }, 'the issuer could not be told of a sign-out');
      return null;
    }
  }

  /**
   * Whose sessions an issuer's logout token ends (OpenID Connect Back-Channel Logout 1.0).
   * @throws DomainError 'logout-token-refused'
   */
  async endedBy(logoutToken: string): Promise<EndedSessions> {
    try {
      const client = await this.client();
      const keys = createRemoteJWKSet(new URL(client.serverMetadata().jwks_uri!));
      const { payload } = await jwtVerify(logoutToken, keys, {
        issuer: this.issuer,
        audience: client.clientMetadata().client_id,
        algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
        requiredClaims: ['iat', 'jti'],
        maxTokenAge: '5 minutes',
        clockTolerance: 30,
      });
      const { sub, sid, began_before_ms: beganBeforeMs } = logoutClaims.parse(payload);
      if (sub === undefined && sid === undefined) throw new Error('it names nobody');
      return { subject: sub, issuerSession: sid, beganBeforeMs };
    } catch {
      throw new DomainError('invalid', 'logout-token-refused', 'The logout token is none of the issuer of this house.');
    }
  }

  private async signedIn(
    tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers,
    before: z.output<typeof keptTokens>,
    otherwise?: SignedIn,
  ): Promise<SignedIn> {
    const claims = tokens.claims() as Claims | undefined;
    const kept = {
      idToken: tokens.id_token ?? before.idToken,
      refreshToken: tokens.refresh_token ?? before.refreshToken,
    };
    const sealed = this.sealer === null ? null : await this.sealer.seal(kept);
    if (claims === undefined) {
      if (otherwise === undefined) throw new Error('the issuer gave no ID token');
      return { ...otherwise, tokens: sealed };
    }
    const text = (name: string): string | null => (typeof claims[name] === 'string' ? (claims[name] as string) : null);
    return {
      issuer: this.issuer,
      subject: text('sub')!,
      issuerSession: text('sid'),
      name: text('name') ?? text('preferred_username'),
      ...grantsOf(claims, this.names),
      tokens: sealed,
    };
  }

  private async open(sealed: string | null): Promise<z.output<typeof keptTokens>> {
    const opened = sealed === null ? null : await this.sealer?.open(sealed);
    return keptTokens.safeParse(opened).data ?? {};
  }

  private client(): Promise<oidc.Configuration> {
    const now = monotonicMs();
    if (this.known === undefined || now - this.known.sinceMs > KNOWN_MS) {
      const client = this.isOwn ? Promise.resolve(this.ownClient()) : this.discovered();
      const known = { client, sinceMs: now };
      this.known = known;
      client.catch(() => {
        if (this.known === known) this.known = undefined;
      });
    }
    return this.known.client;
  }

  private discovered(): Promise<oidc.Configuration> {
    const { oidcIssuer, oidcClientId, oidcClientSecret } = this.config;
    const url = new URL(oidcIssuer!);
    return oidc.discovery(url, oidcClientId, oidcClientSecret, undefined, {
      timeout: 10,
      ...(url.protocol === 'http:' ? { execute: [oidc.allowInsecureRequests] } : {}),
    });
  }

  /** Our own issuer is reached inside the house; what it calls itself is no address (`ownIssuerOf`). */
  private ownClient(): oidc.Configuration {
    const at = (path: string): string => new URL(IDENTITY_PATH + path, this.process.identityUrl).href;
    const secret = Buffer.from(derivedKey(this.process.authSecret!, 'client of the board')).toString('base64url');
    const server = {
      issuer: this.issuer,
      authorization_endpoint: at('/auth'),
      token_endpoint: at('/token'),
      revocation_endpoint: at('/token/revocation'),
      jwks_uri: at('/jwks'),
      authorization_response_iss_parameter_supported: true,
    };
    const metadata = { client_secret: secret, id_token_signed_response_alg: 'ES256' };
    const client = new oidc.Configuration(server, 'wardstream-board', metadata, oidc.ClientSecretBasic(secret));
    client.timeout = 10;
    oidc.allowInsecureRequests(client);
    return client;
  }
}
