import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newOpaqueId } from '@wardstream/kernel';
import type { EventLog, LogRecord } from '../event-log.js';
import { partitionOf } from '../partitioning.js';
import { Collector, Gate, until } from './collector.js';
import { followContract } from './follow-contract.js';
import { gatherContract } from './gather-contract.js';

export { Collector, Gate, until } from './collector.js';
export * from './severable-proxy.js';

/** An instance of the driver, as one process has it. */
export interface InstanceUnderTest {
  readonly log: EventLog;
  /** Ends it as the death of its process would: connections break, nothing is said or committed. */
  crash(): Promise<void>;
}

export interface DriverUnderTest {
  /** A new instance over the same log as the ones before, as if in another process. */
  open(): Promise<InstanceUnderTest>;
  /**
   * Whether records may come again though no member died: the log may refuse a commit while a group is shared out anew,
   * or have taken a part of an append that the driver then repeats.
   */
  readonly mayRepeat: boolean;
  stop(): Promise<void>;
}

const partitions = 4;
/** Keys that cover all partitions, several in some. */
const keys = Array.from({ length: 12 }, (_, i) => `hospital-${i}`);

/**
 * What every driver of the EventLog port must do. Call it in a spec file of the driver; `start` is called once, and
 * each test opens the instances it needs, on topics and groups of its own.
 */
