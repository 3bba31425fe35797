import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RecentPublications, type Publication } from './recent-publications.js';

const publication = (position: number, length: number): Publication => ({
  position: String(position),
  records: [{ topic: 't', key: 'NGH', headers: {}, value: 'x'.repeat(length) }],
});

describe('publications that wait for the relay in memory', () => {
  it('are those that were added and not removed, the newest that fit, whatever came in which order', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ add: fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 4 }) }),
        fc.record({ remove: fc.nat({ max: 30 }) }),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 6_000 }), (all, most) => {
        const recent = new RecentPublications(most);
        let kept: { publication: Publication; size: number }[] = [];
        let next = 0;
        for (const step of all) {
          if ('add' in step) {
            const added = step.add.map((length) => publication(next++, length));
            recent.add(added);
            kept.push(...added.map((each, i) => ({ publication: each, size: step.add[i]! + 600 })));
            while (kept.reduce((sum, { size }) => sum + size, 0) > most) kept = kept.slice(1);
          } else {
            recent.remove(String(step.remove));
            kept = kept.filter((each) => each.publication.position !== String(step.remove));
          }
          expect(recent.positions).toEqual(kept.map((each) => each.publication.position));
          for (const each of kept) expect(recent.at(each.publication.position)).toBe(each.publication);
        }
        recent.clear();
        expect(recent.positions).toEqual([]);
      }),
    );
  });
});
