import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { comparable } from './comparable.js';
import { violations } from './invariants.js';
import { historiesOf, type ToldMessage } from './random-history.js';
import { facilityOf, hospitals } from './random-hospital.js';
import { type Arrival, ReducedHouse } from './reduced-house.js';

/** Another seed, or more runs, to look for more: TRUTH_SEED=1 TRUTH_RUNS=20000. A failure prints the seed and the path to it. */
const runs = {
  seed: Number(process.env['TRUTH_SEED'] ?? 20260302),
  numRuns: Number(process.env['TRUTH_RUNS'] ?? 1_000),
};

const begin = Date.parse('2026-03-02T00:00:00.000Z');
const now = begin + 24 * 3_600_000;
const minutes = (list: readonly number[]) => list.map((m) => begin + m * 60_000);

/** In the evening, when all has happened: which times can be follows from when they are received, too (rule 19). */
const received = (text: string, i: number): Arrival => ({
  text,
  receivedAt: new Date(begin + 23 * 3_600_000 + i * 1000).toISOString(),
});

/** As sent: in the order of recording. */
function inOrder(told: readonly ToldMessage[]): Arrival[] {
  return [...told].sort((a, b) => a.recordedAt - b.recordedAt).map(({ text }, i) => received(text, i));
}

/** Any order, with messages sent twice, and statements made again under a new MSH-10. */
function disordered(told: readonly ToldMessage[]): fc.Arbitrary<Arrival[]> {
  const texts = told.map((t) => t.text);
  return fc
    .tuple(fc.subarray(texts), fc.subarray(told.map((t) => t.again)))
    .chain(([twice, again]) => {
      const all = [...texts, ...twice, ...again];
      return fc.shuffledSubarray(all, { minLength: all.length });
    })
    .map((order) => order.map(received));
}

const worlds = hospitals().chain((hospital) =>
  historiesOf(hospital).chain((told) =>
    fc.record({
      facility: fc.constant(facilityOf(hospital)),
      ordered: fc.constant(inOrder(told)),
      arriving: disordered(told),
      batches: fc.integer({ min: 1, max: 12 }),
      times: fc.array(fc.integer({ min: 300, max: 1200 }), { minLength: 3, maxLength: 3 }).map(minutes),
    }),
  ),
);

function houseAfter(
  facility: ReturnType<typeof facilityOf>,
  arrivals: readonly Arrival[],
  batch: number,
): ReducedHouse {
  const house = new ReducedHouse(facility, now);
  for (let i = 0; i < arrivals.length; i += batch) house.take(arrivals.slice(i, i + batch));
  return house;
}

describe('a hospital', () => {
  it('ends in one state in any order of arrival and however often; no bed free that is not, no patient twice, all counts add up', () => {
    fc.assert(
      fc.property(worlds, ({ facility, ordered, arriving, batches, times }) => {
        const house = houseAfter(facility, ordered, ordered.length);
        const other = houseAfter(facility, arriving, Math.ceil(arriving.length / batches));
        const [one, two] = [comparable(other, times), comparable(house, times)];
        if (JSON.stringify(one) !== JSON.stringify(two)) expect(one).toEqual(two);
        expect(violations(other, times)).toEqual([]);
      }),
      runs,
    );
  });
});
