import { startPostgres } from '@wardstream/testing';
import { type CpuByGroup, cpuBetween, cpuByGroup } from '../measures/processes.js';
import { line, n } from '../report/lines.js';
import { type InsertCeiling, measureInsertCeiling } from './postgres-ceiling.js';

/** What this machine does without the product: the measure of what the product does on it. */
export interface MachineCeilings {
  /** Durable single-row inserts a second over the best number of connections. */
  readonly insertsPerSecond: number;
  /** CPU microseconds of one of those, client and server. */
  readonly insertCpuUs: number;
  /** Milliseconds of one durable insert on one connection. */
  readonly insertMs: number;
}

/** Measures, prints and answers the ceilings of PostgreSQL, `seconds` for each kind of insert. */
export async function measureMachine(message: Buffer, seconds: number): Promise<MachineCeilings> {
  const postgres = await startPostgres({ settings: { fsync: 'on', full_page_writes: 'on' } });
  try {
    const url = await postgres.createDatabase('ceiling');
    const inserts: InsertCeiling[] = [];
    let best: { ceiling: InsertCeiling; cpu: CpuByGroup } | undefined;
    for (const [connections, rowsPerStatement] of [
      [1, 1],
      [8, 1],
      [32, 1],
      [4, 50],
    ] as const) {
      const before = cpuByGroup();
      const ceiling = await measureInsertCeiling(url, message, { connections, rowsPerStatement, seconds });
      const cpu = cpuBetween(before, cpuByGroup());
      inserts.push(ceiling);
      line(
        `  pg alone, ${connections} connections, ${rowsPerStatement} rows a statement: ${n(ceiling.perSecond)} durable inserts/s`,
      );
      const isBetter = best === undefined || ceiling.perSecond > best.ceiling.perSecond;
      if (rowsPerStatement === 1 && isBetter) best = { ceiling, cpu };
    }
    const { ceiling, cpu } = best!;
    const cpuMs = (cpu.get('driver') ?? 0) + (cpu.get('postgres') ?? 0);
    const insertCpuUs = (cpuMs * 1000) / ceiling.rows;
    line(`  CPU of one of the ${n(ceiling.perSecond)} inserts a second, client and server: ${n(insertCpuUs)} us`);
    return { insertsPerSecond: ceiling.perSecond, insertCpuUs, insertMs: 1000 / inserts[0]!.perSecond };
  } finally {
    await postgres.stop();
  }
}
