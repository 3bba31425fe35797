import type { BenchHouse } from '../flow/bench-house.js';
import { type Cost, costOf } from '../measures/cost.js';
import type { LoadResult, Pace } from '../flow/load.js';
import { residentMb } from '../measures/processes.js';
import { line, n, reportCost, reportLoad } from '../report/lines.js';

export interface Outcome {
  readonly result: LoadResult;
  readonly cost: Cost;
}

/** Unanswered messages of each of the fourteen connections where it goes as fast as it can. */
export const WINDOW = 16;
const MEMORY_EVERY_MS = 5_000;

/** A rate that a hospital has, held: what users feel, and what it costs at rest but for that. */
export async function sustained(bench: BenchHouse, rate: number, seconds: number): Promise<Outcome> {
  const memory = [residentMb(bench.house.pid)];
  const watch = setInterval(() => memory.push(residentMb(bench.house.pid)), MEMORY_EVERY_MS);
  const outcome = await measured(bench, { rate, seconds });
  clearInterval(watch);
  reportLoad(`${rate} messages/s for ${seconds} s`, outcome.result);
  reportCost(outcome.cost, outcome.result.sent);
  line(`  resident memory every 5 s, MB: ${memory.map((m) => n(m)).join(' ')}`);
  return outcome;
}

/** As much as it takes: the next message of a connection as soon as one of sixteen is answered. */
export async function saturated(bench: BenchHouse, seconds: number, insertCeiling: number): Promise<Outcome> {
  const outcome = await measured(bench, { window: WINDOW, seconds });
  const { result, cost } = outcome;
  reportLoad(`as fast as it goes (${bench.connections} senders, ${WINDOW} unanswered each)`, result);
  reportCost(cost, result.sent);
  if (Number.isFinite(insertCeiling))
    line(`  ratio to the insert ceiling of ${n(insertCeiling)}/s: ${n(result.perSecond / insertCeiling, 3)}`);
  line(`  resident memory after it: ${n(residentMb(bench.house.pid))} MB`);
  return outcome;
}

/** A load with its cost. */
export async function measured(bench: BenchHouse, pace: Pace): Promise<Outcome> {
  return costOf(bench.database, () => bench.load.run(pace));
}
