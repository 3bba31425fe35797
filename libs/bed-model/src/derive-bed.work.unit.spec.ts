import { describe, expect, it } from '@jest/globals';
import type { FactContent } from './bed-facts.js';
import { deriveBed, type BedInput } from './derive-bed.js';
import { at, fact, hold, setup, stay } from './testing/one-bed.spec.js';

describe('the work of a derivation', () => {
  /** What is read of each item, the conflicts that get an id, and what the checkpoints hold. */
  const counted = (input: Partial<BedInput>) => {
    const tally = { identified: 0 };
    let reads = 0;
    const watch = <T extends object>(items: readonly T[] = []) =>
      items.map((item) => new Proxy(item, { get: (of, key) => ((reads += 1), Reflect.get(of, key) as unknown) }));
    const { checkpoints } = deriveBed(
      { setup, checkpoint: null, stays: watch(input.stays), facts: watch(input.facts), holds: watch(input.holds) },
      { now: at('23:00') },
      tally,
    );
    const kept = checkpoints.reduce((sum, c) => sum + c.occupants.length + c.holds.length + c.conflicts.length, 0);
    return reads + tally.identified + kept;
  };
  const minute = (n: number) => at('00:00') + n * 60_000;
  const many = {
    'stays one after another': (n: number) => ({
      stays: Array.from({ length: n }, (_, i) => ({ ...stay(`e${i}`, '08:00'), from: minute(i), to: minute(i + 1) })),
    }),
    'stays all at once': (n: number) => ({
      stays: Array.from({ length: n }, (_, i) => ({ ...stay(`e${i}`, '08:00'), from: minute(i) })),
    }),
    'holds one after another': (n: number) => ({
      holds: Array.from({ length: n }, (_, i) => ({
        ...hold(`e${i}`, '08:00'),
        id: `h${i}`,
        since: minute(i),
        releasedAt: minute(i + 1),
      })),
    }),
    'holds all at once': (n: number) => ({
      holds: Array.from({ length: n }, (_, i) => ({ ...hold(`e${i}`, '08:00'), id: `h${i}`, since: minute(i) })),
    }),
    cleanings: (n: number) => ({
      facts: Array.from({ length: n }, (_, i) => {
        const kind = (['cleaning-requested', 'cleaning-completed'] as const)[i % 2]!;
        const content = kind === 'cleaning-requested' ? { kind, jobKind: 'standard', priority: 'normal' } : { kind };
        return { ...fact('08:00', content as FactContent), id: `f${i}`, at: minute(i) };
      }),
    }),
  };
  it.each(Object.entries(many))('grows with the number of %s, and no faster', (_, make) => {
    const [ten, hundred, thousand] = [10, 100, 1_000].map((n) => counted(make(n)) / n);
    expect(hundred).toBeLessThan(ten! * 3);
    expect(thousand).toBeLessThan(hundred! * 3);
  });
});
