import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bedChanged } from '@wardstream/events';
import { startKafka, type TestKafka } from '@wardstream/testing';
import { adt } from '@wardstream/product-under-test';
import { measureKafkaCeiling } from './ceilings/kafka-ceiling.js';
import { measureMachine } from './ceilings/machine.js';
import { BenchHouse, type BenchHouseOptions } from './flow/bench-house.js';
import { readBenchOptions } from './flow/bench-options.js';
import { line, n, reportDisk } from './report/lines.js';
import { compareFacilities, type HouseFigures } from './scenarios/facilities.js';
import { flood } from './scenarios/flood.js';
import { outage } from './scenarios/outage.js';
import { compareReplicas } from './scenarios/replicas.js';
import { rest } from './scenarios/rest.js';
import { countStatements } from './scenarios/statements.js';
import { saturated, sustained } from './scenarios/steady.js';

// `npm run bench`: the machine's own ceilings, then the whole chain from MLLP to the stream in every mode, in one run. README.md says
// what each line means.
const options = readBenchOptions(process.argv.slice(2));
const folder = mkdtempSync(join(tmpdir(), 'wardstream-bench-'));
const message = Buffer.from(adt({ trigger: 'A01', visit: 'V1', at: 'W01^A^01', when: new Date() }));
const event = JSON.stringify({ type: bedChanged.type, data: 'x'.repeat(900) });
const one = { facilities: 1, beds: options.beds };
const many = { facilities: options.facilities, beds: options.beds };
const WARM_UP = { rate: 50, seconds: 10 };

let insertCeiling = Number.NaN;
let kafka: TestKafka | undefined;
const brokers = async (): Promise<readonly string[]> => (kafka ??= await startKafka()).brokers;
/** A broker takes of the processor also while nobody asks it for anything. */
const stopKafka = async (): Promise<void> => {
  await kafka?.stop();
  kafka = undefined;
};

async function withHouse(
  given: Omit<BenchHouseOptions, 'folder' | 'brokers'>,
  work: (bench: BenchHouse) => Promise<void>,
): Promise<void> {
  const bench = await BenchHouse.start({
    ...given,
    folder,
    brokers: given.mode === 'standalone-kafka' ? await brokers() : [],
  });
  try {
    await work(bench);
  } finally {
    await bench.remove();
    await stopKafka();
  }
}

const modes = (['standalone', 'standalone-kafka'] as const).filter((mode) => options.only.has(mode));
const bothModes = modes.length === 0 ? (['standalone'] as const) : modes;

if (options.only.has('ceilings')) {
  line('Ceilings of this machine');
  insertCeiling = (await measureMachine(message, 5)).insertsPerSecond;
  for (const c of await measureKafkaCeiling([...(await brokers())], event, 5)) {
    line(`  kafkajs alone, batches of ${c.batch}, 4 in flight: ${n(c.perSecond)} events/s produced and consumed`);
  }
  await stopKafka();
}

const measured = new Map<string, HouseFigures>();

/** A house of one kind under a steady rate and as fast as it goes. */
async function measure(bench: BenchHouse, title: string): Promise<HouseFigures> {
  await bench.load.run(WARM_UP);
  line(`\n${title}`);
  const held = await sustained(bench, options.rate, options.seconds);
  return { held, full: await saturated(bench, options.saturatedSeconds, insertCeiling) };
}

for (const mode of modes) {
  await withHouse({ mode, size: one }, async (bench) => {
    const sizes = await bench.database.tableSizes();
    const figures = await measure(bench, mode);
    const { held, full } = figures;
    measured.set(mode, figures);
    reportDisk(
      sizes,
      await bench.database.tableSizes(),
      held.result.sent + full.result.sent + WARM_UP.rate * WARM_UP.seconds,
    );
    await flood(bench, 2 * full.result.perSecond, options.floodSeconds);
    await rest(bench, options.restSeconds);
  });
}

if (options.only.has('facilities')) {
  for (const mode of bothModes) {
    if (!measured.has(mode)) {
      await withHouse({ mode, size: one }, async (bench) => {
        measured.set(mode, await measure(bench, `${mode}, one facility`));
      });
    }
    await withHouse({ mode, size: many }, async (bench) => {
      const figures = await measure(bench, `${mode}, ${many.facilities} facilities with as many beds in all`);
      compareFacilities(measured.get(mode)!, figures, many.facilities);
    });
  }
}

if (options.only.has('outage')) {
  for (const mode of bothModes) {
    await withHouse({ mode, size: one }, async (bench) => {
      line(`\n${mode}, new`);
      await outage(bench, options.outageMessages);
    });
  }
}

if (options.only.has('stack')) await compareReplicas(folder, options);

if (options.only.has('statements')) {
  await withHouse({ mode: 'standalone', size: one, countStatements: true }, async (bench) => {
    await bench.load.run(WARM_UP);
    line('\nstandalone, its server counting statements');
    await countStatements(bench, { rate: options.rate, seconds: options.saturatedSeconds }, 0);
    await countStatements(bench, { window: 16, seconds: options.saturatedSeconds }, 0);
  });
}
rmSync(folder, { recursive: true, force: true });
process.exit(0);