export function eventLogContract(driver: string, start: () => Promise<DriverUnderTest>): void {
  describe(`EventLog contract: ${driver}`, () => {
    let underTest: DriverUnderTest;
    let instances: InstanceUnderTest[];
    let topic: string;
    let otherTopic: string;
    let group: string;
    /** The first instance of each test. */
    let log: EventLog;

    const another = async (): Promise<InstanceUnderTest> => {
      const instance = await underTest.open();
      instances.push(instance);
      return instance;
    };
    const record = (key: string, value: string, of = topic): LogRecord => ({ topic: of, key, headers: {}, value });
    const numbered = (count: number, of = topic): LogRecord[] =>
      Array.from({ length: count }, (_, i) => record(keys[i % keys.length]!, `${keys[i % keys.length]} ${i}`, of));

    beforeAll(async () => {
      underTest = await start();
    }, 120_000);
    afterAll(async () => {
      await underTest.stop();
    }, 60_000);
    beforeEach(async () => {
      instances = [];
      const suffix = newOpaqueId();
      [topic, otherTopic, group] = [`contract.one.${suffix}`, `contract.two.${suffix}`, `group-${suffix}`];
      ({ log } = await another());
      await log.ensureTopics([topic, otherTopic].map((name) => ({ name, partitions, retentionMs: 3_600_000 })));
    });
    afterEach(async () => {
      await Promise.all(instances.map((instance) => instance.log.close()));
    }, 60_000);

    /** For every key the values in the order they were handled. */
    const byKey = (collectors: readonly Collector[]): Map<string, number[]> => {
      const seen = new Map<string, number[]>();
      for (const { key, value } of collectors.flatMap((each) => each.records)) {
        const list = seen.get(key);
        const n = Number(value.split(' ')[1]);
        if (list === undefined) seen.set(key, [n]);
        else list.push(n);
      }
      return seen;
    };
    /** In order the first time: a group whose members change may be handed what it had again, from an earlier record on. */
    const expectInOrder = (collectors: readonly Collector[]): void => {
      for (const numbers of byKey(collectors).values()) {
        const firsts = [...new Set(numbers)];
        expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
      }
    };

    it('brings every record once to a group, those of a key in the order they were appended', async () => {
      const reader = await Collector.join(log, { group, topics: [topic] });
      const all = numbered(600);
      for (let i = 0; i < all.length; i += 60) await log.append(all.slice(i, i + 60));
      await until(
        () => new Set(reader.values).size >= 600,
        '600 records',
        () => reader.values.length,
      );
      expect([...new Set(reader.values)].sort()).toEqual(all.map(({ value }) => value).sort());
      const places = reader.records.map(({ partition, offset }) => `${partition} ${offset}`);
      expect(places).toEqual([...new Set(places)]);
      if (!underTest.mayRepeat) expect(places).toHaveLength(600);
      expectInOrder([reader]);
    });

    it('keeps a record as it was: key, headers, value of any text and size', async () => {
      const reader = await Collector.join(log, { group, topics: [topic] });
      const headers = { ce_id: 'a', ce_subject: '4A-14 ä 中 "quoted"', empty: '' };
      const values = ['', '{"a":"\\u0000"}', 'line\nbreak\ttab \\ \u{1f3e5}', 'x'.repeat(300_000)];
      await log.append(values.map((value) => ({ topic, key: 'Königs-Spital', headers, value })));
      await reader.has(values.length);
      expect(reader.values).toEqual(values);
      for (const each of reader.records) {
        expect(each).toMatchObject({ topic, key: 'Königs-Spital', headers });
        expect(each.appendedAtMs).toBeGreaterThan(1_700_000_000_000);
      }
      const offsets = reader.records.map(({ offset }) => Number(offset));
      expect(offsets).toEqual([0, 1, 2, 3].map((i) => offsets[0]! + i));
    });

    it('gives a key the same partition number on every topic, and handles one number one batch after another', async () => {
      const most = { now: 0, ever: 0 };
      const perPartition = new Map<number, number>();
      const reader = await Collector.join(log, { group, topics: [topic, otherTopic], maxRecords: 5 }, (it) => {
        it.before = async ({ partition }) => {
          const now = (perPartition.get(partition) ?? 0) + 1;
          perPartition.set(partition, now);
          most.ever = Math.max(most.ever, now);
          await new Promise((resolve) => setTimeout(resolve, 5));
          perPartition.set(partition, now - 1);
        };
      });
      await log.append([...numbered(60), ...numbered(60, otherTopic)]);
      await reader.has(120);
      for (const each of reader.records) expect(each.partition).toBe(partitionOf(each.key, partitions));
      for (const batch of reader.batches) {
        expect(new Set(batch.records.map(({ partition }) => partition))).toEqual(new Set([batch.partition]));
      }
      expect(most.ever).toBe(1);
    });

    it('hands over records in batches, none greater than asked for', async () => {
      await log.append(numbered(1_200));
      const reader = await Collector.join(log, { group, topics: [topic], maxRecords: 100 });
      await reader.has(1_200);
      expect(Math.max(...reader.batches.map(({ records }) => records.length))).toBeLessThanOrEqual(100);
      expect(reader.batches.length).toBeLessThan(60);
    });

    it('lets a group that never read begin with the earliest record', async () => {
      await log.append(numbered(40));
      const reader = await Collector.join(log, { group, topics: [topic] });
      await reader.has(40);
      expectInOrder([reader]);
    });

    it('brings every record to each group on its own', async () => {
      const { log: elsewhere } = await another();
      const one = await Collector.join(log, { group: `${group}-one`, topics: [topic] });
      const two = await Collector.join(elsewhere, { group: `${group}-two`, topics: [topic] });
      await elsewhere.append(numbered(50));
      await Promise.all([one.has(50), two.has(50)]);
      expect(one.values.sort()).toEqual(two.values.sort());
    });

    it('brings a batch again that was rejected, before anything that comes after it', async () => {
      let failures = 3;
      const reader = await Collector.join(log, { group, topics: [topic], maxRecords: 10 }, (it) => {
        it.before = () => {
          if (failures-- > 0) throw new Error('not now');
        };
      });
      await log.append(Array.from({ length: 30 }, (_, i) => record('hospital-1', `hospital-1 ${i}`)));
      await reader.has(30);
      expect(byKey([reader]).get('hospital-1')).toEqual(Array.from({ length: 30 }, (_, i) => i));
      expect(failures).toBeLessThan(0);
    });

    it('goes on with the other partitions while one fails', async () => {
      const poisoned = partitionOf('hospital-0', partitions);
      const others = keys.filter((key) => partitionOf(key, partitions) !== poisoned);
      const reader = await Collector.join(log, { group, topics: [topic] }, (it) => {
        it.before = ({ partition }) => {
          if (partition === poisoned) throw new Error('never');
        };
      });
      await log.append([record('hospital-0', 'hospital-0 0'), ...others.map((key, i) => record(key, `${key} ${i}`))]);
      // Some may come again, as what was read beside the one that fails may not be committed yet; that one never comes.
      const heard = () => [...new Set(reader.records.map(({ key }) => key))].sort();
      await until(() => heard().length >= others.length, 'all others', heard);
      expect(heard()).toEqual([...others].sort());
    });

    it('brings nothing again to a group whose member left in peace', async () => {
      const first = await Collector.join(log, { group, topics: [topic] });
      await log.append(numbered(50));
      await first.has(50);
      await first.leave();
      const second = await Collector.join(log, { group, topics: [topic] });
      await log.append(numbered(10).map((each) => ({ ...each, value: `${each.key} 1000` })));
      await second.has(10);
      expect(second.values.every((value) => value.endsWith(' 1000'))).toBe(true);
    });

    it('does not close before the running handler is done, and starts no other', async () => {
      const gate = new Gate();
      const reader = await Collector.join(log, { group, topics: [topic], maxRecords: 5 }, (it) => {
        it.before = () => gate.wait();
      });
      await log.append(Array.from({ length: 20 }, (_, i) => record('hospital-1', `hospital-1 ${i}`)));
      await until(() => reader.running === 1, 'a running batch');
      let left = false;
      const leaving = reader.leave().then(() => (left = true));
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(left).toBe(false);
      gate.open();
      await leaving;
      expect(reader.batches).toHaveLength(1);
      const handled = reader.records.length;

      const next = await Collector.join(log, { group, topics: [topic] });
      await next.has(20 - handled);
      expect(byKey([reader, next]).get('hospital-1')).toEqual(Array.from({ length: 20 }, (_, i) => i));
    });

    it('commits only what was handled: a crash brings the rest again', async () => {
      const doomed = await another();
      const first = await Collector.join(doomed.log, { group, topics: [topic], maxRecords: 10 }, (it) => {
        it.before = () => (it.batches.length >= 2 ? new Promise<void>(() => undefined) : undefined);
      });
      await log.append(Array.from({ length: 50 }, (_, i) => record('hospital-1', `hospital-1 ${i}`)));
      await first.has(11);
      await until(() => first.running === 1, 'a batch that hangs');
      await doomed.crash();

      const second = await Collector.join(log, { group, topics: [topic] });
      await until(
        () => second.values.includes('hospital-1 49'),
        'the last record',
        () => second.values.length,
      );
      const seen = byKey([second]).get('hospital-1')!;
      expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => 50 - seen.length + i));
      expect(seen[0]).toBeLessThanOrEqual(first.records.length);
      expect(seen).toEqual(expect.arrayContaining([...Array(50 - first.records.length).keys()].map((i) => 49 - i)));
    });

    it('shares the partitions among the members of a group', async () => {
      const { log: elsewhere } = await another();
      const one = await Collector.join(log, { group, topics: [topic, otherTopic] });
      const two = await Collector.join(elsewhere, { group, topics: [topic, otherTopic] });
      await until(
        () => one.partitions.length === 2 && two.partitions.length === 2,
        'two partitions each',
        () => [one.partitions, two.partitions],
      );
      await log.append([...numbered(120), ...numbered(120, otherTopic)]);
      await until(
        () => one.records.length + two.records.length >= 240,
        'all records',
        () => [one.records.length, two.records.length],
      );
      expect(one.records.length).toBeGreaterThan(0);
      expect(two.records.length).toBeGreaterThan(0);
      const partitionsOf = (each: Collector) => new Set(each.records.map(({ partition }) => partition));
      expect([...partitionsOf(one)].filter((partition) => partitionsOf(two).has(partition))).toEqual([]);
    });

    it('gives the partitions of a member that left to the others, in order, and without repeats where it can', async () => {
      const { log: elsewhere } = await another();
      const one = await Collector.join(log, { group, topics: [topic] });
      const two = await Collector.join(elsewhere, { group, topics: [topic] });
      await until(() => one.partitions.length === 2 && two.partitions.length === 2, 'two partitions each');
      const all = numbered(400);
      await log.append(all.slice(0, 200));
      const leaving = two.leave();
      await log.append(all.slice(200));
      await leaving;
      await until(
        () => new Set([...one.values, ...two.values]).size === 400,
        'all records',
        () => [one.records.length, two.records.length],
      );
      await until(() => one.partitions.length === partitions, 'all partitions with the one left');
      const handled = [...one.values, ...two.values];
      expect([...new Set(handled)].sort()).toEqual(all.map(({ value }) => value).sort());
      if (!underTest.mayRepeat) expect(handled).toHaveLength(400);
      expectInOrder([two, one]);
    });

    it('gives the partitions of a member that died to the others, and skips nothing', async () => {
      const doomed = await another();
      const one = await Collector.join(log, { group, topics: [topic] });
      const two = await Collector.join(doomed.log, { group, topics: [topic] });
      await until(() => one.partitions.length === 2 && two.partitions.length === 2, 'two partitions each');
      two.after = () => new Promise<void>(() => undefined);
      const all = numbered(240);
      await log.append(all.slice(0, 120));
      await until(() => two.running > 0, 'a batch with the one to die');
      await doomed.crash();
      await log.append(all.slice(120));
      await until(
        () => new Set(one.values).size === 240,
        'all records with the one that lives',
        () => [new Set(one.values).size, one.partitions],
      );
      expectInOrder([one]);
      expect(one.partitions).toHaveLength(partitions);
    });

    it('skips nothing while many append at the same time', async () => {
      const writers = await Promise.all([another(), another(), another()]);
      const reader = await Collector.join(log, { group, topics: [topic] });
      const perWriter = 40;
      await Promise.all(
        writers.map(async ({ log: writer }, w) => {
          for (let n = 0; n < perWriter; n += 1) {
            await writer.append(keys.map((key) => record(key, `${w} ${n} ${key}`)));
          }
        }),
      );
      const total = writers.length * perWriter * keys.length;
      await reader.has(total);
      expect(new Set(reader.values).size).toBe(total);
      expect(reader.records).toHaveLength(total);
      const last = new Map<string, number>();
      for (const { value } of reader.records) {
        const [w, n, key] = value.split(' ');
        expect(Number(n)).toBe((last.get(`${w} ${key}`) ?? -1) + 1);
        last.set(`${w} ${key}`, Number(n));
      }
    });

    followContract(() => ({ log, another, topic, otherTopic, group, partitions, keys }));
    gatherContract(() => ({ log, topic, group }));

    it('tells how far a group is behind', async () => {
      const gate = new Gate();
      const reader = await Collector.join(log, { group, topics: [topic] }, (it) => {
        it.before = () => gate.wait();
      });
      await log.append(numbered(100));
      await until(
        () => reader.lag >= 100,
        'a lag of 100',
        () => reader.lag,
      );
      gate.open();
      await reader.has(100);
      await until(
        () => reader.lag === 0,
        'no lag',
        () => reader.lag,
      );
    });

    it('tells any process how far a group of another one is', async () => {
      const gate = new Gate();
      const { log: elsewhere } = await another();
      const waiting = async (of = group) =>
        (await elsewhere.progressOf(of, [topic])).map(({ head, handled }) =>
          handled === null ? null : head - handled,
        );
      const sum = (lags: readonly (number | null)[]) => lags.reduce<number>((all, lag) => all + (lag ?? 0), 0);
      const reader = await Collector.join(log, { group, topics: [topic] });
      await log.append(numbered(60));
      await until(async () => {
        const lags = await waiting();
        return lags.length === partitions && lags.every((lag) => lag === 0);
      }, 'all that was handled to be committed');
      reader.before = () => gate.wait();
      await log.append(numbered(100));
      await until(async () => sum(await waiting()) >= 100, 'a lag of 100');
      gate.open();
      await until(async () => sum(await waiting()) === 0, 'no lag');
      expect(await waiting(`${group}-that-never-read`)).toEqual(Array.from({ length: partitions }, () => null));
    });

    it('is well while it works, and says so when it is closed', async () => {
      const instance = await another();
      await until(async () => (await instance.log.health()).ok, 'health');
      await instance.log.close();
      const health = await instance.log.health();
      expect(health).toMatchObject({ ok: false });
    });
  });
}
