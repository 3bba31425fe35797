/** Selects a timestamp as milliseconds since the epoch. */
export function asMs(column: string, name: string): string {
  return `(extract(epoch FROM ${column}) * 1000)::float8 AS ${name}`;
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
