import { instantOf } from '@wardstream/kernel';

const DAY_MS = 24 * 3_600_000;

/** From when on history is kept (ISO 8601): what was over before is removed, and no question about a time before is answered. */
export function historyFrom(nowMs: number, retentionDays: number): string {
  return instantOf(nowMs - retentionDays * DAY_MS);
}
