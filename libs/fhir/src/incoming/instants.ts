/** Order of two texts by code unit: instants as we write them sort by time. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The earliest of these instants; null of none. */
export function least(times: readonly (string | null)[]): string | null {
  return times.reduce((low, t) => (t !== null && (low === null || t < low) ? t : low), null);
}

/** The latest of these instants; null of none. */
export function greatest(times: readonly (string | null)[]): string | null {
  return times.reduce((high, t) => (t !== null && (high === null || t > high) ? t : high), null);
}
