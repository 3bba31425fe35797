import { describe, expect, it } from '@jest/globals';
import { eventually } from '@wardstream/testing';
import { Tally } from './tally.js';

describe('Tally', () => {
  it('tells in sum, at most so often, and what is left when it is closed', async () => {
    const told: unknown[] = [];
    const tally = new Tally({ warn: (counts: unknown) => told.push(counts) } as never, 'turned away', 50);
    for (let i = 0; i < 1_000; i += 1) tally.count(i % 4 === 0 ? 'full' : 'slow');
    expect(told).toEqual([]);
    await eventually(() => expect(told).toEqual([{ counts: { full: 250, slow: 750 } }]));
    tally.count('full');
    tally.close();
    tally.close();
    expect(told.slice(1)).toEqual([{ counts: { full: 1 } }]);
  });

  it('has an end of kinds', () => {
    const told: { counts: Record<string, number> }[] = [];
    const tally = new Tally({ warn: (counts: never) => told.push(counts) } as never, 'by address');
    for (let i = 0; i < 1_000; i += 1) tally.count(String(i));
    tally.close();
    expect([Object.keys(told[0]!.counts).length, told[0]!.counts['others']]).toEqual([51, 950]);
  });
});
