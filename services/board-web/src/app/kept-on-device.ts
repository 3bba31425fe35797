import type { Me } from '@wardstream/api-contract';

/** What the ward's page keeps for a reload without network, and where its worker keeps the page itself. */
const PICTURE_KEY = 'wardstream.ward';
/** A shift: what is older tells nothing of a ward, and what is done by it would be refused. */
const KEPT_MS = 12 * 3_600_000;

/** What is kept here, and of whom: nothing where it is too old. */
export function keptOnDevice<T extends { me: Me; deviceMs: number }>(): T | null {
  try {
    const kept = JSON.parse(localStorage.getItem(PICTURE_KEY) ?? 'null') as T | null;
    return kept !== null && Math.abs(Date.now() - kept.deviceMs) < KEPT_MS ? kept : null;
  } catch {
    return null;
  }
}

let isOver = false;

/** Keeps that, where a session is alive: what changes on the page while its person signs out is kept no more. */
export function keepOnDevice(kept: { me: Me; deviceMs: number }): void {
  if (!isOver) localStorage.setItem(PICTURE_KEY, JSON.stringify(kept));
}

/** Nothing that one person was shown is kept for the next. `but`: they are signed in, and what is kept of them stays. */
export function forgetOnDevice(but?: string): void {
  isOver = but === undefined;
  if (but !== undefined && keptOnDevice()?.me.subject === but) return;
  localStorage.removeItem(PICTURE_KEY);
  void globalThis.caches?.delete(PICTURE_KEY).catch(() => undefined);
}
