import type { BoardState } from '../stream/board-state.js';
import { localTime } from '../time/local-time.js';
import { t } from '../texts/texts.js';

/** When an alert was last active, for an empty list. */
export function lastCleared(state: BoardState): string {
  const latest = [...state.alerts.values()]
    .flatMap((a) => a.resolvedAt ?? [])
    .reduce<string | null>((a, b) => (a === null || b > a ? b : a), null);
  if (latest === null) return t('alerts.noneInTheLastHour');
  return t('alerts.lastOneCleared', { value: localTime(state.facility?.timeZone ?? 'UTC').clock(Date.parse(latest)) });
}
