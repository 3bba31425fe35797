import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Module } from '@nestjs/common';
import { runningPostgresUrl } from '@wardstream/deploy/local-postgres';
import { PostgresEventLog } from '@wardstream/messaging-postgres';
import { Acts, createEnvironment, createService, defineService } from '@wardstream/service-kit';
import { BenchHouse } from './flow/bench-house.js';
import { type Cost, costOf, productCpu } from './measures/cost.js';
import { line, n } from './report/lines.js';

// `npm run bench audit`: what acts cost, 100 a second beside 100 messages a second (`-- --acts N --rounds N --seconds N`), in two minutes.
const { values } = parseArgs({
  options: {
    acts: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '15' },
  },
});
const [ACTS, ROUNDS, SECONDS] = [values.acts, values.rounds, values.seconds].map(Number) as [number, number, number];
const MESSAGES = 100;
const folder = mkdtempSync(join(tmpdir(), 'wardstream-bench-'));

/** Records acts as any service does, over the house's own database and log. */
@Module({})
class RecorderModule {}
const recorder = defineService({
  name: 'bench-recorder',
  schema: 'bench_recorder',
  summary: 'Records acts for this benchmark.',
  owns: 'nothing',
  port: 0,
  routes: [],
  memory: 128,
  module: RecorderModule,
  settings: {},
  migrations: [],
  publishes: [],
  consumes: [],
});

/** Looks of 40 persons at three encounters each: every one recorded alone, before it is answered, which is the dearest way. */
async function recordActs(acts: Acts, facility: string): Promise<number[]> {
  const waits: Promise<number>[] = [];
  const began = performance.now();
  for (let done = 0; done < ACTS * SECONDS;) {
    const due = Math.min(ACTS * SECONDS, Math.floor(((performance.now() - began) * ACTS) / 1000) + 1);
    for (; done < due; done += 1) {
      const at = performance.now();
      const encounters = [0, 1, 2].map(
        (k) => `0190c0de-0000-7000-8000-${String((done * 3 + k) % 900).padStart(12, '0')}`,
      );
      const by = { subject: `person-${done % 40}`, roles: ['bed-manager'], from: '10.20.30.40' };
      const act = acts.recordAlone({ act: 'patient.look', ...by, facility, encounters });
      waits.push(act.then(() => performance.now() - at));
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return Promise.all(waits);
}

const whole = (cost: Cost): number => productCpu(cost.cpu) + (cost.cpu.get('driver') ?? 0);
const bench = await BenchHouse.start({ mode: 'standalone', size: { facilities: 1, beds: 2_000 }, folder, brokers: [] });
const url = runningPostgresUrl(join(bench.house.dataDir, 'postgres'), 'wardstream')!;
const log = new PostgresEventLog({ url });
const environment = createEnvironment(
  { DATABASE_URL: url, WARDSTREAM_AUTH_SECRET: bench.house.secret, WARDSTREAM_LOG_LEVEL: 'error' },
  log,
);
const service = await createService(recorder, environment);
try {
  await service.start();
  const facility = bench.beds[0]!.facility;
  const pace = { rate: MESSAGES, seconds: SECONDS };
  await bench.load.run({ rate: MESSAGES, seconds: 5 });
  const [without, beside]: [Cost[], Cost[]] = [[], []];
  const waited: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    without.push((await costOf(bench.database, () => bench.load.run(pace))).cost);
    const { result, cost } = await costOf(bench.database, async () => {
      const [, waits] = await Promise.all([bench.load.run(pace), recordActs(service.get(Acts), facility)]);
      return waits;
    });
    beside.push(cost);
    waited.push(...result);
  }
  const sum = (costs: readonly Cost[], of: (cost: Cost) => number): number => costs.reduce((all, c) => all + of(c), 0);
  const acts = ACTS * SECONDS * ROUNDS;
  const extra = sum(beside, whole) - sum(without, whole);
  const seconds = sum(without, (cost) => cost.seconds);
  waited.sort((a, b) => a - b);
  line(`${ACTS} acts a second beside ${MESSAGES} messages a second, ${ROUNDS} times ${SECONDS} s each way, in turns`);
  line(`  CPU of the house without acts: ${n(sum(without, (c) => productCpu(c.cpu)) / seconds)} ms a second`);
  line(`  CPU that the acts cost, whoever recorded them included: ${n(extra / acts, 3)} ms an act`);
  line(`  that is ${n((100 * extra) / sum(without, (c) => productCpu(c.cpu)), 2)} % of the house without acts`);
  for (const group of ['node', 'postgres', 'driver']) {
    const of = (cost: Cost): number => cost.cpu.get(group) ?? 0;
    line(`    ${group}: ${n((sum(beside, of) - sum(without, of)) / acts, 3)} ms an act`);
  }
  line(
    `  rows written an act: ${n((sum(beside, (c) => c.writes.rows) - sum(without, (c) => c.writes.rows)) / acts, 2)}`,
  );
  line(
    `  WAL an act: ${n((sum(beside, (c) => c.writes.walBytes) - sum(without, (c) => c.writes.walBytes)) / acts)} bytes`,
  );
  line(`  recorded after p50 ${n(waited[Math.floor(acts / 2)]!)} ms, p99 ${n(waited[Math.floor(acts * 0.99)]!)} ms`);
} finally {
  await service.stop();
  await log.close();
  await bench.remove();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
