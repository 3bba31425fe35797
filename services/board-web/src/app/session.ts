import { Signal } from './signal.js';

/** Who is signed in, as the server says it. */
export interface Me {
  readonly subject: string;
  readonly name: string | null;
  readonly roles: readonly string[];
  readonly facilities: readonly { readonly id: string; readonly name: string }[];
}

export interface Session {
  readonly token: string | null;
  /** Set once a token that was accepted is no longer: the page stays, the numbers stop. */
  readonly signedOut: boolean;
}

const KEY = 'wardstream.token';

/** The token lives as long as the browser tab: sessionStorage, never a cookie, never the address. */
export const session = new Signal<Session>({ token: sessionStorage.getItem(KEY), signedOut: false });

export function signIn(token: string): void {
  sessionStorage.setItem(KEY, token);
  session.set({ token, signedOut: false });
}

export function signOut(): void {
  sessionStorage.removeItem(KEY);
  session.set({ token: null, signedOut: false });
}

/** The server no longer takes the token. */
export function tokenRefused(): void {
  sessionStorage.removeItem(KEY);
  session.set({ token: null, signedOut: true });
}
