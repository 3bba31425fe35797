import { randomBytes } from 'node:crypto';
import { digest } from '@wardstream/kernel';
import type { Caller } from '@wardstream/service-kit';

type Reached = Pick<Caller, 'scheme' | 'host'>;

/** `session` is what a signed-in browser holds; `browser` says which browser began to sign in. */
export type CookieKind = 'session' | 'browser';

/**
 * Over TLS `__Host-` makes a browser hold it to this host alone. Without TLS, as on localhost, no such name is taken; there the port is in it,
 * since cookies do not keep to ports and another house may run on the next.
 */
export function cookieName(kind: CookieKind, { scheme, host }: Reached): string {
  if (scheme === 'https') return `__Host-wardstream-${kind}`;
  return `wardstream-${kind}-${/:(\d+)$/.exec(host)?.[1] ?? '80'}`;
}

/** The secret of such a cookie; null where it was not sent, or can be none of ours. */
export function secretIn(header: string | undefined, kind: CookieKind, at: Reached): string | null {
  const name = `${cookieName(kind, at)}=`;
  const values = (header ?? '').split(';').map((pair) => pair.trim());
  const value = values.find((pair) => pair.startsWith(name))?.slice(name.length) ?? '';
  return /^[\w-]{43}$/.test(value) ? value : null;
}

/** A Set-Cookie header. Without `value` the cookie is taken away. It lives as long as the browser; the server decides on what it is worth. */
export function setCookie(kind: CookieKind, at: Reached, value: string | null): string {
  const attributes = [
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    ...(at.scheme === 'https' ? ['Secure'] : []),
    ...(value === null ? ['Max-Age=0'] : []),
  ];
  return `${cookieName(kind, at)}=${value ?? ''}; ${attributes.join('; ')}`;
}

/** 256 bits that nobody guesses. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** What is kept of a secret: who reads that has not got it. */
export const idOfSecret = (secret: string): string => digest(secret);
