import { describe, expect, it } from '@jest/globals';
import { endOf } from './visit-end.js';

const at = (hour: number): string => `2026-03-02T${String(hour).padStart(2, '0')}:00:00.000Z`;
const cancelled = (heardOf: number, since?: number) => ({
  status: 'cancelled' as const,
  dischargedAt: null,
  ...(since === undefined ? {} : { cancelledAt: at(since) }),
  cause: { kind: 'cancel-admit', by: 'ADT', at: at(heardOf), recordedAt: at(heardOf), receivedAt: at(heardOf) },
});
const told = (...events: ReturnType<typeof cancelled>[]): number | null =>
  events.reduce<{ status: 'cancelled'; endedAt: number | null } | undefined>(
    (before, event) => ({ status: 'cancelled', endedAt: endOf(event, before) }),
    undefined,
  )!.endedAt;

describe('the end of a cancelled visit', () => {
  it('is what its facts say, in whatever order they were heard', () => {
    // An admission cancelled at 9 and a plan cancelled at 11: one or the other is heard first, or both at once.
    const orders = [[cancelled(9, 9), cancelled(11, 11)], [cancelled(11, 11), cancelled(9, 11)], [cancelled(11, 11)]];
    expect(orders.map((order) => told(...order))).toEqual(orders.map(() => Date.parse(at(11))));
  });

  it('of which the event says no time is the first one heard', () => {
    expect(told(cancelled(9), cancelled(11))).toBe(Date.parse(at(9)));
  });
});
