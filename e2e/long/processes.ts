import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** The server programs a house may have started below its own process, by what their command line says. Linux. */
const programs = {
  postgres: /bin\/postgres -D/,
  kafka: /kafka\.Kafka\b/,
  redis: /redis-server/,
} as const;

export type Server = keyof typeof programs;

/** Process id of a server that runs below `root`; undefined while it does not run. */
export function serverBelow(root: number, server: Server): number | undefined {
  return below(root).find((p) => programs[server].test(p.command))?.pid;
}

/** Process id of a service that runs below `root` as a process of its own; undefined while it does not run. */
export function serviceBelow(root: number, service: string): number | undefined {
  return below(root).find((p) => p.command.includes(`services/${service}/dist/main.js`))?.pid;
}

function below(root: number): Process[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => processOf(Number(name)));
  const found: Process[] = [];
  const wanted = new Set([root]);
  // A child may have a lower number than its parent: looked through until nothing more is found.
  for (let before = 0; before !== wanted.size;) {
    before = wanted.size;
    for (const p of all) if (wanted.has(p.parent)) wanted.add(p.pid);
  }
  for (const p of all) if (p.pid !== root && wanted.has(p.pid)) found.push(p);
  return found;
}

function processOf(pid: number): Process[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold blanks: the fields begin after it.
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z') return [];
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return [{ pid, parent: Number(parent), command }];
  } catch {
    // Ended while it was looked at.
    return [];
  }
}
