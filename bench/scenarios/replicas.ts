import { availableParallelism } from 'node:os';
import { BenchStack, REPLICATED } from '../flow/bench-stack.js';
import { costOf } from '../measures/cost.js';
import { OverlapWatch } from '../measures/overlap.js';
import { pin, pinOthers, pinPlan } from '../measures/pinning.js';
import { line, n, reportCost, reportLoad } from '../report/lines.js';
import { WINDOW } from './steady.js';

/** Replicas share facilities, so there must be more than a few. */
const FACILITIES = 32;
const BEDS = 2_000;

export interface ReplicaTimes {
  readonly rate: number;
  readonly seconds: number;
  readonly saturatedSeconds: number;
}

/** The stack on Kafka with one and with two replicas of admissions, bed-management and board, each replica on a processor of its own. */
export async function compareReplicas(folder: string, times: ReplicaTimes): Promise<void> {
  const one = await withReplicas(1, folder, times);
  const two = await withReplicas(2, folder, times);
  line(`  two replicas against one: ${n(two / one, 2)} times the messages`);
  if (!pinPlan(2).alone) {
    line(
      `    with ${availableParallelism()} processors no replica has one to itself: the ratio says what a second replica costs here, not what it adds`,
    );
  }
}

/** Messages a second, saturated. */
async function withReplicas(count: number, folder: string, times: ReplicaTimes): Promise<number> {
  const bench = await BenchStack.start(count, { facilities: FACILITIES, beds: BEDS }, folder);
  try {
    line(`\nstack on Kafka, ${count} of each of ${REPLICATED.join(', ')}`);
    const plan = pinPlan(count);
    pinOthers(plan.others, new Set(bench.replicas.keys()));
    const pinned = plan.replicas.map((cpu, i) => bench.pidsOf(i).every((pid) => pin(pid, [cpu])));
    line(
      pinned.every(Boolean)
        ? `  pinned by taskset: replica ${plan.replicas.map((cpu, i) => `${i + 1} on processor ${cpu}`).join(', ')}; all others on ${plan.others.join(', ')}`
        : '  not pinned: taskset is missing',
    );
    await bench.load.run({ rate: 50, seconds: 10 });
    for (const pace of [
      { rate: times.rate, seconds: times.seconds },
      { window: WINDOW / 2, seconds: times.saturatedSeconds },
    ]) {
      const overlap = new OverlapWatch(bench.replicas);
      const { result, cost } = await costOf(bench.database, () => bench.load.run(pace), bench.replicas);
      overlap.stop();
      reportLoad(
        pace.rate === undefined ? 'as fast as it goes' : `${pace.rate} messages/s for ${pace.seconds} s`,
        result,
      );
      reportCost(cost, result.sent);
      if (count > 1) {
        const shares = REPLICATED.map((name) => `${name} ${n(overlap.share(`${name} 1`, `${name} 2`) * 100)} %`);
        line(`    both replicas at work at once, of the time that either was: ${shares.join(', ')}`);
      }
      if (pace.rate === undefined) return result.perSecond;
    }
    throw new Error('nothing was measured');
  } finally {
    await bench.remove();
    pinOthers(allProcessors(), new Set());
  }
}

function allProcessors(): number[] {
  return Array.from({ length: availableParallelism() }, (_, i) => i);
}
