import { describe, expect, it } from '@jest/globals';
import type { EncounterData, EventEnvelope } from '@wardstream/events';
import { systemClock } from '@wardstream/kernel';
import type { EventServer } from '@wardstream/messaging';
import { Freshness } from './freshness.js';

const MINUTE = 60_000;

/** Over a log that holds so many records which were not read, whichever log that is; `ageMs`: of the newest that was. */
function over(unread: number, ageMs: number | null): Freshness {
  const readUpToMs = ageMs === null ? null : Date.now() - ageMs;
  return new Freshness({ unread: () => unread, readUpToMs } as unknown as EventServer, systemClock);
}

/** Twenty movements, received now, recorded a minute apart and the last so long ago. */
function movements(facility: string, lastAgo: number, trigger?: string): EventEnvelope<EncounterData>[] {
  return Array.from({ length: 20 }, (_, i) => {
    const recordedAt = new Date(Date.now() - lastAgo - (19 - i) * MINUTE).toISOString();
    const cause = { by: 'ADT', trigger, recordedAt, receivedAt: new Date().toISOString() };
    return { facility, data: { cause } } as unknown as EventEnvelope<EncounterData>;
  });
}

describe('a board is live', () => {
  it('once the log was read, or what is left of it is new', () => {
    expect(over(0, 60 * MINUTE).of('H1')).toEqual({});
    expect(over(5, 1_000).of('H1')).toEqual({});
  });

  it('and not while it reads an outage or a replay: it says as of when, or that this is not known', () => {
    const { catchingUp } = over(5, 30 * MINUTE).of('H1');
    expect(Math.abs(Date.parse(catchingUp!.asOf!) - (Date.now() - 30 * MINUTE))).toBeLessThan(MINUTE);
    expect(over(5, null).of('H1')).toEqual({ catchingUp: { asOf: null } });
  });

  it('nor while a sender of the facility reads one in; of another, or of what no sender said, it stays so', () => {
    const freshness = over(0, 0);
    const told = movements('H1', 60 * MINUTE, 'A02');
    freshness.note(told);
    freshness.note(movements('H3', 60 * MINUTE));
    expect(freshness.of('H1')).toEqual({ catchingUp: { asOf: told.at(-1)!.data.cause.recordedAt } });
    expect([freshness.of('H2'), freshness.of('H3')]).toEqual([{}, {}]);
    freshness.note(movements('H1', 0, 'A02'));
    expect(freshness.of('H1')).toEqual({});
  });

  it('and of a log and a sender that are both behind it is as of the earlier', () => {
    const freshness = over(5, 30 * MINUTE);
    const told = movements('H1', 60 * MINUTE, 'A02');
    freshness.note(told);
    expect(freshness.of('H1').catchingUp?.asOf).toBe(told.at(-1)!.data.cause.recordedAt);
  });
});
