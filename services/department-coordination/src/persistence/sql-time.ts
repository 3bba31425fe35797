import { instantOf } from '@wardstream/kernel';

/** Selects a timestamp as milliseconds since the epoch. */
export function asMs(column: string, name: string): string {
  return `(extract(epoch FROM ${column}) * 1000)::float8 AS ${name}`;
}

export const iso = instantOf;
