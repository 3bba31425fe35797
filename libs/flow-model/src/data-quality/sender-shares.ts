import type { CountedMessages } from '@wardstream/api-contract';
import type { SenderCountedData, SenderHour } from '@wardstream/events';
import { HOUR_MS, iso, ms } from '../instants.js';

/** A share is told of at least so many messages; of fewer it is chance. */
export const LEAST_MESSAGES = 20;

/** What was counted of a sender over some hours. */
export type SenderSum = CountedMessages['counts'];

type Counted = Exclude<keyof SenderHour, 'at'>;
const counted: readonly Counted[] = [
  'received',
  'processed',
  'unplaced',
  'notActedOn',
  'quarantined',
  'refused',
  'repeats',
  'controlIdsReused',
  'timed',
  'recordedAhead',
  'eventInFuture',
  'eventLongPast',
  'notProduction',
];

/** Of what was counted of a sender, the sums of the present hour: they are asked for every few seconds, for every facility. */
const sums = new WeakMap<SenderCountedData['hours'], { readonly hour: number; readonly of: Map<number, SenderSum> }>();

/** Sums the present hour and the `hours` before it. */
export function sumOfHours({ hours: known }: Pick<SenderCountedData, 'hours'>, hours: number, now: number): SenderSum {
  const hour = Math.floor(now / HOUR_MS);
  let kept = sums.get(known);
  if (kept?.hour !== hour) {
    kept = { hour, of: new Map() };
    sums.set(known, kept);
  }
  const before = kept.of.get(hours);
  if (before !== undefined) return before;
  const sum = summed(known, (hour - hours) * HOUR_MS);
  kept.of.set(hours, sum);
  return sum;
}

function summed(hours: SenderCountedData['hours'], from: number): SenderSum {
  const sum = Object.fromEntries(counted.map((key) => [key, 0])) as Record<Counted, number>;
  for (const hour of hours) {
    if (ms(hour.at) < from) continue;
    for (const key of counted) sum[key] += hour[key] ?? 0;
  }
  return { from: iso(from), ...sum };
}

/**
 * The hours a share is told of: this one and the one before; where fewer than twenty messages came in them, this one and
 * the 23 before; null where that is too few as well.
 */
export function shareWindow(
  sender: Pick<SenderCountedData, 'hours'>,
  now: number,
  base: 'received' | 'timed' = 'received',
): SenderSum | null {
  for (const hours of [1, 23]) {
    const sum = sumOfHours(sender, hours, now);
    if (sum[base] >= LEAST_MESSAGES) return sum;
  }
  return null;
}

/**
 * Messages of the last sixty minutes: those of this hour, and of the hour before the part that is still within the sixty
 * minutes, as if they had come evenly.
 */
export function messagesInLastHour(sender: Pick<SenderCountedData, 'hours'>, now: number): number {
  const thisHour = Math.floor(now / HOUR_MS) * HOUR_MS;
  const of = (at: number) => sender.hours.find((h) => ms(h.at) === at)?.received ?? 0;
  return of(thisHour) + of(thisHour - HOUR_MS) * (1 - (now - thisHour) / HOUR_MS);
}

/** Messages in each of the last 23 whole hours and in the present one, oldest first. */
export function hourlyMessages(sender: Pick<SenderCountedData, 'hours'>, now: number): number[] {
  const thisHour = Math.floor(now / HOUR_MS) * HOUR_MS;
  const by = new Map(sender.hours.map((h) => [ms(h.at), h.received]));
  return Array.from({ length: 24 }, (_, i) => by.get(thisHour - (23 - i) * HOUR_MS) ?? 0);
}
