import { describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@wardstream/events';
import { systemClock, type Clock } from '@wardstream/kernel';
import { Freshness } from './freshness.js';

const MINUTE = 60_000;

/** Over a log that holds so many records which were not read, whichever log that is; `ageMs`: of the newest that was. */
function over(unread: number, ageMs: number | null, clock: Clock = systemClock, now?: () => number): Freshness {
  const readUpToMs = ageMs === null ? null : Date.now() - ageMs;
  const log = { partitions: () => [0], unread: () => unread, readUpToMs: () => readUpToMs };
  return new Freshness(log, clock, now);
}

/** Twenty movements, received now, recorded a minute apart and the last so long ago. */
function movements(facility: string, lastAgo: number, trigger?: string, by = 'ADT'): EventEnvelope[] {
  return Array.from({ length: 20 }, (_, i) => {
    const recordedAt = new Date(Date.now() - lastAgo - (19 - i) * MINUTE).toISOString();
    const cause = { by, trigger, recordedAt, at: recordedAt, receivedAt: new Date().toISOString() };
    const event = { type: 'admissions.encounter-changed', facility, recordedAt, time: recordedAt, data: { cause } };
    return event as unknown as EventEnvelope;
  });
}

function note(freshness: Freshness, events: readonly EventEnvelope[]): string {
  for (const event of events) freshness.note(event);
  return events.at(-1)!.recordedAt;
}

describe('what is known of a facility is of the present', () => {
  it('once the log was read, or what is left of it is new', () => {
    expect(over(0, 60 * MINUTE).of('H1')).toBeNull();
    expect(over(5, 1_000).of('H1')).toBeNull();
  });

  it('and not while it reads an outage or a replay: it says as of when, or that this is not known', () => {
    const behind = over(5, 30 * MINUTE).of('H1');
    expect(behind?.because).toBe('log');
    expect(Math.abs(Date.parse(behind!.asOf!) - (Date.now() - 30 * MINUTE))).toBeLessThan(MINUTE);
    expect(over(5, null).of('H1')).toEqual({ asOf: null, because: 'log' });
  });

  it('as of the time the events themselves tell: a clock that is faster by now did not always run so', () => {
    const fast: Clock = { nowMs: () => Date.now(), speed: 10 };
    const freshness = over(5, 30 * MINUTE, fast);
    expect(freshness.of('H1')?.asOf).toBeNull();
    const [movement] = movements('H1', 0);
    const receivedAt = new Date(Date.now() - 3 * MINUTE).toISOString();
    note(freshness, [
      { ...movement!, data: { cause: { ...(movement!.data as { cause: object }).cause, receivedAt } } },
    ]);
    expect(freshness.of('H1')).toEqual({ asOf: receivedAt, because: 'log' });
  });

  it('nor while a sender of the facility reads one in; of another, or of what no sender said, it stays so', () => {
    const freshness = over(0, 0);
    const asOf = note(freshness, movements('H1', 60 * MINUTE, 'A02'));
    note(freshness, movements('H3', 60 * MINUTE));
    expect(freshness.of('H1')).toEqual({ asOf, because: 'source' });
    expect([freshness.of('H2'), freshness.of('H3')]).toEqual([null, null]);
    note(freshness, movements('H1', 0, 'A02'));
    expect(freshness.of('H1')).toBeNull();
  });

  it('again once a sender has said what it had, whoever goes on speaking of the present', () => {
    let now = 0;
    const freshness = over(0, 0, systemClock, () => now);
    note(freshness, movements('H1', 60 * MINUTE, 'A02'));
    for (let i = 0; i < 4; i += 1) {
      now += 2_000;
      note(freshness, movements('H1', 0, 'A08', 'LAB'));
      if (i === 0) expect(freshness.of('H1')?.because).toBe('source');
    }
    expect(freshness.of('H1')).toBeNull();
  });

  it('and of a log and a sender that are both behind it is as of the earlier', () => {
    const freshness = over(5, 30 * MINUTE);
    const asOf = note(freshness, movements('H1', 60 * MINUTE, 'A02'));
    expect(freshness.of('H1')?.asOf).toBe(asOf);
  });

  it('keeps to so many sources: names that a sender gives itself do not fill the memory', () => {
    const freshness = over(0, 0);
    const [movement] = movements('H1', 0, 'A02');
    const cause = (movement!.data as { cause: object }).cause;
    for (let i = 0; i < 1_000; i += 1) note(freshness, [{ ...movement!, data: { cause: { ...cause, by: `S${i}` } } }]);
    const { sources } = (
      freshness as unknown as { byFacility: Map<string, { sources: Map<string, unknown> }> }
    ).byFacility.get('H1')!;
    expect(sources.size).toBeLessThanOrEqual(200);
  });
});
