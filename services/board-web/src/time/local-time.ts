import { hours, locale } from '../texts/texts.js';

/** How one facility's local time is written. */
export interface LocalTime {
  /** 14:42 */
  readonly clock: (ms: number) => string;
  /** 14:42:06 */
  readonly seconds: (ms: number) => string;
  /** Tue 13 Jan */
  readonly date: (ms: number) => string;
  /** 14:05 today, Thu 23:05 within the last days, 3 Jan 23:05 before; 01:30 BST in the hour that is passed twice. */
  readonly near: (iso: string, nowMs: number) => string;
}

const HOUR_MS = 3_600_000;
const cache = new Map<string, LocalTime>();

/** Formats in the facility's time zone, 24 hours unless 12 are chosen; in UTC where the zone's name is not known to the browser. */
export function localTime(timeZone: string): LocalTime {
  const known = cache.get(timeZone);
  if (known !== undefined) return known;
  const made = make(timeZone);
  cache.set(timeZone, made);
  return made;
}

function make(zone: string): LocalTime {
  const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
    try {
      return new Intl.DateTimeFormat(locale, { ...options, timeZone: zone, hourCycle: hours === '12' ? 'h12' : 'h23' });
    } catch {
      return new Intl.DateTimeFormat(locale, {
        ...options,
        timeZone: 'UTC',
        hourCycle: hours === '12' ? 'h12' : 'h23',
      });
    }
  };
  const clock = format({ hour: '2-digit', minute: '2-digit' });
  const seconds = format({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const date = format({ weekday: 'short', day: 'numeric', month: 'short' });
  const weekday = format({ weekday: 'short' });
  const dayMonth = format({ day: 'numeric', month: 'short' });
  const day = format({ year: 'numeric', month: '2-digit', day: '2-digit' });
  const zoneName = format({ timeZoneName: 'short' });
  const told = (ms: number): string => {
    const shown = clock.format(ms);
    const isTwice = [ms - HOUR_MS, ms + HOUR_MS].some((at) => clock.format(at) === shown);
    const name = isTwice ? zoneName.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value : undefined;
    return name === undefined ? shown : `${shown} ${name}`;
  };
  return {
    clock: (ms) => clock.format(ms),
    seconds: (ms) => seconds.format(ms),
    date: (ms) => date.format(ms).replace(',', ''),
    near: (iso, nowMs) => {
      const ms = Date.parse(iso);
      if (day.format(ms) === day.format(nowMs)) return told(ms);
      const within = Math.abs(nowMs - ms) < 6 * 86_400_000;
      return `${(within ? weekday : dayMonth).format(ms)} ${told(ms)}`;
    },
  };
}
