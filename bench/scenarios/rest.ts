import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchHouse } from '../flow/bench-house.js';
import { type Cost, costOf } from '../measures/cost.js';
import { coresOf, line, n } from '../report/lines.js';

/** What a load leaves to be tidied up (retention, cleaning of tables) is done by then. */
const SETTLE_MS = 10_000;

/** A house that nobody tells anything, its boards open. */
export async function rest(bench: BenchHouse, seconds: number): Promise<Cost> {
  await sleep(SETTLE_MS);
  const { cost } = await costOf(bench.database, () => sleep(seconds * 1000));
  line(`  at rest for ${seconds} s, cores in use: ${coresOf(cost.cpu, cost.seconds, 4)}`);
  line(
    `    a second: ${n(cost.writes.rows / cost.seconds, 1)} rows written, ${n(cost.writes.walBytes / cost.seconds)} bytes of WAL, ` +
      `${n(cost.writes.transactions / cost.seconds, 1)} transactions`,
  );
  return cost;
}
