// `npm run test:long`: what takes too long for every change. LONG_SEED, LONG_MESSAGES and LONG_BODIES say which and how many.
import { runSuites } from './suites.mjs';

runSuites([[['long'], 1]], { silent: false, again: false });
