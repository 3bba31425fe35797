/** How long one test may take, by kind of suite. Jest takes `testTimeout` from the root configuration only, for all alike. */
import { expect, jest } from '@jest/globals';

const limitsMs = { unit: 20_000, int: 60_000, page: 90_000, e2e: 180_000, long: 7_200_000 };
const kind = /\.(\w+)\.spec\.tsx?$/.exec(expect.getState().testPath ?? '')?.[1] ?? 'unit';
jest.setTimeout(limitsMs[kind] ?? limitsMs.unit);
