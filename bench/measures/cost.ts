import { type CpuByGroup, cpuBetween, cpuByGroup } from './processes.js';
import type { HouseDatabase, Writes } from './house-database.js';

/** What a piece of work cost the machine. */
export interface Cost {
  /** CPU milliseconds by kind of process. */
  readonly cpu: CpuByGroup;
  readonly seconds: number;
  readonly writes: Writes;
}

/** Does `work` and says what it cost. `replicas` names single processes by their id. */
export async function costOf<T>(
  database: HouseDatabase,
  work: () => Promise<T>,
  replicas?: ReadonlyMap<number, string>,
): Promise<{ result: T; cost: Cost }> {
  const writesBefore = await database.settledWrites();
  const cpuBefore = cpuByGroup(replicas);
  const began = performance.now();
  const result = await work();
  const seconds = (performance.now() - began) / 1000;
  const cpu = cpuBetween(cpuBefore, cpuByGroup(replicas));
  const after = await database.settledWrites();
  return { result, cost: { cpu, seconds, writes: difference(writesBefore, after) } };
}

function difference(before: Writes, after: Writes): Writes {
  return {
    walBytes: after.walBytes - before.walBytes,
    rows: after.rows - before.rows,
    transactions: after.transactions - before.transactions,
  };
}

/** CPU of the product and its servers, milliseconds: without the process that sends and watches. */
export function productCpu(cpu: CpuByGroup): number {
  return [...cpu].reduce((sum, [group, ms]) => (group === 'driver' ? sum : sum + ms), 0);
}

/** CPU of the product and its database, milliseconds: without Kafka and Redis, too. */
export function ownCpu(cpu: CpuByGroup): number {
  return productCpu(cpu) - (cpu.get('kafka') ?? 0) - (cpu.get('redis') ?? 0);
}
