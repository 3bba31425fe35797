import { describe, expect, it } from '@jest/globals';
import { cancellationOf } from './copies.js';

const at = (hour: number): string => `2026-03-02T${String(hour).padStart(2, '0')}:00:00.000Z`;
const cancelled = (heardOf: number, since?: number) => ({
  status: 'cancelled' as const,
  ...(since === undefined ? {} : { cancelledAt: at(since) }),
  cause: { kind: 'cancel-admit', by: 'ADT', at: at(heardOf), recordedAt: at(heardOf), receivedAt: at(heardOf) },
});
const told = (...events: ReturnType<typeof cancelled>[]): number | null =>
  events.reduce<{ cancelledAt: number | null } | undefined>(
    (before, event) => ({ cancelledAt: cancellationOf(event, before) }),
    undefined,
  )!.cancelledAt;

describe('when a visit was cancelled', () => {
  it('is what its facts say, in whatever order they were heard', () => {
    const orders = [[cancelled(9, 9), cancelled(11, 11)], [cancelled(11, 11), cancelled(9, 11)], [cancelled(11, 11)]];
    expect(orders.map((order) => told(...order))).toEqual(orders.map(() => Date.parse(at(11))));
  });

  it('is the first one heard where the event does not say it, and nothing of an open visit', () => {
    expect(told(cancelled(9), cancelled(11))).toBe(Date.parse(at(9)));
    expect(cancellationOf({ ...cancelled(9), status: 'in-progress' }, { cancelledAt: 1 })).toBeNull();
  });
});
