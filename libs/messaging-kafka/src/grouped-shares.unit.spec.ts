import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { groupedShares } from './grouped-shares.js';

describe('groupedShares', () => {
  it('gives every topic partition to one member, and a number to the same member on all topics', () => {
    const members = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 10 });
    const topics = fc.dictionary(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 12 }));
    fc.assert(
      fc.property(members, topics, (memberIds, counts) => {
        const partitions = new Map(Object.entries(counts).map(([topic, n]) => [topic, [...Array(n).keys()]]));
        const shares = groupedShares(memberIds, partitions);
        const holder = new Map<number, string>();
        const dealt: string[] = [];
        for (const { memberId, assignment } of shares) {
          for (const [topic, numbers] of Object.entries(assignment)) {
            for (const number of numbers) {
              dealt.push(`${topic} ${number}`);
              expect(holder.get(number) ?? memberId).toBe(memberId);
              holder.set(number, memberId);
            }
          }
        }
        expect(dealt.sort()).toEqual([...partitions].flatMap(([topic, ns]) => ns.map((n) => `${topic} ${n}`)).sort());
        expect(shares.map(({ memberId }) => memberId)).toEqual(memberIds);
      }),
    );
  });
});
