import type { EventEnvelope } from '@wardstream/events';
import type { ReadableIncoming } from './incoming-event.js';

/** Consecutive events of one pattern: one call of a batch handler. */
export interface Run {
  readonly pattern: string;
  readonly events: EventEnvelope[];
}

/** Cuts events into runs without changing their order. */
export function planRuns(incoming: readonly ReadableIncoming[]): Run[] {
  const runs: Run[] = [];
  for (const { decoded } of incoming) {
    const last = runs.at(-1);
    if (last?.pattern === decoded.definition.pattern) last.events.push(decoded.envelope);
    else runs.push({ pattern: decoded.definition.pattern, events: [decoded.envelope] });
  }
  return runs;
}

/** Two halves in order, the first not smaller: how a failing batch is cut down until the one at fault is alone. */
export function halves<T>(items: readonly T[]): [T[], T[]] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}
