// `npm test`: every suite of the house. Ends in one line: N passed, N failed, N skipped.
import { runSuites } from './suites.mjs';

// Pure and server-backed suites share the cores; journeys and pages run one after another, each with its own servers.
runSuites(
  [
    [['unit', 'int'], 2],
    [['e2e', 'page'], 1],
  ],
  { silent: true },
);
