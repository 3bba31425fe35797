import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Retirement, survivorsOf } from './merges.js';
import { type LastRetirement, settleMore } from './settle-merges.js';

const merge = (n: number, recordedAt: number, retired: string, survivor: string): Retirement => ({
  ...{ id: `m${String(n).padStart(4, '0')}`, recordedAt: String(1_000 + recordedAt), retired, survivor },
});

/** What the rows say after all merges so far, and which of them was last. */
class Rows {
  private readonly goesBy = new Map<string, string>();
  private readonly merges: Retirement[] = [];
  /** How often all merges had to be read. */
  settledAnew = 0;

  take(batch: readonly Retirement[]): void {
    const survivorOf = (id: string): string => this.goesBy.get(id) ?? id;
    const settled = settleMore(batch, {
      survivorOf,
      isMerged: (id) => [...this.goesBy].some(([other, survivor]) => survivor === id && other !== id),
      last: (id) => this.lastOf(id),
    });
    this.merges.push(...batch);
    if (settled === null) {
      this.settledAnew += 1;
      for (const [id, survivor] of survivorsOf(this.merges)) this.goesBy.set(id, survivor);
      return;
    }
    for (const { retired, survivor } of batch)
      for (const id of [retired, survivor]) if (!this.goesBy.has(id)) this.goesBy.set(id, id);
    for (const [id, before] of this.goesBy) this.goesBy.set(id, settled.get(before) ?? before);
  }

  private lastOf(survivor: string): LastRetirement | null {
    const own = this.merges.filter((m) => this.goesBy.get(m.survivor) === survivor);
    own.sort((a, b) => (a.recordedAt + a.id < b.recordedAt + b.id ? -1 : 1));
    return own.at(-1) ?? null;
  }

  expectSettled(): void {
    expect([...this.goesBy].sort()).toEqual([...survivorsOf(this.merges)].sort());
  }
}

describe('merges that become known one after another', () => {
  const name = fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F');
  const drawn = fc.array(fc.tuple(fc.nat(12), name, name), { minLength: 1, maxLength: 12 });

  it('come to what all of them together say, in whatever order and batches', () => {
    let anew = 0;
    let batches = 0;
    fc.assert(
      fc.property(drawn, fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }), (merges, sizes) => {
        const rows = new Rows();
        const all = merges.map(([at, retired, survivor], n) => merge(n, at, retired, survivor));
        for (const size of sizes) {
          const batch = all.splice(0, size + 1);
          if (batch.length === 0) break;
          rows.take(batch);
          rows.expectSettled();
          batches += 1;
        }
        anew += rows.settledAnew;
      }),
      { numRuns: 1_000 },
    );
    // Nothing is proven where all is read anew each time.
    expect(anew).toBeLessThan(batches / 2);
  });

  const hundred = Array.from({ length: 100 }, (_, n) => n);
  it.each([
    ['into one patient', (n: number) => merge(n, n, `P${n}`, 'S')],
    ['into one patient, the last first', (n: number) => merge(n, 100 - n, `P${n}`, 'S')],
    ['all at one time', (n: number) => merge(n, 0, `P${n}`, 'S')],
    ['in a chain', (n: number) => merge(n, n, `P${n}`, `P${n + 1}`)],
    ['in a chain, the last first', (n: number) => merge(n, 100 - n, `P${100 - n}`, `P${101 - n}`)],
    ['of one pair, again and again', (n: number) => merge(n, n, 'A', 'S')],
    ['of one pair, to and fro', (n: number) => (n % 2 === 0 ? merge(n, n, 'A', 'B') : merge(n, n, 'B', 'A'))],
    ['of one patient into others', (n: number) => merge(n, n, 'A', `P${n}`)],
  ])('are settled from what went before: %s', (_, make) => {
    const rows = new Rows();
    for (const n of hundred) rows.take([make(n)]);
    rows.expectSettled();
    expect(rows.settledAnew).toBe(0);
  });
});
