import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BenchHouse } from './flow/bench-house.js';
import { residentMb } from './measures/processes.js';
import { line, n, reportDisk } from './report/lines.js';
import { WINDOW } from './scenarios/steady.js';

// `npm run bench memory`: resident memory and disk over a million messages (`-- --messages N`), an hour or less.
const { values } = parseArgs({
  options: { messages: { type: 'string', default: '1000000' }, looks: { type: 'string', default: '20' } },
});
const messages = Number(values.messages);
const every = Math.max(1, Math.floor(messages / Number(values.looks)));
const folder = mkdtempSync(join(tmpdir(), 'wardstream-bench-'));
const bench = await BenchHouse.start({ mode: 'standalone', size: { facilities: 1, beds: 2_000 }, folder, brokers: [] });
try {
  const sizes = await bench.database.tableSizes();
  line(`standalone, ${n(messages)} messages as fast as it goes`);
  line(`  resident before: ${n(residentMb(bench.house.pid))} MB`);
  let next = every;
  const began = performance.now();
  const result = await bench.load.run({ messages, window: WINDOW }, (seen) => {
    if (seen < next) return;
    next += every;
    const seconds = (performance.now() - began) / 1000;
    line(`  ${n(seen)} seen after ${n(seconds)} s: resident ${n(residentMb(bench.house.pid))} MB`);
  });
  line(`  ${result.seen} of ${result.sent} seen, ${result.refused} refused, ${n(result.perSecond)} messages/s`);
  reportDisk(sizes, await bench.database.tableSizes(), result.sent);
} finally {
  await bench.remove();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
