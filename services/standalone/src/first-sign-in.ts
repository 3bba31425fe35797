import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { FirstAccount } from '@wardstream/identity';
import type { DataDirectory } from './data-directory.js';

/** In the folder of the data, readable by its owner only. */
const FILE = 'demo-accounts';

/**
 * What whoever started it is told of how to sign in. A first password of a hospital's own is told once and kept nowhere; that of the
 * demonstration is kept beside its data and told at each start.
 */
export function signInHint(made: readonly FirstAccount[], isDemo: boolean, data: DataDirectory): string[] {
  const hint = made.length === 0 ? [] : lines(made, isDemo);
  const file = data.file(FILE);
  if (isDemo && hint.length > 0) writeFileSync(file, hint.join('\n'), { mode: 0o600 });
  if (hint.length > 0) return hint;
  if (isDemo && existsSync(file)) return readFileSync(file, 'utf8').split('\n');
  return ['Sign in with your name and password. Lost the last one? npm run users -- reset NAME'];
}

function lines(made: readonly FirstAccount[], isDemo: boolean): string[] {
  const names = made.map(({ login }) => login);
  const { password } = made[0]!;
  return isDemo
    ? [`Sign in as one of: ${names.join(', ')}`, `Password of each of them: ${password}`]
    : [
        `Sign in as: ${names.join(', ')}`,
        `First password, told this once and changed at the first sign-in: ${password}`,
      ];
}
