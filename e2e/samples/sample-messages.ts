import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Public sample messages that lie beside the repository where they are available; never part of it. */
export const folder = fileURLToPath(new URL('../../../shared/data', import.meta.url));

export const samplesPresent = existsSync(join(folder, 'hl7v2'));

export interface Sample {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Every .hl7 file below `name`, bytes as found. */
export function samplesOf(name: string): Sample[] {
  const visit = (path: string): string[] =>
    readdirSync(path).flatMap((entry) => {
      const here = join(path, entry);
      return statSync(here).isDirectory() ? visit(here) : here.endsWith('.hl7') ? [here] : [];
    });
  return visit(join(folder, name))
    .sort()
    .map((path) => ({ name: path.slice(folder.length + 1), bytes: readFileSync(path) }));
}

/** The messages of simhospital's stream, which blank lines part. */
export function simhospitalMessages(): Sample[] {
  const text = readFileSync(join(folder, 'simhospital', 'messages.out'), 'latin1');
  return text
    .split(/(?:\r?\n|\r){2,}(?=MSH)/)
    .filter((message) => message.startsWith('MSH'))
    .map((message, i) => ({ name: `simhospital ${i + 1}`, bytes: Buffer.from(message, 'latin1') }));
}
