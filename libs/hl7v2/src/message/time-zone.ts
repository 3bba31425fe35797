import { IANAZone } from 'luxon';

/** What a time without an offset is relative to: a fixed offset in minutes east of UTC, or a zone of the IANA database. */
export type TimeRule = { readonly offsetMinutes: number } | ZoneRule;

export interface ZoneRule {
  readonly zone: string;
  /** Milliseconds since the epoch: of the two times that a local time of a repeated hour may be, the one nearest to it; else the first. */
  readonly near?: number | undefined;
}

const zones = new Map<string, IANAZone>();
/** Minutes east of UTC; two of a local time that occurs twice. */
interface Offsets {
  readonly first: number;
  readonly second: number;
}
const offsets = new Map<string, Offsets>();

/** Whether `name` is a zone of the IANA database. */
export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

/**
 * Milliseconds since the epoch of a local time given as if it were UTC. A local time that a clock change skips is moved
 * forward; one that occurs twice is the occurrence nearest to what the rule says, else its first.
 */
export function localToUtc(localMs: number, rule: TimeRule): number {
  if ('offsetMinutes' in rule) return localMs - rule.offsetMinutes * 60_000;
  // The offset holds for a quarter of an hour at least: changes happen on the quarter.
  const quarter = Math.floor(localMs / 900_000);
  const key = `${rule.zone} ${quarter}`;
  const known = offsets.get(key) ?? offsetsAt(localMs, rule.zone);
  if (offsets.size > 20_000) offsets.clear();
  offsets.set(key, known);
  const [first, second] = [localMs - known.first * 60_000, localMs - known.second * 60_000];
  const { near } = rule;
  return near !== undefined && Math.abs(second - near) < Math.abs(first - near) ? second : first;
}

function offsetsAt(localMs: number, name: string): Offsets {
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = IANAZone.create(name);
    zones.set(name, zone);
  }
  if (!zone.isValid) return { first: 0, second: 0 };
  const before = zone.offset(localMs - 86_400_000);
  const after = zone.offset(localMs + 86_400_000);
  // Valid with the offset of the day before: it is the first occurrence, and there may be another. Else the time was skipped.
  const isFirst = zone.offset(localMs - before * 60_000) === before;
  const isSecond = zone.offset(localMs - after * 60_000) === after;
  if (isFirst) return { first: before, second: isSecond ? after : before };
  return isSecond ? { first: after, second: after } : { first: before, second: before };
}
