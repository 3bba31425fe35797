import { describe, expect, it } from '@jest/globals';
import { Ticker } from './ticker.js';

/** All that a tick asks for, answered at once. */
function tickerOf(facilities: number): { ticker: Ticker; judged: string[] } {
  const held = Array.from({ length: facilities }, (_, i) => ({
    ...{ id: `H${i}`, quality: { openConflicts: () => [] } },
  }));
  const judged: string[] = [];
  const nothing = () => Promise.resolve();
  const parts = {
    unitOfWork: { run: (work: (tx: unknown) => unknown) => Promise.resolve(work(undefined)) },
    store: { prune: nothing },
    segments: { prune: nothing },
    view: { held: () => held, tell: nothing, behind: () => null },
    writer: { isDue: ({ id }: { id: string }) => judged.push(id) < 0 },
    quality: { listen: nothing, poll: nothing, keep: nothing, unattributed: () => [] },
    judging: { begin: nothing, poll: () => null, end: nothing },
    gauges: { note: () => undefined, tell: () => undefined, clear: () => undefined },
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
