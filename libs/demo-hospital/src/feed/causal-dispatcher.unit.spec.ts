import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CausalDispatcher } from './causal-dispatcher.js';

interface Act {
  readonly index: number;
  readonly keys: readonly string[];
  readonly takes: number;
  readonly fails: boolean;
}

const actsArbitrary = fc
  .array(
    fc.record({
      keys: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 3 }),
      takes: fc.integer({ min: 0, max: 4 }),
      fails: fc.boolean(),
    }),
    { maxLength: 40 },
  )
  .map((list) => list.map((act, index): Act => ({ ...act, index })));

/** Lets `turns` rounds of the event loop pass. */
async function rounds(turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('CausalDispatcher', () => {
  it('keeps acts that share a key apart and in order, and performs each once', async () => {
    await fc.assert(
      fc.asyncProperty(actsArbitrary, fc.integer({ min: 1, max: 8 }), async (acts, most) => {
        const begun: number[] = [];
        const ended = new Set<number>();
        const failed: number[] = [];
        let together = 0;
        const dispatcher = new CausalDispatcher<Act>(
          async (act) => {
            for (const earlier of acts.slice(0, act.index)) {
              if (earlier.keys.some((k) => act.keys.includes(k))) expect(ended.has(earlier.index)).toBe(true);
            }
            begun.push(act.index);
            together = Math.max(together, begun.length - ended.size);
            await rounds(act.takes);
            ended.add(act.index);
            if (act.fails) throw new Error('no');
          },
          (act) => failed.push(act.index),
          most,
        );
        for (const act of acts) {
          await dispatcher.room();
          dispatcher.submit(act);
        }
        await dispatcher.idle();
        expect([...begun].sort((a, b) => a - b)).toEqual(acts.map((a) => a.index));
        expect(new Set(failed)).toEqual(new Set(acts.filter((a) => a.fails).map((a) => a.index)));
        expect(together).toBeLessThanOrEqual(most);
        expect(dispatcher.unfinished).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('lets acts of other keys pass one that takes long', async () => {
    const ended: number[] = [];
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const dispatcher = new CausalDispatcher<Act>(
      async (act) => {
        if (act.index === 0) await gate;
        ended.push(act.index);
      },
      () => undefined,
      10,
    );
    const act = (index: number, key: string): Act => ({ index, keys: [key], takes: 0, fails: false });
    for (const one of [act(0, 'a'), act(1, 'a'), act(2, 'b')]) dispatcher.submit(one);
    await rounds(3);
    expect(ended).toEqual([2]);
    release();
    await dispatcher.idle();
    expect(ended).toEqual([2, 0, 1]);
  });
});
