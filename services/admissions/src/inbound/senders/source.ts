import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { SenderFile } from './sender-files.js';

/** The profiles' files could not be read at all. */
export class SourceUnreadable extends Error {
  override readonly name = 'SourceUnreadable';
}

/**
 * The files that `path` names: itself, or all *.yaml and *.yml of a folder, by name. A mounted ConfigMap's own dot folders are passed
 * over. @throws SourceUnreadable where there is nothing to read.
 */
export async function readSource(path: string): Promise<SenderFile[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [{ name: basename(path), text: await readFile(path, 'utf8') }];
    const names = (await readdir(path)).filter((name) => /^[^.].*\.ya?ml$/.test(name)).sort();
    if (names.length === 0) throw new SourceUnreadable(`${path} holds no .yaml file`);
    return await Promise.all(names.map(async (name) => ({ name, text: await readFile(join(path, name), 'utf8') })));
  } catch (error) {
    if (error instanceof SourceUnreadable) throw error;
    throw new SourceUnreadable(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'failed'})`);
  }
}
