import { instantOf } from '@wardstream/kernel';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** Milliseconds of an ISO instant. */
export function ms(instant: string): number {
  return Date.parse(instant);
}

/** ISO instant in UTC with milliseconds. */
export const iso = instantOf;

/** Minutes from `since` to `now`; negative if `since` lies ahead. */
export function minutesSince(since: string, now: number): number {
  return (now - ms(since)) / MINUTE_MS;
}

/** The earliest of the instants that are known. All are UTC with milliseconds, so text order is time order. */
export function earliest(...instants: (string | null)[]): string | null {
  return instants.reduce((a, b) => (a === null || (b !== null && b < a) ? b : a), null);
}

/** The latest of the instants that are known. */
export function latest(...instants: (string | null)[]): string | null {
  return instants.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
}
