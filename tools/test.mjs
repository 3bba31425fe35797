// `npm test`: every suite of the house. Ends in one line: N passed, N failed, N skipped.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, install, productNode, root, say } from './prepare.mjs';

install();
build();

const report = join(mkdtempSync(join(tmpdir(), 'wardstream-test-')), 'report.json');
const jest = (/** @type {string[]} */ kinds, /** @type {number} */ workers) => {
  const done = spawnSync(
    productNode(),
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join('node_modules', 'jest', 'bin', 'jest.js'),
      '--selectProjects',
      ...kinds,
      `--maxWorkers=${workers}`,
      '--json',
      `--outputFile=${report}`,
      '--silent',
      ...process.argv.slice(2),
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  let outcome = {
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: 0,
  };
  try {
    outcome = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    outcome.numFailedTests = 1;
  }
  return { ...outcome, status: done.status };
};

const total = { passed: 0, failed: 0, skipped: 0 };
// Pure and server-backed suites share the cores; journeys and pages run one after another, each with its own servers.
for (const [kinds, workers] of /** @type {[string[], number][]} */ ([
  [['unit', 'int'], 2],
  [['e2e', 'page'], 1],
])) {
  const outcome = jest(kinds, workers);
  total.passed += outcome.numPassedTests;
  // A suite that could not even be loaded counts as one failure.
  total.failed += outcome.numFailedTests + outcome.numRuntimeErrorTestSuites;
  total.skipped += outcome.numPendingTests + outcome.numTodoTests;
  if (outcome.status !== 0 && outcome.numFailedTests + outcome.numRuntimeErrorTestSuites === 0) total.failed += 1;
}
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);
