import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { adt } from '@wardstream/product-under-test';
import { type MachineCeilings, measureMachine } from './ceilings/machine.js';
import { BenchHouse } from './flow/bench-house.js';
import { compareFigures, type Figure } from './report/figures.js';
import { line, n } from './report/lines.js';
import { compareFacilities, cpuUsPerMessage, type HouseFigures } from './scenarios/facilities.js';
import { saturated, sustained } from './scenarios/steady.js';

// `npm run bench quick`: in two minutes whether a change made it faster or slower, beside figures.json (`-- --keep` writes it).
const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
const RATE = 100;
const SECONDS = 15;
const BEDS = 2_000;
const folder = mkdtempSync(join(tmpdir(), 'wardstream-bench-'));

/** figures.json of the sources, from the built benchmark alike. */
const figuresFile = (() => {
  let at = import.meta.dirname;
  while (!existsSync(join(at, 'nx.json'))) at = dirname(at);
  return join(at, 'bench', 'figures.json');
})();

async function measureHouse(facilities: number, ceilings: MachineCeilings): Promise<HouseFigures> {
  const bench = await BenchHouse.start({ mode: 'standalone', size: { facilities, beds: BEDS }, folder, brokers: [] });
  try {
    await bench.load.run({ rate: 100, seconds: 5 });
    line(`\nstandalone, ${facilities} ${facilities === 1 ? 'facility' : 'facilities'}, ${BEDS} beds`);
    const held = await sustained(bench, RATE, SECONDS);
    return { held, full: await saturated(bench, SECONDS, ceilings.insertsPerSecond) };
  } finally {
    await bench.remove();
  }
}

function figuresOf(name: string, { held, full }: HouseFigures, ceilings: MachineCeilings): Figure[] {
  const inserts = 'durable inserts of the machine';
  const less = (figure: string, unit: string, value: number): Figure => ({
    name: `${name}: ${figure}`,
    unit,
    value,
    better: 'less',
  });
  return [
    less('CPU a message at a steady rate', `CPU of ${inserts}`, cpuUsPerMessage(held) / ceilings.insertCpuUs),
    less('CPU a message, saturated', `CPU of ${inserts}`, cpuUsPerMessage(full) / ceilings.insertCpuUs),
    less('sent to seen p50 at a steady rate', `times of ${inserts}`, held.result.latency.p50 / ceilings.insertMs),
    less('sent to seen p99 at a steady rate', `times of ${inserts}`, held.result.latency.p99 / ceilings.insertMs),
    less('sent to acknowledged p99 at a steady rate', `times of ${inserts}`, held.result.ack.p99 / ceilings.insertMs),
    {
      name: `${name}: messages a second, saturated`,
      unit: inserts,
      value: full.result.perSecond / ceilings.insertsPerSecond,
      better: 'more',
    },
    less('rows written a message, saturated', 'rows', full.cost.writes.rows / full.result.sent),
    less('WAL a message, saturated', 'bytes', full.cost.writes.walBytes / full.result.sent),
  ];
}

line('Ceilings of this machine');
const message = Buffer.from(adt({ trigger: 'A01', visit: 'V1', at: 'W01^A^01', when: new Date() }));
const ceilings = await measureMachine(message, 2);
const one = await measureHouse(1, ceilings);
const many = await measureHouse(100, ceilings);
compareFacilities(one, many, 100);
rmSync(folder, { recursive: true, force: true });

const now = [...figuresOf('1 facility', one, ceilings), ...figuresOf('100 facilities', many, ceilings)];
const kept = existsSync(figuresFile) ? (JSON.parse(readFileSync(figuresFile, 'utf8')) as Figure[]) : [];
line('\nBeside the figures that were kept, as ratios to the ceilings');
for (const c of compareFigures(kept, now)) {
  const change =
    c.worsePercent === undefined
      ? 'nothing was kept'
      : `${n(Math.abs(c.worsePercent))} % ${c.worsePercent > 0 ? 'worse' : 'better'}`;
  line(`  ${c.name}: ${n(c.now, 3)}${c.kept === undefined ? '' : ` (kept ${n(c.kept, 3)})`}, ${change}`);
}
if (values.keep) {
  const rounded = now.map((figure) => ({ ...figure, value: Number(figure.value.toPrecision(4)) }));
  writeFileSync(figuresFile, `${JSON.stringify(rounded, null, 2)}\n`);
  line(`Kept in ${figuresFile}.`);
}
process.exit(0);
