import { describe, expect, it } from '@jest/globals';
import { Ticker } from './ticker.js';

/** All that a tick asks for, answered at once. */
function tickerOf(facilities: number): { ticker: Ticker; judged: string[] } {
  const heads = Array.from({ length: facilities }, (_, i) => ({ id: `H${i}`, seq: 1, latestFactMs: null }));
  const judged: string[] = [];
  const nothing = () => Promise.resolve();
  const parts = {
    unitOfWork: { run: (work: (tx: unknown) => unknown) => Promise.resolve(work(undefined)) },
    lease: { hold: () => Promise.resolve(true), release: nothing },
    store: { heads: () => Promise.resolve(heads), prune: nothing },
    segments: { prune: nothing },
    snapshots: { inMemory: (id: string) => ({ state: { id } }) },
    facility: { tick: ({ state }: { state: { id: string } }) => Promise.resolve(judged.push(state.id)) },
    quality: { listen: nothing, watch: nothing, unattributed: () => [] },
    gauges: { note: () => undefined, tell: nothing },
    qualityRows: { prune: nothing },
    clock: { nowMs: () => 0, speed: 1 },
    logger: { error: (details: { err: Error }) => expect(details.err).toBeUndefined() },
    config: { tickMs: 0, retentionDays: 1 },
  };
  return { ticker: new Ticker(...(Object.values(parts) as unknown as ConstructorParameters<typeof Ticker>)), judged };
}

describe('a tick', () => {
  it('judges one facility after another, and lets others have their turn between: of many it would hold up everybody', async () => {
    const { ticker, judged } = tickerOf(50);
    // The first look at a facility only notes it.
    await ticker.tick();
    let isDone = false;
    const done = ticker.tick().finally(() => (isDone = true));
    let most = 0;
    for (let before = 0; !isDone; before = judged.length) {
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, judged.length - before);
    }
    await done;
    expect(judged).toHaveLength(50);
    expect(most).toBe(1);
  });
});
