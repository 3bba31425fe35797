import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Lines that were ever taken out of a file that may only grow, or changed, by commits or since the last one; of a folder those of its
 * files. Null where there is no history to look at: no Git, or a part of it only.
 */
export function linesTakenOut(path: string): string[] | null {
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  try {
    if (git('rev-parse', '--is-shallow-repository').trim() !== 'false') return null;
  } catch {
    return null;
  }
  const bare = ['--no-renames', '--unified=0', '--no-color', '--no-ext-diff'];
  const diffs = [
    git('log', '-m', '--first-parent', '--format=', '-p', ...bare, '--', path),
    git('diff', ...bare, 'HEAD', '--', path),
  ];
  return diffs
    .join('\n')
    .split('\n')
    .filter((line) => line.startsWith('-') && !line.startsWith('--- '))
    .map((line) => line.slice(1));
}
