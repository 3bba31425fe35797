import type { BedData, BedState } from '@wardstream/events';
import { HOUR_MS, ms } from '../instants.js';

/** A time a bed spent in one state, in milliseconds since the epoch; `to` is null for the present one. */
export interface HistorySegment {
  readonly from: number;
  readonly to: number | null;
  readonly state: BedState;
}

/** How far back the trend looks: the 23 whole hours before the present one. */
export const TREND_POINTS = 24;
const KEPT_MS = TREND_POINTS * HOUR_MS;

/**
 * Replaces what `patch` tells anew: before `patch.from` the old segments stand, from then on the patch's. Both parts are
 * cut at `patch.from`, so segments never overlap.
 */
export function mergeHistory(old: readonly HistorySegment[], patch: BedData['history']): HistorySegment[] {
  const from = ms(patch.from);
  const merged: HistorySegment[] = [];
  for (const segment of old) {
    if (segment.from >= from) break;
    merged.push(segment.to === null || segment.to > from ? { ...segment, to: from } : segment);
  }
  for (const segment of patch.segments) {
    const to = segment.to === null ? null : ms(segment.to);
    const start = Math.max(ms(segment.from), from);
    if (to === null || to > start) merged.push({ from: start, to, state: segment.state });
  }
  return merged;
}

/**
 * Keeps only what a trend of the last 24 hours can still ask for: the present segment and those that contain a whole
 * hour. So a bed's history has at most 25 segments, however often the bed changes.
 */
export function trimHistory(history: readonly HistorySegment[], now: number): HistorySegment[] {
  return history.filter((s) => {
    if (s.to === null) return true;
    if (s.to <= now - KEPT_MS) return false;
    return Math.ceil(s.from / HOUR_MS) * HOUR_MS < s.to;
  });
}

/** The state a bed was in at one moment; null where its history does not reach. */
export function stateAt(history: readonly HistorySegment[], at: number): BedState | null {
  const segment = history.find((s) => s.from <= at && (s.to === null || s.to > at));
  return segment?.state ?? null;
}

/** The last whole hour before `now`: where the trend's youngest closed point lies. It moves on right after the hour. */
export function lastHourMark(now: number): number {
  return Math.floor((now - 1) / HOUR_MS) * HOUR_MS;
}

/**
 * Occupancy rates at the last 23 whole hours, oldest first, and `rateNow` as the last point. Null where no bed of the
 * unit has a known state or none counted. Computed from the segments, so a late correction changes the past points too.
 */
export function trendOf(
  histories: Iterable<readonly HistorySegment[]>,
  now: number,
  rateNow: number | null,
): (number | null)[] {
  const points = TREND_POINTS - 1;
  const last = lastHourMark(now);
  const first = last - (points - 1) * HOUR_MS;
  const occupied = new Array<number>(points).fill(0);
  const counted = new Array<number>(points).fill(0);
  for (const history of histories) {
    for (const segment of history) {
      if (!inDenominator(segment.state)) continue;
      const start = Math.max(0, Math.ceil((segment.from - first) / HOUR_MS));
      const end = segment.to === null ? points : Math.min(points, Math.ceil((segment.to - first) / HOUR_MS));
      for (let i = start; i < end; i += 1) {
        counted[i]! += 1;
        if (segment.state === 'occupied') occupied[i]! += 1;
      }
    }
  }
  return [...occupied.map((n, i) => (counted[i]! === 0 ? null : rounded(n / counted[i]!))), rateNow];
}

/** Whether a bed in this state is staffed and not blocked, and so part of the base of the occupancy rate. */
export function inDenominator(state: BedState): boolean {
  return state !== 'blocked' && state !== 'closed' && state !== 'surge';
}

/** A rate to a hundredth of a percent. */
export function rounded(rate: number): number {
  return Math.round(rate * 10_000) / 10_000;
}
