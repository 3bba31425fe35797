/**
 * How the stream stands, by how long nothing came. Under 10 s nothing is said; then "reconnecting"; at 60 s every number
 * is stale. `refused` is the server's own answer that it cannot serve the board; `signed-out` a 401.
 */
export type ConnectionPhase = 'starting' | 'live' | 'reconnecting' | 'stale' | 'refused' | 'signed-out';

export interface ConnectionFacts {
  /** Whether a snapshot or a resumed delta ever came. */
  readonly received: boolean;
  /** Timer reading (ms) at which the stream was lost; null while it is open. */
  readonly lostAt: number | null;
  readonly signedOut: boolean;
  /** Whether the last attempt was answered with a refusal that a retry alone does not mend (403, 404, 5xx). */
  readonly refused: boolean;
}

export const RECONNECTING_AFTER_MS = 10_000;
export const STALE_AFTER_MS = 60_000;

export function connectionPhase(facts: ConnectionFacts, timerMs: number): ConnectionPhase {
  if (facts.signedOut) return 'signed-out';
  if (facts.refused && !facts.received) return 'refused';
  if (facts.lostAt === null) return facts.received ? 'live' : 'starting';
  const lost = timerMs - facts.lostAt;
  if (lost >= STALE_AFTER_MS) return 'stale';
  if (lost >= RECONNECTING_AFTER_MS) return 'reconnecting';
  return facts.received ? 'live' : 'starting';
}
