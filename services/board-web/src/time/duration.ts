import { t } from '../texts/texts.js';

export interface DurationPart {
  readonly value: string;
  readonly unit: 'min' | 'h' | 'm' | 'd';
}

/** 34 min, 2 h 05 m, 1 d 03 h: the second number always has two digits, so that a running clock keeps its width. */
export function durationParts(minutes: number): readonly DurationPart[] {
  if (minutes < 60) return [{ value: String(minutes), unit: 'min' }];
  if (minutes < 1440) {
    return [
      { value: String(Math.floor(minutes / 60)), unit: 'h' },
      { value: String(minutes % 60).padStart(2, '0'), unit: 'm' },
    ];
  }
  return [
    { value: String(Math.floor(minutes / 1440)), unit: 'd' },
    { value: String(Math.floor((minutes % 1440) / 60)).padStart(2, '0'), unit: 'h' },
  ];
}

/** The same as running text: '34 min', '2 h 05 m', '1 d 03 h'. */
export function durationText(minutes: number): string {
  return durationParts(minutes)
    .map((p) => `${p.value} ${p.unit}`)
    .join(' ');
}

/** For screen readers: '2 hours 50 minutes'. */
export function durationSpoken(minutes: number): string {
  const part = (n: number, unit: 'day' | 'hour' | 'minute'): string => t(`count.${unit}`, { n });
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const words = [
    days > 0 ? part(days, 'day') : '',
    hours > 0 ? part(hours, 'hour') : '',
    days === 0 && (minutes % 60 > 0 || hours === 0) ? part(minutes % 60, 'minute') : '',
  ];
  return words.filter((w) => w !== '').join(' ');
}

/** 45 s, 3 min, 2 h: how old what a feed says is. */
export function ageText(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s} s`;
  const minutes = Math.round(s / 60);
  return minutes < 60 ? `${minutes} min` : durationText(minutes);
}

/** Whole minutes from `since` to the facility's minute, both cut to the minute so that all clocks step together. */
export function minutesSince(since: string, minute: number): number {
  return minute - Math.floor(Date.parse(since) / 60_000);
}

export type ClockLevel = '' | 'warn' | 'high' | 'critical';

/** Against the target: below 75 % plain, to 100 % amber, over it a triangle, at twice the target an octagon. */
export function clockLevel(minutes: number, targetMinutes: number | null): ClockLevel {
  if (targetMinutes === null || targetMinutes <= 0) return '';
  if (minutes >= targetMinutes * 2) return 'critical';
  if (minutes >= targetMinutes) return 'high';
  return minutes >= targetMinutes * 0.75 ? 'warn' : '';
}
