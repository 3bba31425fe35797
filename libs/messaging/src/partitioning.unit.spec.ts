import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { partitionOf, shareOf } from './partitioning.js';

describe('partitionOf', () => {
  it("agrees with Kafka's own murmur2 (values of org.apache.kafka.common.utils.UtilsTest)", () => {
    const hashes: [string, number][] = [
      ['21', -973932308],
      ['foobar', -790332482],
      ['a-little-bit-long-string', -985981536],
      ['a-little-bit-longer-string', -1486304829],
      ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
      ['abc', 479470107],
    ];
    for (const [key, hash] of hashes) expect(partitionOf(key, 0x7fffffff)).toBe((hash & 0x7fffffff) % 0x7fffffff);
  });

  it('answers a partition there is, for any key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 64 }), (key, partitions) => {
        const partition = partitionOf(key, partitions);
        return Number.isInteger(partition) && partition >= 0 && partition < partitions;
      }),
    );
  });

  it('spreads hospitals over all partitions', () => {
    const seen = new Set(Array.from({ length: 200 }, (_, i) => partitionOf(`hospital-${i}`, 8)));
    expect(seen.size).toBe(8);
  });
});

describe('shareOf', () => {
  const members = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 12 });
  const partitions = fc.uniqueArray(fc.nat({ max: 100 }), { maxLength: 20 });

  it('gives every partition to exactly one member, whatever order the members are known in', () => {
    fc.assert(
      fc.property(members, partitions, (ids, numbers) => {
        const dealt = ids.flatMap((id) => shareOf([...ids].reverse(), id, numbers));
        expect([...dealt].sort()).toEqual([...numbers].sort());
      }),
    );
  });

  it('differs by one between members at most', () => {
    fc.assert(
      fc.property(members, partitions, (ids, numbers) => {
        const sizes = ids.map((id) => shareOf(ids, id, numbers).length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('gives nothing to one the others do not know', () => {
    expect(shareOf(['a', 'b'], 'c', [0, 1, 2])).toEqual([]);
  });
});
