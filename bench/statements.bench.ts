import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BenchHouse } from './flow/bench-house.js';
import { WINDOW } from './scenarios/steady.js';
import { countStatements } from './scenarios/statements.js';
import { line } from './report/lines.js';

// `npm run bench statements`: what a message costs the database, statement by statement and table by table.
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    most: { type: 'string', default: '40' },
    facilities: { type: 'string', default: '1' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'wardstream-bench-'));
const bench = await BenchHouse.start({
  mode: 'standalone',
  size: { facilities: Number(values.facilities), beds: 2_000 },
  folder,
  brokers: [],
  countStatements: true,
});
try {
  await bench.load.run({ rate: 50, seconds: 5 });
  line(`standalone, ${values.facilities} facilities, its server counting statements`);
  await countStatements(bench, { rate: 100, seconds: Number(values.seconds) }, Number(values.most));
  await countStatements(bench, { window: WINDOW, seconds: Number(values.seconds) }, Number(values.most));
} finally {
  await bench.remove();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
