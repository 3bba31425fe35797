import { instantOf } from '@wardstream/kernel';

/** Selects a timestamp as milliseconds since the epoch; 'infinity' comes as Infinity. */
export function asMs(column: string, name: string): string {
  return `(extract(epoch FROM ${column}) * 1000)::float8 AS ${name}`;
}

/** A time as SQL text; null stands for 'infinity': has not ended. */
export function orInfinity(ms: number | null): string {
  if (ms === null || ms === Number.POSITIVE_INFINITY) return 'infinity';
  return ms === Number.NEGATIVE_INFINITY ? '-infinity' : iso(ms);
}

export const iso = instantOf;

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}

/** What `asMs` selected from a column in which 'infinity' means not ended. */
export function finiteOrNull(ms: number | null): number | null {
  return ms === null || !Number.isFinite(ms) ? null : ms;
}
