import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FollowLag } from './follow-lag.js';
import { Pace, type PaceRules } from './pace.js';

const rules: PaceRules = { targetMs: 1_000, floorPerSecond: 200, longestWaitMs: 10_000 };
const STEP_MS = 10;
const SAMPLE_MS = 100;

/** A period during which senders send, and the beds follow, so many messages a second. */
interface Period {
  readonly seconds: number;
  readonly sentPerSecond: number;
  readonly followedPerSecond: number;
  /** Whether the log can be asked. */
  readonly isAsked: boolean;
}

interface Tally {
  stored: number;
  longestHeldMs: number;
  /** Of what was followed in this period, milliseconds from its acknowledgement. */
  readonly followedAfter: number[];
}

/** Senders, intake and beds in steps of ten milliseconds: what is stored in which step, and when it is followed. */
function play(periods: readonly Period[], partitions = 1, rule = rules): Tally[] {
  const pace = new Pace(rule);
  const lag = new FollowLag();
  const held: number[] = [];
  const onTheWay: number[] = [];
  let [now, sent, follows, stored, followed, measuredMs] = [0, 0, 0, 0, 0, -Infinity];
  return periods.map(({ seconds, sentPerSecond, followedPerSecond, isAsked }) => {
    const tally: Tally = { stored: 0, longestHeldMs: 0, followedAfter: [] };
    for (const end = now + seconds * 1_000; now < end; now += STEP_MS) {
      for (sent += (sentPerSecond * STEP_MS) / 1_000; sent >= 1; sent -= 1) held.push(now);
      const firstMs = held.length === 0 ? 0 : now - held[0]!;
      const count = held.length === 0 ? 0 : Math.min(500, pace.allowed(now, { count: held.length, firstMs }));
      for (const at of held.splice(0, count)) tally.longestHeldMs = Math.max(tally.longestHeldMs, now - at);
      if (count > 0) {
        pace.stored(now, count);
        lag.acknowledged(now);
        stored += count;
        tally.stored += count;
        for (let i = 0; i < count; i += 1) onTheWay.push(now);
      }
      follows = Math.min(follows + (followedPerSecond * STEP_MS) / 1_000, onTheWay.length);
      const done = onTheWay.splice(0, Math.floor(follows));
      follows -= done.length;
      followed += done.length;
      for (const at of done) tally.followedAfter.push(now - at);
      if (isAsked && now - measuredMs >= SAMPLE_MS) {
        measuredMs = now;
        const log = Array.from({ length: partitions }, (_, partition) => ({
          ...{ topic: 'encounters', partition },
          head: Math.floor((stored + partition) / partitions),
          handled: Math.floor((followed + partition) / partitions),
        }));
        pace.measured(lag.sample({ atMs: now, waiting: 0, waitingSinceMs: null, log }), 0);
      }
    }
    tally.longestHeldMs = Math.max(tally.longestHeldMs, held.length === 0 ? 0 : now - held[0]!);
    return tally;
  });
}

const share = (values: readonly number[], of: number): number =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * of) - 1)] ?? 0;

