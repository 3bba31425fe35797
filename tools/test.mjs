// `npm test`: every suite of the house. Ends in one line: N passed, N failed, N skipped.
import { runSuites } from './suites.mjs';

// Each suite has servers of its own; journeys and pages wait more than they compute, so that two of them share the cores, too.
runSuites(
  [
    [['unit', 'int'], 2],
    [['e2e', 'page'], 2],
  ],
  { silent: true },
);
