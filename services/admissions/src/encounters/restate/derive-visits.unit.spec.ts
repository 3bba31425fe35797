import { describe, expect, it } from '@jest/globals';
import type { Tx } from '@wardstream/persistence';
import { directory, fact } from '@wardstream/encounter-model/testing';
import { deriveVisits } from './derive-visits.js';

describe('the visits of a batch', () => {
  it('are derived some in one turn of the loop: others have theirs between', async () => {
    const nobody = { query: () => Promise.resolve([]) } as unknown as Tx;
    const visits = Array.from({ length: 300 }, (_, n) => ({
      ...{ encounterId: `e${n}`, facility: 'NGH', members: [`e${n}`] },
      facts: [fact('admit', { at: '08:00', in: '4A-1', visit: `V${n}` })],
    }));
    let isDone = false;
    const derived = deriveVisits(nobody, visits, () => directory).finally(() => (isDone = true));
    let turns = 0;
    for (; !isDone; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    expect((await derived).map((d) => d.status)).toEqual(visits.map(() => 'in-progress'));
    expect(turns).toBeGreaterThan(2);
  });
});
