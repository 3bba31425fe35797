const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_HOURS = 168;
/** How many like hours must be known before anything is called usual. */
const ENOUGH = 3;

/** How far back hours of the week and hours of the day are looked at. */
export const USUAL_WEEKS_MS = 56 * DAY_MS;
const USUAL_DAYS_MS = 14 * DAY_MS;

/**
 * Messages usually received in each of the 168 hours from `fromMs` (the begin of an hour) on: the median of the same hour of
 * the week (local time) in the last eight weeks; where fewer than three are known, of the same hour of the day in the last
 * two weeks; else null. `received` holds the hours (begin, ms) in which anything was; an hour since `firstMs` that it lacks
 * counts as none. The hour in which the sender was first heard is no whole one and is left out.
 */
export function usualPerHour(
  received: ReadonlyMap<number, number>,
  firstMs: number,
  fromMs: number,
  timeZone: string,
): (number | null)[] {
  const slotOf = localHours(timeZone);
  const ofWeek = new Map<number, number[]>();
  const ofDay = new Map<number, number[]>();
  const first = Math.max(Math.ceil(firstMs / HOUR_MS) * HOUR_MS, fromMs - USUAL_WEEKS_MS);
  for (let at = first; at < fromMs; at += HOUR_MS) {
    const count = received.get(at) ?? 0;
    const slot = slotOf(at);
    push(ofWeek, slot, count);
    if (at >= fromMs - USUAL_DAYS_MS) push(ofDay, slot % 24, count);
  }
  return Array.from({ length: WEEK_HOURS }, (_, i) => {
    const slot = slotOf(fromMs + i * HOUR_MS);
    return median(ofWeek.get(slot)) ?? median(ofDay.get(slot % 24));
  });
}

function push(map: Map<number, number[]>, key: number, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function median(values: readonly number[] | undefined): number | null {
  if (values === undefined || values.length < ENOUGH) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Hour of the local week, 0 for Monday 00:00. An unknown zone counts as UTC. */
function localHours(timeZone: string): (atMs: number) => number {
  const options = { weekday: 'short', hour: '2-digit', hourCycle: 'h23' } as const;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone });
  } catch {
    format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' });
  }
  return (atMs) => {
    const parts = format.formatToParts(atMs);
    const of = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
    return days.indexOf(of('weekday')) * 24 + Number(of('hour'));
  };
}
