import { ownCpu } from '../measures/cost.js';
import { line, n } from '../report/lines.js';
import type { Outcome } from './steady.js';

/** What one house did under both loads. */
export interface HouseFigures {
  readonly held: Outcome;
  readonly full: Outcome;
}

/** CPU of services and PostgreSQL for a message, microseconds. */
export function cpuUsPerMessage({ cost, result }: Outcome): number {
  return (ownCpu(cost.cpu) * 1000) / result.sent;
}

/** What it costs that the same messages come from many facilities. */
export function compareFacilities(one: HouseFigures, many: HouseFigures, facilities: number): void {
  const times = (of: (figures: HouseFigures) => number): string => n(of(many) / of(one), 2);
  line(
    `  ${facilities} facilities against one, times: CPU a message at a steady rate ${times((f) => cpuUsPerMessage(f.held))}, ` +
      `saturated ${times((f) => cpuUsPerMessage(f.full))}; messages/s saturated ${times((f) => f.full.result.perSecond)}; ` +
      `ACK p99 at a steady rate ${times((f) => f.held.result.ack.p99)}`,
  );
}
