// Runs kinds of suites of the house and counts them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, install, productNode, root, say } from './prepare.mjs';

/**
 * Installs, builds, runs each group of suites with so many workers, and ends with one line: N passed, N failed, N skipped.
 * @param {readonly (readonly [kinds: readonly string[], workers: number])[]} groups
 * @param {{ readonly silent: boolean }} options
 * @returns {never}
 */
export function runSuites(groups, { silent }) {
  install();
  build();
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const [kinds, workers] of groups) {
    const outcome = jest(kinds, workers, silent);
    total.passed += outcome.numPassedTests;
    // A suite that could not even be loaded counts as one failure.
    total.failed += outcome.numFailedTests + outcome.numRuntimeErrorTestSuites;
    total.skipped += outcome.numPendingTests + outcome.numTodoTests;
    if (outcome.status !== 0 && outcome.numFailedTests + outcome.numRuntimeErrorTestSuites === 0) total.failed += 1;
  }
  say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exit(total.failed === 0 ? 0 : 1);
}

/** @param {readonly string[]} kinds @param {number} workers @param {boolean} silent */
function jest(kinds, workers, silent) {
  const report = join(mkdtempSync(join(tmpdir(), 'wardstream-test-')), 'report.json');
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
      ...(silent ? ['--silent'] : []),
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
}
