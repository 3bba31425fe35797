import { describe, expect, it } from '@jest/globals';
import type { EventLog, LogRecord } from '../event-log.js';
import { partitionOf } from '../partitioning.js';
import { Collector, Gate, until } from './collector.js';

/** What a test of the contract is given anew each time. */
export interface FollowScene {
  /** Of a first process. */
  readonly log: EventLog;
  /** Over the same log, as in another process. */
  another(): Promise<{ readonly log: EventLog; crash(): Promise<void> }>;
  readonly topic: string;
  readonly otherTopic: string;
  readonly group: string;
  readonly partitions: number;
  readonly keys: readonly string[];
}

/** What every driver must do for those who follow. Called within the suite of the driver. */
export function followContract(scene: () => FollowScene): void {
  describe('following', () => {
    const fromEarliest = () => null;
    const record = (key: string, value: string, topic = scene().topic): LogRecord => ({
      topic,
      key,
      headers: {},
      value,
    });
    const numbered = (from: number, count: number, topic = scene().topic): LogRecord[] => {
      const { keys } = scene();
      return Array.from({ length: count }, (_, i) =>
        record(keys[i % keys.length]!, `${keys[i % keys.length]} ${from + i}`, topic),
      );
    };
    const sorted = (values: readonly string[]) => [...values].sort();
    const placesOf = (collector: Collector) =>
      collector.records.map(({ topic, partition, offset }) => `${topic} ${partition} ${offset}`);

    it('brings every record of all partitions to everyone who follows, in order, beside a group that shares them', async () => {
      const { log, another, topic, otherTopic, group, partitions } = scene();
      const { log: elsewhere } = await another();
      const topics = [topic, otherTopic];
      await log.append(numbered(0, 60));
      const member = await Collector.join(log, { group, topics });
      const one = await Collector.follow(log, { group: `${group}-view`, topics, from: fromEarliest });
      const two = await Collector.follow(elsewhere, { group: `${group}-view`, topics, from: fromEarliest });
      for (let i = 1; i < 5; i += 1)
        await elsewhere.append([...numbered(i * 60, 60), ...numbered(i * 60, 60, otherTopic)]);
      await Promise.all([one.has(540), two.has(540), member.has(540)]);
      for (const follower of [one, two]) {
        expect(follower.partitions).toEqual(Array.from({ length: partitions }, (_, i) => i));
        expect(sorted(follower.values)).toEqual(sorted(member.values));
        expect(placesOf(follower)).toHaveLength(new Set(placesOf(follower)).size);
        const last = new Map<string, number>();
        for (const each of follower.records) {
          const place = `${each.topic} ${each.partition}`;
          expect(Number(each.offset)).toBeGreaterThan(last.get(place) ?? -1);
          last.set(place, Number(each.offset));
        }
      }
    });

    it('begins at the positions it is given, at the earliest record for a position of another log', async () => {
      const { log, topic, group, partitions } = scene();
      await log.append(numbered(0, 120));
      const first = await Collector.follow(log, { group, topics: [topic], from: fromEarliest });
      await first.has(120);
      const half = new Map<number, string>();
      for (let partition = 0; partition < partitions; partition += 1) {
        const of = first.records.filter((r) => r.partition === partition);
        half.set(partition, of[Math.floor(of.length / 2)]!.offset);
      }
      await first.leave();
      await log.append(numbered(120, 60));
      const from = (_topic: string, partition: number) => half.get(partition)!;
      const second = await Collector.follow(log, { group, topics: [topic], from });
      const wanted = first.records.filter((r) => BigInt(r.offset) >= BigInt(half.get(r.partition)!)).length + 60;
      await second.has(wanted);
      expect(second.records).toHaveLength(wanted);
      expect(second.records.every((r) => BigInt(r.offset) >= BigInt(half.get(r.partition)!))).toBe(true);
      const beyond = await Collector.follow(log, { group, topics: [topic], from: () => '999999' });
      await beyond.has(180);
    });

    it('begins where the group of its name stands as long as it has no position of its own', async () => {
      const { log, topic, group } = scene();
      const member = await Collector.join(log, { group, topics: [topic] });
      await log.append(numbered(0, 40));
      await member.has(40);
      await member.leave();
      await log.append(numbered(40, 20));
      const follower = await Collector.follow(log, { group, topics: [topic], from: fromEarliest });
      await follower.has(20);
      expect(follower.values.every((value) => Number(value.split(' ')[1]) >= 40)).toBe(true);
    });

    it('is no member of the group, and takes nothing from it', async () => {
      const { log, topic, group, partitions } = scene();
      const member = await Collector.join(log, { group, topics: [topic] });
      await until(() => member.partitions.length === partitions, 'all partitions');
      const follower = await Collector.follow(log, { group, topics: [topic], from: fromEarliest });
      await log.append(numbered(0, 40));
      await Promise.all([member.has(40), follower.has(40)]);
      expect(member.partitions).toHaveLength(partitions);
      const furthest = new Map(follower.records.map((r) => [r.partition, (BigInt(r.offset) + 1n).toString()]));
      await follower.follower!.stored([...furthest].map(([partition, next]) => ({ topic, partition, next })));
      await log.append(numbered(40, 20));
      await member.has(60);
    });

    it('brings a rejected batch again before anything that comes after it, one call at a time for a partition number', async () => {
      const { log, topic, otherTopic, group, partitions, keys } = scene();
      let failures = 3;
      const running = new Map<number, number>();
      let most = 0;
      const follower = await Collector.follow(
        log,
        { group, topics: [topic, otherTopic], from: fromEarliest, maxRecords: 10 },
        (it) => {
          it.before = async ({ partition }) => {
            const now = (running.get(partition) ?? 0) + 1;
            running.set(partition, now);
            most = Math.max(most, now);
            await new Promise((resolve) => setTimeout(resolve, 2));
            running.set(partition, now - 1);
            if (partition === partitionOf(keys[0]!, partitions) && failures-- > 0) throw new Error('not now');
          };
        },
      );
      const mine = Array.from({ length: 30 }, (_, i) => record(keys[0]!, `${keys[0]} ${i}`));
      await log.append([...mine, ...numbered(100, 60, otherTopic)]);
      await follower.has(90);
      const seen = follower.records.filter((r) => r.topic === topic).map(({ value }) => value);
      expect(seen).toEqual(mine.map(({ value }) => value));
      expect(failures).toBeLessThan(0);
      expect(most).toBe(1);
      expect(Math.max(...follower.batches.map(({ records }) => records.length))).toBeLessThanOrEqual(20);
    });

    it('tells how far it is behind, and whether it is in touch', async () => {
      const { log, topic, group } = scene();
      await log.append(numbered(0, 100));
      const gate = new Gate();
      const follower = await Collector.follow(log, { group, topics: [topic], from: fromEarliest }, (it) => {
        it.before = () => gate.wait();
      });
      // Known at once: whoever shows what it folds must say that it is behind.
      expect(follower.lag).toBe(100);
      await until(() => follower.follower!.isLive(), 'touch');
      gate.open();
      await follower.has(100);
      await until(
        () => follower.lag === 0,
        'no lag',
        () => follower.lag,
      );
      await follower.leave();
      expect(follower.follower!.isLive()).toBe(false);
    });

    it('is not in touch once its connections are gone', async () => {
      const { another, topic, group } = scene();
      const doomed = await another();
      const follower = await Collector.follow(doomed.log, { group, topics: [topic], from: fromEarliest });
      await until(() => follower.follower!.isLive(), 'touch');
      await doomed.crash();
      await until(() => !follower.follower!.isLive(), 'no touch any more');
    });

    it('does not close before the running call is done, and starts no other', async () => {
      const { log, topic, group, keys } = scene();
      const gate = new Gate();
      const follower = await Collector.follow(
        log,
        { group, topics: [topic], from: fromEarliest, maxRecords: 5 },
        (it) => {
          it.before = () => gate.wait();
        },
      );
      await log.append(Array.from({ length: 20 }, (_, i) => record(keys[1]!, `${keys[1]} ${i}`)));
      await until(() => follower.running === 1, 'a running batch');
      let left = false;
      const leaving = follower.leave().then(() => (left = true));
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(left).toBe(false);
      gate.open();
      await leaving;
      expect(follower.batches).toHaveLength(1);
    });

    it('names the same log in every process', async () => {
      const { log, another } = scene();
      const { log: elsewhere } = await another();
      const identity = await log.identity();
      expect(identity).toMatch(/^[0-9a-f]{8}$/);
      expect(await elsewhere.identity()).toBe(identity);
    });
  });
}
