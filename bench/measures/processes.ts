import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds in a clock tick of /proc: USER_HZ is 100 on every Linux that Node runs on. */
const TICK_MS = 10;

/** A process and what it has used of the processors since it began. */
export interface ProcessUse {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  /** User and system time, milliseconds; of a server that forks also that of the children it has waited for. */
  readonly cpuMs: number;
}

/** By what it is: 'driver' (this process), 'postgres', 'kafka', 'redis', a service's name, 'node' for all services in one process. */
export type CpuByGroup = ReadonlyMap<string, number>;

/** This process and everything below it, as /proc knows it; nothing where there is no /proc. */
export function processesBelow(root = process.pid): ProcessUse[] {
  let ids: string[];
  try {
    ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  const all = new Map(ids.flatMap((id) => readProcess(Number(id)) ?? []).map((p) => [p.pid, p]));
  const isBelow = (pid: number): boolean => {
    for (let at = all.get(pid); at !== undefined; at = all.get(at.parent)) if (at.pid === root) return true;
    return false;
  };
  return [...all.values()].filter((p) => isBelow(p.pid));
}

function readProcess(pid: number): ProcessUse | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    // Fields after the name, which may hold anything: state, parent, ...; proc(5) counts them from 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const field = (number: number): number => Number(fields[number - 3]);
    const forks = name === 'postgres' && !command.startsWith('postgres:');
    const ticks = field(14) + field(15) + (forks ? field(16) + field(17) : 0);
    return { pid, parent: field(4), command, cpuMs: ticks * TICK_MS };
  } catch {
    return undefined;
  }
}

/** What a process is of the house; undefined for guards and shells. */
export function groupOf({ pid, command }: Pick<ProcessUse, 'pid' | 'command'>): string | undefined {
  if (pid === process.pid) return 'driver';
  if (/^postgres:|\/bin\/postgres /.test(command)) return 'postgres';
  if (command.includes('kafka.Kafka')) return 'kafka';
  if (command.includes('redis-server')) return 'redis';
  const service = /services\/([a-z-]+)\/dist\/main\.js/.exec(command)?.[1];
  return service === 'standalone' ? 'node' : service;
}

/** CPU milliseconds used so far by each kind of process below this one; `replicas` names single ones by their process id. */
export function cpuByGroup(replicas: ReadonlyMap<number, string> = new Map()): CpuByGroup {
  const groups = new Map<string, number>();
  for (const each of processesBelow()) {
    const group = replicas.get(each.pid) ?? groupOf(each);
    if (group !== undefined) groups.set(group, (groups.get(group) ?? 0) + each.cpuMs);
  }
  return groups;
}

/** What was used between two looks. */
export function cpuBetween(before: CpuByGroup, after: CpuByGroup): CpuByGroup {
  return new Map([...after].map(([group, ms]) => [group, ms - (before.get(group) ?? 0)]));
}

/** Resident memory of a process, MB. */
export function residentMb(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return Number.NaN;
  }
}
