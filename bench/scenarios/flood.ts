import type { BenchHouse } from '../flow/bench-house.js';
import { line, n, reportCost, reportLoad } from '../report/lines.js';
import { measured, type Outcome, WINDOW } from './steady.js';

/**
 * More than it can do, offered all the time. Connections keep a bounded number of messages unanswered, as interface engines do; what
 * they cannot send waits with them and is counted.
 */
export async function flood(bench: BenchHouse, rate: number, seconds: number): Promise<Outcome> {
  const outcome = await measured(bench, { rate, seconds, window: 2 * WINDOW });
  const { result, cost } = outcome;
  reportLoad(`flood, ${n(rate)} messages/s offered for ${seconds} s`, result);
  line(
    `    held back by the senders as acknowledgements were slow: ${n(result.heldBack)}; the board behind an acknowledged message, ms: ` +
      `at most ${n(result.longestBehind)}, without saying so ${n(result.longestUnsaid)}`,
  );
  reportCost(cost, result.sent);
  return outcome;
}
