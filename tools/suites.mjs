// Runs kinds of suites of the house and counts them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { build, install, productNode, root, say } from './prepare.mjs';

/** More suites that fail are no accident: they are not run again. */
const MOST_AGAIN = 4;

/**
 * Installs, builds, runs each group of suites with so many workers, and ends with one line: N passed, N failed, N skipped. A few suites that
 * failed are run once more, each by itself; what passes then counts as passed and is named in a line of its own: it is a race, in the product
 * or in its test, and is to be mended. What fails twice has failed.
 * @param {readonly (readonly [kinds: readonly string[], workers: number])[]} groups
 * @param {{ readonly silent: boolean, readonly again?: boolean }} options `again`: whether what failed is run once more
 * @returns {never}
 */
export function runSuites(groups, { silent, again = true }) {
  install();
  build();
  const total = { passed: 0, failed: 0, skipped: 0 };
  const add = (/** @type {Outcome} */ { passed, failed, skipped }) => {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  };
  const accidents = [];
  for (const [kinds, workers] of groups) {
    const outcome = jest(kinds, workers, silent);
    const failed = outcome.suites.filter((suite) => suite.failed > 0);
    const isAccident = again && failed.length > 0 && failed.length <= MOST_AGAIN && outcome.isWhole;
    for (const suite of outcome.suites) if (!isAccident || suite.failed === 0) add(suite);
    if (!outcome.isWhole) total.failed += 1;
    if (!isAccident) continue;
    for (const { file, faults } of failed) {
      say(`Running ${file} once more ...`);
      const second = jest(kinds, 1, silent, ['--runTestsByPath', file]);
      second.suites.forEach(add);
      const isFailed = !second.isWhole || second.suites.length === 0 || second.suites.some((suite) => suite.failed > 0);
      if (!isFailed) accidents.push(...faults.map((name) => `${file}: ${name}`));
      else if (second.suites.every((suite) => suite.failed === 0)) total.failed += 1;
    }
  }
  if (accidents.length > 0) say(`Failed at first and passed alone, races to be mended:\n  ${accidents.join('\n  ')}`);
  say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exit(total.failed === 0 ? 0 : 1);
}

/**
 * @typedef {{ file: string, passed: number, failed: number, skipped: number, faults: string[] }} Outcome of one suite
 * @param {readonly string[]} kinds @param {number} workers @param {boolean} silent @param {readonly string[]} [only]
 * @returns {{ suites: Outcome[], isWhole: boolean }} whole unless the run ended in another way than its suites tell
 */
function jest(kinds, workers, silent, only = []) {
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
      ...(only.length > 0 ? only : process.argv.slice(2)),
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  /** @type {{ success: boolean, testResults: { name: string, status: string, message: string, assertionResults: { status: string, fullName: string }[] }[] }} */
  let told;
  try {
    told = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { suites: [], isWhole: false };
  }
  const suites = told.testResults.map(({ name, status, assertionResults }) => {
    const of = (/** @type {string[]} */ ...states) => assertionResults.filter((test) => states.includes(test.status));
    const faults = of('failed').map(({ fullName }) => fullName);
    // A suite that could not even be loaded counts as one failure.
    if (status === 'failed' && faults.length === 0) faults.push('the suite itself');
    const skipped = of('pending', 'todo', 'skipped').length;
    return { file: relative(root, name), passed: of('passed').length, failed: faults.length, skipped, faults };
  });
  const isWhole = done.status === 0 || suites.some((suite) => suite.failed > 0);
  return { suites, isWhole };
}
