import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { violations } from './invariants.js';
import { knownDays } from './known-days.js';
import { configurationsOf, shownBy, truthOf } from './known-house.js';
import { messagesOf } from './known-messages.js';
import { facilityOf, hospitals } from './random-hospital.js';
import { ReducedHouse } from './reduced-house.js';

/** Another seed, or more runs, to look for more: TRUTH_SEED=1 TRUTH_RUNS=20000. A failure prints the seed and the path to it. */
const runs = {
  endOnFailure: process.env['TRUTH_SHRINK'] === '0',
  seed: Number(process.env['TRUTH_SEED'] ?? 20260302),
  numRuns: Number(process.env['TRUTH_RUNS'] ?? 1_000),
};

const begin = Date.parse('2026-03-02T06:00:00.000Z');
const now = begin + 24 * 3_600_000;

const worlds = hospitals().chain((hospital) =>
  knownDays(hospital).chain((day) => {
    const told = messagesOf(hospital, day.statements);
    const texts = told.map((t) => t.text);
    return fc.record({
      hospital: fc.constant(hospital),
      day: fc.constant(day),
      arriving: fc.tuple(fc.subarray(texts), fc.subarray(told.map((t) => t.again))).chain(([twice, again]) =>
        fc.shuffledSubarray([...texts, ...twice, ...again], {
          minLength: texts.length + twice.length + again.length,
        }),
      ),
      /** After how many of the messages each configuration comes into force. */
      configuredAfter: fc.array(fc.nat(60), { minLength: 30, maxLength: 30 }),
      batch: fc.integer({ min: 1, max: 8 }),
      times: fc.array(
        fc.integer({ min: 0, max: 500 }).map((m) => begin + m * 60_000 + 30_000),
        { minLength: 4, maxLength: 4 },
      ),
    });
  }),
);

describe('a hospital whose day is known', () => {
  it('is as it truly was, in whatever order it is told', () => {
    fc.assert(
      fc.property(worlds, ({ hospital, day, arriving, configuredAfter, batch, times }) => {
        const house = new ReducedHouse(facilityOf(hospital), now);
        const configurations = configurationsOf(hospital, day);
        const due = configuredAfter.slice(0, configurations.length).sort((a, b) => a - b);
        let configured = 0;
        for (let i = 0; i < arriving.length; i += batch) {
          for (; due[configured]! <= i; configured += 1)
            house.configure(configurations[configured]!.facility, configurations[configured]!.at);
          house.take(
            arriving
              .slice(i, i + batch)
              .map((text, n) => ({ text, receivedAt: new Date(now - 3_600_000 + (i + n) * 1000).toISOString() })),
          );
        }
        for (const { facility, at } of configurations.slice(configured)) house.configure(facility, at);
        expect([...house.refused.values()]).toEqual([]);
        expect(shownBy(house, times)).toEqual(truthOf(hospital, day, times));
        expect(violations(house, times)).toEqual([]);
      }),
      runs,
    );
  });
});
