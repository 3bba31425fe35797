import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bedChanged } from '@wardstream/events';
import { startKafka, startPostgres } from '@wardstream/testing';
import { adt, Client, House, type HouseMode, MllpSender, Stream } from '@wardstream/house';
import { measureKafkaCeiling } from './ceilings/kafka-ceiling.js';
import { measureInsertCeiling } from './ceilings/postgres-ceiling.js';
import { writeBenchHospital } from './flow/bench-hospital.js';
import { Load, type LoadResult } from './flow/load.js';

// `npm run bench`: the machine's own ceilings, then the whole chain from MLLP to the stream, in both modes, in one run.
const SUSTAINED = { rate: 100, seconds: Number(process.env['BENCH_SECONDS'] ?? 60) };
const SATURATED = { window: 16, seconds: Number(process.env['BENCH_SATURATED_SECONDS'] ?? 20) };
const SENDERS = 14;

const folder = mkdtempSync(join(tmpdir(), 'wardstream-bench-'));
const message = Buffer.from(adt({ trigger: 'A01', visit: 'V1', at: 'W01^A^01', when: new Date() }));
const event = JSON.stringify({ type: bedChanged.type, data: 'x'.repeat(900) });

const line = (text: string) => process.stdout.write(`${text}\n`);
const n = (value: number, digits = 0) =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

line('Ceilings of this machine');
const postgres = await startPostgres({ settings: { fsync: 'on', full_page_writes: 'on' } });
const inserts = await measureInsertCeiling(await postgres.createDatabase('ceiling'), message, 5);
for (const c of inserts) {
  line(
    `  pg alone, ${c.connections} connections, ${c.rowsPerStatement} rows a statement: ${n(c.perSecond)} durable inserts/s`,
  );
}
await postgres.stop();
const kafka = await startKafka();
for (const c of await measureKafkaCeiling(kafka.brokers, event, 5)) {
  line(`  kafkajs alone, batches of ${c.batch}, 4 in flight: ${n(c.perSecond)} events/s produced and consumed`);
}
const ceiling = Math.max(...inserts.filter((c) => c.rowsPerStatement === 1).map((c) => c.perSecond));

async function measure(mode: HouseMode): Promise<void> {
  const hospital = join(folder, 'bench.yaml');
  const beds = writeBenchHospital(hospital, 50);
  const house = new House({
    mode,
    hospital,
    ...(mode === 'standalone-kafka' ? { brokers: kafka.brokers.join(',') } : {}),
  });
  await house.start();
  const client = await Client.as(house, 'bed-manager');
  while ((await client.get('/api/v1/facilities/BEN')).status !== 200) await new Promise((r) => setTimeout(r, 100));
  const stream = await Stream.open(house, 'BEN', client.token!);
  const senders = await Promise.all(Array.from({ length: SENDERS }, () => MllpSender.connect(house.mllpPort)));
  const load = new Load(senders, stream, beds);
  await load.run({ rate: 50, seconds: 10 });

  line(`\n${mode}`);
  const memory: number[] = [residentMb(house)];
  const watch = setInterval(() => memory.push(residentMb(house)), 5_000);
  report(`${SUSTAINED.rate} messages/s for ${SUSTAINED.seconds} s`, await load.run(SUSTAINED));
  clearInterval(watch);
  line(`  resident memory every 5 s, MB: ${memory.map((m) => n(m)).join(' ')}`);
  const saturated = await load.run(SATURATED);
  report(`as fast as it goes (${SENDERS} senders, ${SATURATED.window} unanswered each)`, saturated);
  line(`  ratio to the insert ceiling of ${n(ceiling)}/s: ${n(saturated.perSecond / ceiling, 3)}`);
  line(`  resident memory after it: ${n(residentMb(house))} MB`);
  stream.close();
  for (const sender of senders) sender.close();
  await house.remove();
}

function report(title: string, r: LoadResult): void {
  line(
    `  ${title}: ${n(r.perSecond)} messages/s until seen on the stream (${r.seen} of ${r.sent} seen, ${r.refused} refused)`,
  );
  line(
    `    sent to seen, ms: p50 ${n(r.latency.p50)}, p95 ${n(r.latency.p95)}, p99 ${n(r.latency.p99)}, max ${n(r.latency.max)}; ` +
      `sent to acknowledged, ms: p50 ${n(r.ack.p50, 1)}, p99 ${n(r.ack.p99, 1)}`,
  );
}

function residentMb(house: House): number {
  const status = readFileSync(`/proc/${house.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

await measure('standalone');
await measure('standalone-kafka');
await kafka.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
