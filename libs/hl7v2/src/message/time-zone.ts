import { IANAZone } from 'luxon';

/** What a time without an offset is relative to: a fixed offset in minutes east of UTC, or a zone of the IANA database. */
export type TimeRule = { readonly offsetMinutes: number } | { readonly zone: string };

const zones = new Map<string, IANAZone>();
const offsets = new Map<string, number>();

/** Whether `name` is a zone of the IANA database. */
export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

/**
 * Milliseconds since the epoch of a local time given as if it were UTC. A local time that a clock change skips is moved
 * forward; one that occurs twice is its first occurrence.
 */
export function localToUtc(localMs: number, rule: TimeRule): number {
  if ('offsetMinutes' in rule) return localMs - rule.offsetMinutes * 60_000;
  // The offset holds for a quarter of an hour at least: changes happen on the quarter.
  const quarter = Math.floor(localMs / 900_000);
  const key = `${rule.zone} ${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return localMs - known * 60_000;
  const minutes = offsetAt(localMs, rule.zone);
  if (offsets.size > 20_000) offsets.clear();
  offsets.set(key, minutes);
  return localMs - minutes * 60_000;
}

function offsetAt(localMs: number, name: string): number {
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = IANAZone.create(name);
    zones.set(name, zone);
  }
  if (!zone.isValid) return 0;
  const before = zone.offset(localMs - 86_400_000);
  const after = zone.offset(localMs + 86_400_000);
  // Valid with the offset of the day before: it is the first occurrence. Else the later offset, else the time was skipped.
  if (zone.offset(localMs - before * 60_000) === before) return before;
  if (zone.offset(localMs - after * 60_000) === after) return after;
  return before;
}
