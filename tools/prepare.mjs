// Installs and builds what a fresh clone lacks. Runs on the machine's own Node (20 or newer) with nothing installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const windows = process.platform === 'win32';

/** The Node the product runs on: pinned by the lock file, else this one. */
export function productNode() {
  const pinned = join(root, 'node_modules', '.bin', windows ? 'node.cmd' : 'node');
  return existsSync(pinned) ? pinned : process.execPath;
}

/** @param {string} line */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** What goes on beside what was asked for: not among its answers. @param {string} line */
function tell(line) {
  process.stderr.write(`${line}\n`);
}

/** @param {string} line @returns {never} */
export function fail(line) {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

/** Installs exactly what the lock file names, unless npm has done so since the lock file last changed. */
export function install() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs) return;
  tell('Installing dependencies (once, about a minute) ...');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', process.stderr, 'inherit'],
    shell: windows,
  });
  if (npm.error) fail('npm is missing: install Node.js 20 or newer from https://nodejs.org (it brings npm).');
  if (npm.status !== 0) fail('npm ci failed: see the lines above; is the npm registry reachable?');
}

/** Builds services and the web application, unless their sources are as they were at the last build. */
export function build() {
  const stamp = join(root, 'node_modules', '.cache', 'wardstream-built');
  const sources = fingerprintOfSources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources + fingerprintOfBuilt()) return;
  tell('Building ...');
  run([join('node_modules', 'typescript', 'bin', 'tsc'), '-b'], 'the TypeScript build failed');
  run(
    [join('..', '..', 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'error'],
    'the web build failed',
    'services/board-web',
  );
  mkdirSync(join(root, 'node_modules', '.cache'), { recursive: true });
  // Of the sources as they were when it began: what was changed meanwhile may not be in it.
  writeFileSync(stamp, sources + fingerprintOfBuilt());
}

/** @param {string[]} args @param {string} what @param {string} [folder] */
function run(args, what, folder = '.') {
  const done = spawnSync(productNode(), args, {
    cwd: join(root, folder),
    stdio: ['inherit', process.stderr, 'inherit'],
  });
  if (done.status !== 0) fail(`Stopped: ${what}.`);
}

/** Paths, sizes and times of every source; cheap enough for each start. */
function fingerprintOfSources() {
  const hash = createHash('sha256');
  const visit = (/** @type {string} */ folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (['node_modules', 'dist', '.nx', '.wardstream', '.git'].includes(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else {
        const { size, mtimeMs } = statSync(join(root, path));
        hash.update(`${path}:${size}:${mtimeMs}\n`);
      }
    }
  };
  for (const folder of ['libs', 'services']) visit(folder);
  for (const file of ['tsconfig.json', 'tsconfig.base.json', 'package-lock.json']) {
    hash.update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/** Whether what the build makes is there. */
function fingerprintOfBuilt() {
  const built = ['services/standalone/dist/main.js', 'services/board-web/dist/index.html'];
  return built.map((file) => ` ${existsSync(join(root, file))}`).join('');
}
