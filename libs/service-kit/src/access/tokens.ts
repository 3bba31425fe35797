import { roleNamed, type Facilities, type Role, type Units } from '@wardstream/access';
import { DomainError, systemClock } from '@wardstream/kernel';
import {
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
  SignJWT,
} from 'jose';
import { z } from 'zod';
import { ConfigurationError } from '../configuration/settings.js';
import type { User } from './allow.js';

const claims = z.object({
  sub: z.string().min(1),
  name: z.string().optional(),
  roles: z.array(z.string()),
  // Without it a token is for all facilities; with an empty list for none.
  facilities: z.array(z.string()).optional(),
  // The same for units, as FACILITY/UNIT.
  units: z.array(z.string()).optional(),
  sid: z.string().optional(),
});

/** What a token is checked against. */
export interface TokenTrust {
  readonly issuer: string;
  readonly audience: string;
  readonly secret?: string | undefined;
  readonly jwksUrl?: string | undefined;
  /** The house's own issuer, beside that of `jwksUrl`. */
  readonly own?: { readonly issuer: string; readonly jwksUrl: string } | undefined;
}

/** What tokens of one issuer are checked against. */
interface Trusted {
  readonly issuer: string;
  readonly key: Uint8Array | JWTVerifyGetKey;
  readonly algorithms: string[];
}

const SHARED = ['HS256'];
const PUBLIC = ['RS256', 'PS256', 'ES256', 'EdDSA'];

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
 * Checks bearer tokens: signature, issuer, audience and expiry (real time). What a token says of its algorithm chooses between the shared
 * secret (HS256) and the keys of issuers (RS256, PS256, ES256, EdDSA), each for its own algorithms, so that a public key is never taken for a
 * shared secret. What was good is remembered for a minute, so that wrong ones that come in great numbers do not keep good ones waiting for
 * their turn.
 */
export class TokenVerifier {
  private readonly shared: Trusted | undefined;
  private readonly issuers: readonly Trusted[];
  private readonly good = new Map<string, { readonly user: User; readonly untilMs: number }>();

  constructor(private readonly trust: TokenTrust) {
    const { secret, jwksUrl, issuer, own } = trust;
    if (secret === undefined && jwksUrl === undefined) {
      throw new ConfigurationError(['WARDSTREAM_AUTH_SECRET, WARDSTREAM_JWKS_URL: set one of them, or both']);
    }
    this.shared =
      secret === undefined ? undefined : { issuer, key: new TextEncoder().encode(secret), algorithms: SHARED };
    this.issuers = [...(jwksUrl === undefined ? [] : [{ issuer, jwksUrl }]), ...(own === undefined ? [] : [own])].map(
      (of) => ({ issuer: of.issuer, key: createRemoteJWKSet(new URL(of.jwksUrl)), algorithms: PUBLIC }),
    );
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
    const known = parsed.data.roles.map(roleNamed).filter((role): role is Role => role !== null);
    const expiresAtMs = payload.exp! * 1000;
    const { sub: subject, name = null, facilities = null, units = null, sid: session = null } = parsed.data;
    const user: User = {
      subject,
      name,
      roles: [...new Set(known)],
      facilities,
      units,
      actsOn: units,
      session,
      expiresAtMs,
    };
    if (this.good.size >= MOST_REMEMBERED) this.good.clear();
    this.good.set(token, { user, untilMs: Math.min(expiresAtMs, systemClock.nowMs() + REMEMBERED_MS) });
    return user;
  }

  private async payloadOf(token: string): Promise<JWTPayload> {
    const { issuer, key, algorithms } = this.trustedFor(token);
    const options = { issuer, audience: this.trust.audience, algorithms, requiredClaims: ['sub', 'exp'] };
    try {
      const { payload } =
        typeof key === 'function' ? await jwtVerify(token, key, options) : await jwtVerify(token, key, options);
      // Only the origin binds a token to a session, and it signs with the shared secret.
      return typeof key === 'function' ? { ...payload, sid: undefined } : payload;
    } catch (cause) {
      const code = String((cause as { code?: unknown }).code ?? '');
      if (guesses.has(code)) throw new TokenRefused(true);
      if (expiredOrOfOthers.has(code)) throw new TokenRefused(false);
      // With a secret of our own nothing else can fail but the token.
      if (typeof key !== 'function') throw new TokenRefused(true);
      throw new DomainError(
        'unavailable',
        'keys-unavailable',
        "The identity provider's keys cannot be had; try again.",
      );
    }
  }

  /** What a token is to be checked against by what it says of itself. Nothing of that is believed before its signature is found good. */
  private trustedFor(token: string): Trusted {
    let trusted: Trusted | undefined;
    try {
      const isShared = SHARED.includes(decodeProtectedHeader(token).alg ?? '');
      const { iss } = decodeJwt(token);
      trusted = isShared ? this.shared : (this.issuers.find(({ issuer }) => issuer === iss) ?? this.issuers[0]);
    } catch {
      // It is no token.
    }
    if (trusted === undefined) throw new TokenRefused(true);
    return trusted;
  }
}

/** A signed token for `subject`. `lifetimeSeconds` counts in real time. */
export function issueToken(
  trust: { readonly secret: string; readonly issuer: string; readonly audience: string },
  user: {
    readonly subject: string;
    readonly name?: string;
    readonly roles: readonly Role[];
    /** All unless told. */
    readonly facilities?: Facilities;
    readonly units?: Units;
    /** The session at the origin that it stands for. */
    readonly session?: string;
  },
  lifetimeSeconds: number,
): Promise<string> {
  const issuedAt = Math.floor(systemClock.nowMs() / 1000);
  const { roles: held, name, facilities = null, units = null, session } = user;
  const claimed = {
    roles: held,
    ...(name === undefined ? {} : { name }),
    ...(facilities === null ? {} : { facilities }),
    ...(units === null ? {} : { units }),
    ...(session === undefined ? {} : { sid: session }),
  };
  return new SignJWT(claimed)
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user.subject)
    .setIssuer(trust.issuer)
    .setAudience(trust.audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds)
    .sign(new TextEncoder().encode(trust.secret));
}
