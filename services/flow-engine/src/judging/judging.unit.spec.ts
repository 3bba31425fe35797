import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { HeardFeed } from '@wardstream/flow-model';
import type { GroupProgress } from '@wardstream/messaging';
import { AwaitedFeeds } from './awaited-feeds.js';
import { JudgingGate, MOST_HELD_MS, type Because } from './judging-gate.js';
import { UpstreamLag } from './upstream-lag.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** One poll a second; gives at which of them the facility was judged. */
function polls(gate: JudgingGate, found: readonly (Because | null)[], isCalm = true, from = 0): boolean[] {
  return found.map((because, i) => gate.poll({ atMs: from + i * SECOND, because, isCalm }));
}
const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value);

describe('a facility is judged', () => {
  it('from the second poll on, where nothing lies behind', () => {
    expect(polls(new JudgingGate(), times(4, null))).toEqual([false, true, true, true]);
  });

  it('not while something lies behind, and again once it has been calm for a moment', () => {
    const gate = new JudgingGate();
    polls(gate, times(10, null));
    const found = [...times<Because | null>(5, 'source'), ...times(5, null)];
    expect(polls(gate, found, true, 10 * SECOND)).toEqual([...times(7, false), true, true, true]);
  });

  it('not before what follows from the last fact is known as well', () => {
    const gate = new JudgingGate();
    polls(gate, times<Because>(3, 'log'));
    expect(polls(gate, times(10, null), false, 3 * SECOND)).toEqual(times(10, false));
    expect(polls(gate, times(5, null), true, 13 * SECOND)).toEqual([false, false, true, true, true]);
  });

  it('after ten minutes at the latest, and then goes on being judged however long something lies behind', () => {
    const judged = polls(new JudgingGate(), times<Because>(3_600, 'source'));
    const first = judged.indexOf(true);
    expect(first * SECOND).toBeLessThanOrEqual(MOST_HELD_MS + SECOND);
    expect(judged.slice(first)).not.toContain(false);
  });

  it('for most of the time whatever a sender does, and never left unjudged for longer than ten minutes', () => {
    const spell = fc.record({
      because: fc.constantFrom<Because | null>('source', 'log', null),
      n: fc.integer({ min: 1, max: 900 }),
    });
    fc.assert(
      fc.property(fc.array(spell, { maxLength: 30 }), fc.boolean(), (spells, isCalm) => {
        const found = spells.flatMap(({ because, n }) => times(n, because));
        const judged = polls(new JudgingGate(), found, isCalm);
        let held = 0;
        let longest = 0;
        for (const is of judged) longest = Math.max(longest, (held = is ? 0 : held + 1));
        expect(longest * SECOND).toBeLessThanOrEqual(MOST_HELD_MS + 2 * SECOND);
        const all = judged.filter((is) => !is).length;
        const allowed = MOST_HELD_MS / SECOND + judged.length / 6 + 2 * spells.length + 2;
        expect(all).toBeLessThanOrEqual(allowed);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a service before this one is behind', () => {
  const at = (head: number, handled: number | null, partition = 0): GroupProgress => ({
    ...{ topic: 't', partition, head, handled },
  });

  it('by as long as the oldest event waits that it has not handled, partition by partition', () => {
    const lag = new UpstreamLag();
    lag.sample(0, [at(10, 10), at(10, 10, 11)]);
    lag.sample(5_000, [at(20, 10), at(10, 10, 11)]);
    lag.sample(9_000, [at(40, 12), at(10, 10, 11)]);
    expect([lag.ofPartition(0, 10_000), lag.ofPartition(11, 10_000), lag.ofPartition(1, 10_000)]).toEqual([
      5_000, 0, 0,
    ]);
    lag.sample(11_000, [at(40, 20), at(10, 10, 11)]);
    expect(lag.ofPartition(0, 12_000)).toBe(3_000);
    lag.sample(13_000, [at(40, 40), at(10, 10, 11)]);
    expect(lag.ofPartition(0, 14_000)).toBe(0);
  });

  it('not where it does not run: it never handled anything', () => {
    const lag = new UpstreamLag();
    for (let i = 0; i < 100; i += 1) lag.sample(i * SECOND, [at(i, null)]);
    expect(lag.ofPartition(0, 100_000)).toBe(0);
  });
});

describe('after a start', () => {
  const now = Date.parse('2026-01-13T14:00:00.000Z');
  const feed = (name: string, silentMinutes: number, usualGapSeconds: number | null): HeardFeed =>
    ({
      ...{ owner: 'admissions', feed: name, facility: 'H', name, usualGapSeconds, received: 1, version: 1 },
      lastReceivedAt: new Date(now - silentMinutes * MINUTE).toISOString(),
    }) as unknown as HeardFeed;

  it('feeds that were silent for longer than usual are awaited, each until it is heard', () => {
    const feeds = [feed('ADT', 120, 60), feed('LAB', 1, 60), feed('NEW', 120, null)];
    const awaited = new AwaitedFeeds(feeds, [], now, 0);
    expect(awaited.areAwaited(feeds, 5_000)).toBe(true);
    expect(awaited.areAwaited([feed('ADT', 119, 60), feeds[1]!, feeds[2]!], 6_000)).toBe(false);
    expect(new AwaitedFeeds(feeds.slice(1), [], now, 0).areAwaited(feeds.slice(1), 0)).toBe(false);
  });

  it('for a minute at most: then they are silent', () => {
    const feeds = [feed('ADT', 120, 60)];
    const awaited = new AwaitedFeeds(feeds, [], now, 0);
    expect(awaited.areAwaited(feeds, 59_000)).toBe(true);
    expect(awaited.areAwaited(feeds, 60_000)).toBe(false);
  });
});
