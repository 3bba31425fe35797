import { describe, expect, it } from '@jest/globals';
import { SenderBacklog, type Recorded } from './sender-backlog.js';

const NOW = Date.parse('2026-01-13T14:42:00.000Z');
const iso = (ms: number): string => new Date(ms).toISOString();
/** `n` facts, received `every` ms apart up to now, each recorded so long before it was received. */
const facts = (n: number, every: number, delay: (i: number) => number, sender = 'ADT'): Recorded[] =>
  Array.from({ length: n }, (_, i) => {
    const received = NOW - (n - 1 - i) * every;
    return { sender, receivedAt: iso(received), recordedAt: iso(received - delay(i)) };
  });
const MINUTE = 60_000;

describe('a sender is behind', () => {
  const asOf = (...all: Recorded[][]): string | null => {
    const backlog = new SenderBacklog();
    for (const some of all) backlog.note(some);
    return backlog.asOf();
  };

  it('while it reads in what was queued: the board is as of how far that has come', () => {
    // Three hours of messages, ten a second.
    const queue = facts(100, 100, (i) => (180 - i) * MINUTE);
    expect(asOf(queue)).toBe(iso(NOW - 81 * MINUTE));
    const live = facts(20, 5_000, () => 1_000);
    expect(asOf(queue, live)).toBeNull();
    expect(
      asOf(
        queue,
        facts(40, 5_000, () => 1_000, 'LAB'),
      ),
    ).toBe(iso(NOW - 81 * MINUTE));
  });

  it('not by one late entry, by a clock that is behind, or by a burst of the present', () => {
    expect(asOf(facts(40, 5_000, (i) => (i === 39 ? 300 * MINUTE : 1_000)))).toBeNull();
    expect(asOf(facts(40, 5_000, () => 60 * MINUTE))).toBeNull();
    expect(asOf(facts(40, 10, (i) => (40 - i) * 1_000))).toBeNull();
    expect(asOf(facts(10, 10, (i) => (180 - i) * MINUTE))).toBeNull();
  });

  it('no more once nothing came for a while', () => {
    const backlog = new SenderBacklog();
    backlog.note(facts(100, 100, (i) => (180 - i) * MINUTE));
    backlog.settle();
    expect(backlog.asOf()).toBeNull();
  });
});
