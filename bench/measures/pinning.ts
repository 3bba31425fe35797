import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { processesBelow } from './processes.js';

/** Which processors the replicas and everything else have. */
export interface PinPlan {
  /** One processor for each replica. */
  readonly replicas: readonly number[];
  /** Those of PostgreSQL, Kafka, the other services and the driver. */
  readonly others: readonly number[];
  /** Whether a replica has its processor for itself. */
  readonly alone: boolean;
}

/** The last processors are the replicas', one each; the rest is everybody else's. Where none would be left for them, they have all. */
export function pinPlan(replicas: number, processors = availableParallelism()): PinPlan {
  const all = Array.from({ length: processors }, (_, i) => i);
  const own = Array.from({ length: replicas }, (_, i) => all[Math.max(processors - 1 - i, 0)]!);
  const others = all.filter((cpu) => !own.includes(cpu));
  // The same processors are kept from the others with one replica as with two, or the two runs would differ in more than the replica.
  const kept = all.slice(0, Math.max(processors - 2, 0));
  return kept.length >= 2
    ? { replicas: own, others: others.filter((cpu) => kept.includes(cpu)), alone: true }
    : { replicas: own, others: all, alone: false };
}

/** Binds all threads of a process. False where taskset is missing or refuses. */
export function pin(pid: number, processors: readonly number[]): boolean {
  try {
    execFileSync('taskset', ['-a', '-p', '-c', processors.join(','), String(pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Binds this process and everything below it but `except`. */
export function pinOthers(processors: readonly number[], except: ReadonlySet<number>): void {
  for (const { pid } of processesBelow()) if (!except.has(pid)) pin(pid, processors);
}
