import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FetchedRecord } from './log-database.js';
import { RecentRecords } from './recent-records.js';

const record = (id: number, offset: number): FetchedRecord => ({
  ...{ id, offset, key: 'NGH', headers: {}, value: `${id}/${offset}`, appendedAtMs: 0 },
});
const run = (id: number, first: number, count: number) =>
  Array.from({ length: count }, (_, i) => record(id, first + i));
const valuesOf = (records: readonly FetchedRecord[] | undefined) => records?.map(({ value }) => value);

describe('records that were just appended', () => {
  it('are there from any of their offsets on, over several appends, as many as are asked for', () => {
    const recent = new RecentRecords(1_000_000);
    recent.add(1, 10, run(1, 10, 3));
    recent.add(1, 13, run(1, 13, 2));
    expect(valuesOf(recent.from({ id: 1, next: 11 }, 3))).toEqual(['1/11', '1/12', '1/13']);
    expect(valuesOf(recent.from({ id: 1, next: 14 }, 3))).toEqual(['1/14']);
  });

  it('are not there before the first, behind the last, or of another partition', () => {
    const recent = new RecentRecords(1_000_000);
    recent.add(1, 10, run(1, 10, 3));
    for (const [id, next] of [
      [1, 9],
      [1, 13],
      [2, 11],
    ] as const) {
      expect(recent.from({ id, next }, 5)).toBeUndefined();
    }
  });

  it('begin anew where another process has appended between, and leave out what is answered late', () => {
    const recent = new RecentRecords(1_000_000);
    recent.add(1, 10, run(1, 10, 2));
    recent.add(1, 20, run(1, 20, 2));
    recent.add(1, 12, run(1, 12, 2));
    expect(recent.from({ id: 1, next: 10 }, 5)).toBeUndefined();
    expect(recent.from({ id: 1, next: 12 }, 5)).toBeUndefined();
    expect(valuesOf(recent.from({ id: 1, next: 20 }, 5))).toEqual(['1/20', '1/21']);
  });

  it('are let go of, the oldest first, when they become too many', () => {
    const recent = new RecentRecords(2_500);
    recent.add(1, 0, run(1, 0, 2));
    recent.add(2, 0, run(2, 0, 2));
    expect(recent.from({ id: 1, next: 0 }, 1)).toBeDefined();
    recent.add(1, 2, run(1, 2, 2));
    expect(recent.from({ id: 1, next: 0 }, 1)).toBeUndefined();
    expect(recent.from({ id: 2, next: 0 }, 1)).toBeDefined();
    expect(recent.from({ id: 1, next: 2 }, 1)).toBeDefined();
  });

  it('are never others than those of the log, whatever was appended by whom and however it is read', () => {
    const appends = fc.array(
      fc.record({ id: fc.integer({ min: 1, max: 3 }), count: fc.integer({ min: 1, max: 5 }), here: fc.boolean() }),
    );
    fc.assert(
      fc.property(
        appends,
        fc.integer({ min: 700, max: 20_000 }),
        fc.integer({ min: 1, max: 8 }),
        (all, most, limit) => {
          const recent = new RecentRecords(most);
          const heads = new Map<number, number>();
          for (const { id, count, here } of all) {
            const first = heads.get(id) ?? 0;
            heads.set(id, first + count);
            if (here) recent.add(id, first, run(id, first, count));
            for (const [of, head] of heads) {
              for (let next = 0; next <= head; next += 1) {
                const found = valuesOf(recent.from({ id: of, next }, limit));
                if (found === undefined) continue;
                expect(found.length).toBeGreaterThan(0);
                expect(found).toEqual(valuesOf(run(of, next, Math.min(limit, head - next)))!.slice(0, found.length));
              }
            }
          }
        },
      ),
    );
  });
});
