import { DomainError, systemClock } from '@wardstream/kernel';
import { createRemoteJWKSet, type JWTPayload, jwtVerify, type JWTVerifyGetKey, SignJWT } from 'jose';
import { z } from 'zod';
import { ConfigurationError } from '../configuration/settings.js';
import { roles, type Role, type User } from './roles.js';

const claims = z.object({
  sub: z.string().min(1),
  name: z.string().optional(),
  roles: z.array(z.string()),
});

/** What a token is checked against. */
export interface TokenTrust {
  readonly issuer: string;
  readonly audience: string;
  readonly secret?: string | undefined;
  readonly jwksUrl?: string | undefined;
}

/** A token is not taken. `guessed`: whoever sent it does not know the key; else it was signed here, and has expired or is for somebody else. */
export class TokenRefused extends DomainError {
  constructor(readonly guessed: boolean) {
    super('unauthenticated', 'token-refused', 'The bearer token is not valid here or has expired.');
  }
}

/** The token of an Authorization header; '' where it says Bearer and nothing that can be one, null where it says no Bearer. */
export function bearerOf(header: string | undefined): string | null {
  if (header === undefined || !/^Bearer(\s|$)/i.test(header)) return null;
  return /^Bearer +([\w.~+/=-]+) *$/i.exec(header)?.[1] ?? '';
}

/** A token that was found good is not looked at again for so long, or until it expires. */
const REMEMBERED_MS = 60_000;
const MOST_REMEMBERED = 5_000;
/** Its key was there, and it is not signed with that; or it is no token at all. */
const guesses: ReadonlySet<string> = new Set([
  'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  'ERR_JWS_INVALID',
  'ERR_JWT_INVALID',
  'ERR_JOSE_ALG_NOT_ALLOWED',
  'ERR_JOSE_NOT_SUPPORTED',
  'ERR_JWKS_NO_MATCHING_KEY',
  'ERR_JWKS_MULTIPLE_MATCHING_KEYS',
]);
const expiredOrOfOthers: ReadonlySet<string> = new Set(['ERR_JWT_EXPIRED', 'ERR_JWT_CLAIM_VALIDATION_FAILED']);

/**
 * Checks bearer tokens: signature, issuer, audience and expiry (real time). Exactly one of `secret` (HS256) and `jwksUrl`
 * (RS256, PS256, ES256, EdDSA) must be configured, so that a public key is never taken for a shared secret. What was good is remembered
 * for a minute, so that wrong ones that come in great numbers do not keep good ones waiting for their turn.
 */
export class TokenVerifier {
  private readonly key: Uint8Array | JWTVerifyGetKey;
  private readonly algorithms: string[];
  private readonly good = new Map<string, { readonly user: User; readonly untilMs: number }>();

  constructor(private readonly trust: TokenTrust) {
    if ((trust.secret === undefined) === (trust.jwksUrl === undefined)) {
      throw new ConfigurationError(['WARDSTREAM_AUTH_SECRET, WARDSTREAM_JWKS_URL: set exactly one of them']);
    }
    this.key =
      trust.secret !== undefined ? new TextEncoder().encode(trust.secret) : createRemoteJWKSet(new URL(trust.jwksUrl!));
    this.algorithms = trust.secret !== undefined ? ['HS256'] : ['RS256', 'PS256', 'ES256', 'EdDSA'];
  }

  /**
   * The user a token stands for; the text of a refusal never repeats the token.
   * @throws TokenRefused; DomainError 'keys-unavailable' where the identity provider's keys cannot be had: nothing is known of the token then
   */
  async verify(token: string): Promise<User> {
    return this.remembered(token) ?? this.verifyNow(token);
  }

  /** The user of a token that was found good a moment ago; undefined where it has to be verified. */
  remembered(token: string): User | undefined {
    const known = this.good.get(token);
    if (known !== undefined && systemClock.nowMs() < known.untilMs) return known.user;
    if (known !== undefined) this.good.delete(token);
    return undefined;
  }

  private async verifyNow(token: string): Promise<User> {
    const payload = await this.payloadOf(token);
    const parsed = claims.safeParse(payload);
    if (!parsed.success) throw new TokenRefused(false);
    const known = parsed.data.roles.filter((role): role is Role => (roles as readonly string[]).includes(role));
    const expiresAtMs = payload.exp! * 1000;
    const user: User = { subject: parsed.data.sub, name: parsed.data.name ?? null, roles: known, expiresAtMs };
    if (this.good.size >= MOST_REMEMBERED) this.good.clear();
    this.good.set(token, { user, untilMs: Math.min(expiresAtMs, systemClock.nowMs() + REMEMBERED_MS) });
    return user;
  }

  private async payloadOf(token: string): Promise<JWTPayload> {
    const options = {
      issuer: this.trust.issuer,
      audience: this.trust.audience,
      algorithms: this.algorithms,
      requiredClaims: ['sub', 'exp'],
    };
    try {
      const { payload } =
        typeof this.key === 'function'
          ? await jwtVerify(token, this.key, options)
          : await jwtVerify(token, this.key, options);
      return payload;
    } catch (cause) {
      const code = String((cause as { code?: unknown }).code ?? '');
      if (guesses.has(code)) throw new TokenRefused(true);
      if (expiredOrOfOthers.has(code)) throw new TokenRefused(false);
      // With a secret of our own nothing else can fail but the token.
      if (typeof this.key !== 'function') throw new TokenRefused(true);
      throw new DomainError(
        'unavailable',
        'keys-unavailable',
        "The identity provider's keys cannot be had; try again.",
      );
    }
  }
}

/** A signed token for `subject`. `lifetimeSeconds` counts in real time. */
export function issueToken(
  trust: { readonly secret: string; readonly issuer: string; readonly audience: string },
  user: { readonly subject: string; readonly name?: string; readonly roles: readonly Role[] },
  lifetimeSeconds: number,
): Promise<string> {
  const issuedAt = Math.floor(systemClock.nowMs() / 1000);
  return new SignJWT({ roles: user.roles, ...(user.name === undefined ? {} : { name: user.name }) })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user.subject)
    .setIssuer(trust.issuer)
    .setAudience(trust.audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds)
    .sign(new TextEncoder().encode(trust.secret));
}