describe('the pace of intake', () => {
  it('lets nothing wait while the beds follow', () => {
    const [tally] = play([{ seconds: 20, sentPerSecond: 900, followedPerSecond: 1_000, isAsked: true }]);
    expect(tally!.longestHeldMs).toBe(0);
  });

  it.each([300, 1_000, 4_000])(
    'keeps the beds close behind when twice as much is sent as they follow: %i a second',
    (follows) => {
      const flood = { sentPerSecond: 2 * follows, followedPerSecond: follows, isAsked: true };
      // What senders do not get rid of they keep: their own queue, of 8 seconds here, which no bound has to let through.
      const [, tally] = play([
        { ...flood, seconds: 6 },
        { ...flood, seconds: 8 },
      ]);
      expect(share(tally!.followedAfter, 0.99)).toBeLessThanOrEqual(3_000);
      // And lets them do what they can.
      expect(tally!.stored).toBeGreaterThan(0.9 * follows * 8);
    },
  );

  it('goes on at the floor while the beds stand still, and is as fast as before soon after', () => {
    const usual = { seconds: 10, sentPerSecond: 1_500, followedPerSecond: 1_000, isAsked: true };
    const [, still, , after] = play([
      usual,
      { ...usual, sentPerSecond: 500, followedPerSecond: 0, seconds: 60 },
      { ...usual, sentPerSecond: 0, followedPerSecond: 4_000, seconds: 60 },
      { ...usual, seconds: 10 },
    ]);
    expect(still!.stored).toBeGreaterThanOrEqual(60 * rules.floorPerSecond);
    expect(after!.stored).toBeGreaterThan(0.8 * 10 * 1_000);
  });

  it('lets nothing wait where nobody ever followed, and nobody can be behind', () => {
    const pace = new Pace(rules);
    const lag = new FollowLag();
    const log = [{ topic: 'encounters', partition: 0, head: 90_000, handled: null }];
    pace.stored(0, 90_000);
    pace.measured(lag.sample({ atMs: 100, waiting: 0, waitingSinceMs: null, log }), 0);
    expect(pace.allowed(100, { count: 500, firstMs: 0 })).toBe(500);
  });

  it('never lets a message wait longer than the bound, nor goes below the floor, whatever the beds do', () => {
    const period = fc.record({
      seconds: fc.integer({ min: 1, max: 25 }),
      sentPerSecond: fc.integer({ min: 0, max: 4_000 }),
      followedPerSecond: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4_000 })),
      isAsked: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(period, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 8 }),
        (periods, partitions) => {
          let backlog = 0;
          for (const [i, tally] of play(periods, partitions).entries()) {
            const { seconds, sentPerSecond } = periods[i]!;
            backlog += seconds * sentPerSecond;
            // What is overdue leaves in batches of 500, one in a step.
            const steps = STEP_MS * (2 + (rules.longestWaitMs / 1_000) * (4_000 / 500));
            expect(tally.longestHeldMs).toBeLessThanOrEqual(rules.longestWaitMs + steps);
            expect(tally.stored + 1).toBeGreaterThanOrEqual(0.9 * Math.min(backlog, seconds * rules.floorPerSecond));
            backlog -= tally.stored;
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('how far the beds are behind', () => {
  const at = (
    atMs: number,
    heads: readonly number[],
    handled: readonly number[],
    waitingSinceMs: number | null = null,
  ) => ({
    ...{ atMs, waiting: waitingSinceMs === null ? 0 : 1, waitingSinceMs },
    log: heads.map((head, partition) => ({ topic: 'encounters', partition, head, handled: handled[partition]! })),
  });

  it('is how long ago the oldest message was acknowledged whose event is not handled', () => {
    const lag = new FollowLag();
    lag.sample(at(0, [0], [0]));
    lag.acknowledged(40);
    lag.acknowledged(90);
    expect(lag.sample(at(100, [2], [0]))).toMatchObject({ followed: true, depth: 2, ms: 60 });
    lag.acknowledged(150);
    expect(lag.sample(at(200, [3], [0]))).toMatchObject({ followed: true, depth: 3, ms: 160 });
    expect(lag.sample(at(300, [3], [2]))).toMatchObject({ followed: true, depth: 1, ms: 150 });
    expect(lag.sample(at(400, [3], [3]))).toMatchObject({ followed: true, depth: 0, ms: 0 });
  });

  it('counts what is not processed yet', () => {
    const lag = new FollowLag();
    lag.sample(at(0, [0], [0]));
    expect(lag.sample(at(500, [5], [5], 200))).toMatchObject({ followed: true, depth: 1, ms: 300 });
    // What waited then may be what came into the log since.
    expect(lag.sample(at(600, [6], [5]))).toMatchObject({ followed: true, depth: 1, ms: 400 });
  });

  it('leaves out one partition that stands still while others go on, and none where all stand still', () => {
    const lag = new FollowLag();
    lag.sample(at(0, [0, 0], [0, 0]));
    for (let s = 1; s <= 10; s += 1) {
      lag.acknowledged(s * 1_000 - 50);
      lag.sample(at(s * 1_000, [s, s], [0, s]));
    }
    expect(lag.sample(at(10_100, [10, 10], [0, 10]))).toMatchObject({ followed: true, depth: 0, ms: 0 });
    expect(lag.sample(at(17_000, [10, 10], [0, 10])).ms).toBeGreaterThan(15_000);
  });

  it('keeps as much for a follower that is away for days as for one that is away for a minute', () => {
    const lag = new FollowLag();
    lag.sample(at(0, [0], [0]));
    for (let i = 1; i <= 20_000; i += 1) {
      lag.acknowledged(i * 100 - 10);
      lag.sample(at(i * 100, [i], [0]));
    }
    expect((lag as unknown as { marks: unknown[] }).marks.length).toBeLessThanOrEqual(512);
    expect(lag.sample(at(2_000_100, [20_000], [0])).ms).toBe(2_000_100 - 90);
    const { ms } = lag.sample(at(2_000_200, [20_000], [10_000]));
    expect(ms).toBeGreaterThanOrEqual(2_000_200 - 1_000_090);
  });
});
