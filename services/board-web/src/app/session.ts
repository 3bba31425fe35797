import { forgetOnDevice } from './kept-on-device.js';
import { Signal } from './signal.js';

/**
 * Who is signed in is known to the server alone, by a cookie that no script can read. `number` counts the sign-ins of this tab, so that what
 * was asked before one is told from what is asked after it; null once the session is known to be over.
 */
export interface Session {
  readonly number: number | null;
  /** Set once a session that was alive is over: the page stays with what was typed, the numbers stop. */
  readonly signedOut: boolean;
}

export const session = new Signal<Session>({ number: 1, signedOut: false });
/** Other tabs of this browser hear that somebody signed in. */
const tabs = new BroadcastChannel('wardstream.session');
let last = 1;
let shownFor: string | null = null;

/** There may be a session again: what is shown is asked for anew. */
function signedIn(): void {
  last += 1;
  session.set({ number: last, signedOut: false });
}

/** The server knows no session any more. */
export function sessionEnded(): void {
  forgetOnDevice();
  session.set({ number: null, signedOut: true });
}

/** Who the server says is signed in. What one person typed or was shown is nothing for the next: then the page begins anew. */
export function signedInAs(subject: string): void {
  forgetOnDevice(subject);
  if (shownFor !== null && shownFor !== subject) return location.reload();
  if (shownFor === null) tabs.postMessage('signed in');
  shownFor = subject;
}

/** Tells the other tabs; for the window in which one signed in again. */
export const tellOtherTabs = (): void => tabs.postMessage('signed in');

const tryAgain = (): void => {
  if (session.get().number === null) signedIn();
};
tabs.addEventListener('message', tryAgain);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && shownFor !== null) tryAgain();
});

/** Where a browser signs in, and comes back to `to`. */
export const signInAt = (to: string): string => `/api/v1/session/sign-in?to=${encodeURIComponent(to)}`;

const ACTIVE_MS = 60_000;
let actedAt = -Infinity;
let toldAt = -Infinity;

/** What a request says of the page that makes it: whether somebody works at it. An open page alone keeps no session alive. */
export function pageHeaders(): Readonly<Record<string, string>> {
  const now = document.timeline.currentTime === null ? 0 : Number(document.timeline.currentTime);
  toldAt = now;
  return { 'x-wardstream-page': now - actedAt < ACTIVE_MS ? 'active' : 'idle' };
}

/** Whoever reads and turns pages asks the server for little: that somebody is there is told once a minute. */
const onAct = (): void => {
  actedAt = Number(document.timeline.currentTime ?? 0);
  if (actedAt - toldAt > ACTIVE_MS && session.get().number !== null)
    void fetch('/api/v1/me', { headers: pageHeaders(), cache: 'no-store' }).catch(() => undefined);
};
for (const act of ['pointerdown', 'keydown']) addEventListener(act, onAct, { passive: true });

/** Ends the session here and at the issuer, and leaves the page. */
export async function signOut(everywhere = false): Promise<void> {
  let goTo: string | null = null;
  forgetOnDevice();
  try {
    const answer = await fetch('/api/v1/session/sign-out', {
      method: 'POST',
      headers: { ...pageHeaders(), 'content-type': 'application/json' },
      body: JSON.stringify({ everywhere }),
    });
    if (answer.ok) goTo = ((await answer.json()) as { goTo: string | null }).goTo;
    else if (answer.status !== 401) throw new Error(`status ${answer.status}`);
  } catch {
    // The session may be alive still: nobody may walk away and believe that it is over.
    return location.assign('/sign-in?failed=still-signed-in');
  }
  location.assign(goTo ?? '/sign-in?signed-out');
}
