import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ReceivedRecord, RecordBatch } from '../event-log.js';
import { topicAfterTopic } from './batch-consumer.js';
import { JointBatches } from './joint-batches.js';

function batchOf(partition: number, values: readonly string[], topic = 'one', appendedAtMs = 0): RecordBatch {
  const records = values.map((value, i): ReceivedRecord => {
    return { topic, partition, key: String(partition), headers: {}, value, offset: String(i), appendedAtMs };
  });
  return { partition, records, signal: new AbortController().signal };
}

/** A promise to be settled from outside. */
function gate(): { readonly passed: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

const numbers = (batches: readonly RecordBatch[]): number[] => batches.map(({ partition }) => partition);

describe('batches of several partitions', () => {
  it('are handled together where they came while others were handled', async () => {
    const gates = [gate(), gate(), gate()];
    const joint: number[][] = [];
    const handled: number[] = [];
    const batches = new JointBatches({
      together: async (of) => {
        joint.push(numbers(of));
        await gates[2]!.passed;
        return true;
      },
      alone: async ({ partition }) => {
        handled.push(partition);
        await gates[partition]!.passed;
      },
    });
    const done = [batches.handle(batchOf(0, ['a']))];
    await Promise.resolve();
    done.push(batches.handle(batchOf(1, ['b'])));
    await Promise.resolve();
    for (let partition = 2; partition < 9; partition += 1) done.push(batches.handle(batchOf(partition, ['c'])));
    await new Promise(setImmediate);
    expect([handled, joint]).toEqual([[0, 1], []]);
    gates.forEach(({ open }) => open());
    await Promise.all(done);
    expect([handled, joint]).toEqual([[0, 1], [[2, 3, 4, 5, 6, 7, 8]]]);
  });

  it('hold no other up where one of them fails for long, and each is answered for what became of it alone', async () => {
    const stuck = gate();
    const batches = new JointBatches({
      together: async (of) => !of.some(({ partition }) => partition < 3),
      alone: async ({ partition }) => {
        if (partition < 3) await stuck.passed;
        if (partition === 2) throw new Error('comes again');
      },
    });
    const outcomes = new Map<number, string>();
    const handle = (partition: number) =>
      batches.handle(batchOf(partition, ['x'])).then(
        () => void outcomes.set(partition, 'handled'),
        () => void outcomes.set(partition, 'comes again'),
      );
    const bad = [handle(0), handle(1), handle(2), handle(3), handle(4)];
    await new Promise(setImmediate);
    const good = [5, 6, 7, 8].map(handle);
    await Promise.all(good);
    expect([...outcomes.keys()].sort()).toEqual([3, 4, 5, 6, 7, 8]);
    stuck.open();
    await Promise.all(bad);
    expect([0, 1, 2].map((partition) => outcomes.get(partition))).toEqual(['handled', 'handled', 'comes again']);
  });

  it('are all answered, once, whatever fails', async () => {
    const plan = fc.array(
      fc.record({
        records: fc.integer({ min: 1, max: 400 }),
        fails: fc.constantFrom('never', 'together', 'always', 'away'),
      }),
      { minLength: 1, maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(plan, fc.infiniteStream(fc.nat(3)), async (of, delays) => {
        const done: number[] = [];
        const later = async (): Promise<void> => {
          for (let turns = delays.next().value!; turns > 0; turns -= 1) await Promise.resolve();
        };
        const failing = (batch: RecordBatch): string => of[batch.partition]!.fails;
        const batches = new JointBatches({
          together: async (joint) => {
            expect(joint.reduce((sum, { records }) => sum + records.length, 0)).toBeLessThanOrEqual(500);
            await later();
            if (joint.some((b) => failing(b) === 'away')) throw new Error('the database is away');
            if (joint.some((b) => failing(b) !== 'never')) return false;
            done.push(...numbers(joint));
            return true;
          },
          alone: async (batch) => {
            await later();
            if (['always', 'away'].includes(failing(batch))) throw new Error('comes again');
            done.push(batch.partition);
          },
        });
        const answers = await Promise.allSettled(
          of.map(async ({ records }, partition) => {
            await later();
            await batches.handle(batchOf(partition, Array.from({ length: records }, String)));
          }),
        );
        const handled = answers.flatMap(({ status }, partition) => (status === 'fulfilled' ? [partition] : []));
        expect([...done].sort((a, b) => a - b)).toEqual(handled);
        for (const [partition, { fails }] of of.entries())
          if (fails === 'never' && !of.some((o) => o.fails === 'away')) expect(handled).toContain(partition);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the records of several partitions', () => {
  it('are topic after topic, those of a partition and topic in their order', () => {
    const both = (partition: number): RecordBatch => {
      const [first, second] = [batchOf(partition, ['a', 'b'], 'cause', 1), batchOf(partition, ['c'], 'effect', 2)];
      return { ...first, records: [...first.records, ...second.records] };
    };
    const records = topicAfterTopic([batchOf(7, ['late'], 'effect', 3), both(1), both(2)]);
    expect(records.map(({ topic, partition, value }) => `${topic} ${partition} ${value}`)).toEqual([
      ...['cause 1 a', 'cause 1 b', 'cause 2 a', 'cause 2 b'],
      ...['effect 7 late', 'effect 1 c', 'effect 2 c'],
    ]);
  });
});
