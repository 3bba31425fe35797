/**
 * Before every suite. How long one test may take, by kind of suite: Jest takes `testTimeout` from the root configuration only, for all alike.
 * And by which seed properties draw: with CI=true by one that stands, so that what was checked of a commit is the same whenever it is
 * checked; else by a new one each time, so that everybody's runs look further. FC_SEED asks for one.
 */
import { readFileSync } from 'node:fs';
import { expect, jest } from '@jest/globals';

const limitsMs = { unit: 20_000, int: 60_000, page: 90_000, e2e: 180_000, long: 7_200_000 };
const { testPath = '' } = expect.getState();
const kind = /\.(\w+)\.spec\.tsx?$/.exec(testPath)?.[1] ?? 'unit';
jest.setTimeout(limitsMs[kind] ?? limitsMs.unit);

const seed = process.env.FC_SEED ?? (process.env.CI === 'true' && kind !== 'long' ? '20261201' : undefined);
if (seed !== undefined && readFileSync(testPath, 'utf8').includes("'fast-check'")) {
  const { default: fc } = await import('fast-check');
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
}
