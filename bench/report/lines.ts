import type { LoadResult } from '../flow/load.js';
import { type Cost, ownCpu } from '../measures/cost.js';
import type { CpuByGroup } from '../measures/processes.js';
import type { TableSize } from '../measures/house-database.js';

export const line = (text: string): void => void process.stdout.write(`${text}\n`);

export const n = (value: number, digits = 0): string =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** What came of a load: README.md says how to read each line. */
export function reportLoad(title: string, r: LoadResult): void {
  line(
    `  ${title}: ${n(r.perSecond)} messages/s until seen on the stream (${r.seen} of ${r.sent} seen, ${r.refused} refused)`,
  );
  line(
    `    sent to seen, ms: p50 ${n(r.latency.p50)}, p95 ${n(r.latency.p95)}, p99 ${n(r.latency.p99)}, max ${n(r.latency.max)}; ` +
      `sent to acknowledged, ms: p50 ${n(r.ack.p50, 1)}, p99 ${n(r.ack.p99, 1)}`,
  );
}

/** What `messages` cost, each. */
export function reportCost({ cpu, seconds, writes }: Cost, messages: number): void {
  const used = [...cpu].filter(([, ms]) => ms > 0);
  if (used.length === 0) line('    CPU: not measured (no /proc)');
  else {
    const each = used
      .filter(([group]) => group !== 'driver')
      .map(([group, ms]) => `${group} ${n((ms * 1000) / messages)}`)
      .join(', ');
    const own = ownCpu(cpu);
    line(
      `    CPU us a message: services and PostgreSQL ${n((own * 1000) / messages)} (${each}); driver ${n(
        ((cpu.get('driver') ?? 0) * 1000) / messages,
      )}`,
    );
    line(`    cores in use: services and PostgreSQL ${n(own / (seconds * 1000), 2)}, ${coresOf(cpu, seconds)}`);
  }
  line(
    `    a message: ${n(writes.rows / messages, 1)} rows written, ${n(writes.walBytes / messages)} bytes of WAL, ` +
      `${n(writes.transactions / messages, 2)} transactions`,
  );
}

/** Cores by kind of process over `seconds`. */
export function coresOf(cpu: CpuByGroup, seconds: number, digits = 2): string {
  return [...cpu].map(([group, ms]) => `${group} ${n(ms / (seconds * 1000), digits)}`).join(', ');
}

/** Disk bytes a message by table, those that grew by the most first. */
export function reportDisk(before: readonly TableSize[], after: readonly TableSize[], messages: number): void {
  const had = new Map(before.map((t) => [t.table, t.bytes]));
  const grown = after
    .map((t) => ({ table: t.table, bytes: t.bytes - (had.get(t.table) ?? 0) }))
    .filter((t) => t.bytes > 0)
    .sort((a, b) => b.bytes - a.bytes);
  const all = grown.reduce((sum, t) => sum + t.bytes, 0);
  const largest = grown.slice(0, 12).map((t) => `${t.table} ${n(t.bytes / messages)}`);
  line(`  disk bytes a message, tables with their indexes: ${n(all / messages)} (${largest.join(', ')})`);
}
