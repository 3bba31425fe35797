import type { BenchHouse } from '../flow/bench-house.js';
import { line, n, reportCost, reportLoad } from '../report/lines.js';
import { measured, type Outcome, WINDOW } from './steady.js';

/** How long the senders could reach nobody. */
const OUTAGE_MS = 4 * 3_600_000;

/** What the senders kept during an outage of four hours, all at once. */
export async function outage(bench: BenchHouse, messages: number): Promise<Outcome> {
  const outcome = await measured(bench, { messages, window: WINDOW, spreadOverMs: OUTAGE_MS });
  const { result, cost } = outcome;
  reportLoad(`after an outage, ${n(messages)} messages at once`, result);
  line(
    `    drained after ${n(result.seconds, 1)} s; the board behind an acknowledged message: at most ${n(
      result.longestBehind / 1000,
      1,
    )} s, without saying so ${n(result.longestUnsaid / 1000, 1)} s`,
  );
  reportCost(cost, result.sent);
  return outcome;
}
