import { DomainError, systemClock } from '@wardstream/kernel';
import { createRemoteJWKSet, jwtVerify, SignJWT, type JWTVerifyGetKey } from 'jose';
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

/**
 * Checks bearer tokens: signature, issuer, audience and expiry (real time). Exactly one of `secret` (HS256) and `jwksUrl`
 * (RS256, PS256, ES256, EdDSA) must be configured, so that a public key is never taken for a shared secret.
 */
export class TokenVerifier {
  private readonly key: Uint8Array | JWTVerifyGetKey;
  private readonly algorithms: string[];

  constructor(private readonly trust: TokenTrust) {
    if ((trust.secret === undefined) === (trust.jwksUrl === undefined)) {
      throw new ConfigurationError(['WARDSTREAM_AUTH_SECRET, WARDSTREAM_JWKS_URL: set exactly one of them']);
    }
    this.key =
      trust.secret !== undefined ? new TextEncoder().encode(trust.secret) : createRemoteJWKSet(new URL(trust.jwksUrl!));
    this.algorithms = trust.secret !== undefined ? ['HS256'] : ['RS256', 'PS256', 'ES256', 'EdDSA'];
  }

  /** The user a token stands for. Throws DomainError 'unauthenticated'; the text never repeats the token. */
  async verify(token: string): Promise<User> {
    const refuse = () =>
      new DomainError('unauthenticated', 'token-refused', 'The bearer token is not valid here or has expired.');
    try {
      const options = {
        issuer: this.trust.issuer,
        audience: this.trust.audience,
        algorithms: this.algorithms,
        requiredClaims: ['sub', 'exp'],
      };
      const { payload } =
        typeof this.key === 'function'
          ? await jwtVerify(token, this.key, options)
          : await jwtVerify(token, this.key, options);
      const parsed = claims.safeParse(payload);
      if (!parsed.success) throw refuse();
      const known = parsed.data.roles.filter((role): role is Role => (roles as readonly string[]).includes(role));
      return { subject: parsed.data.sub, name: parsed.data.name ?? null, roles: known };
    } catch (cause) {
      if (cause instanceof DomainError) throw cause;
      throw refuse();
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
