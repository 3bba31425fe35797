/** The first and the last instant that Date, PostgreSQL and the order of our texts can all hold. */
export const FIRST_INSTANT = '0001-01-01T00:00:00.000Z';
export const LAST_INSTANT = '9999-12-31T23:59:59.999Z';
const [firstMs, lastMs] = [Date.parse(FIRST_INSTANT), Date.parse(LAST_INSTANT)];

/**
 * An instant, in milliseconds since the epoch, as ISO 8601 text in UTC with milliseconds. What lies before the first or behind the last
 * that can be kept is that one: arithmetic on a time that somebody sent (a grace added to a day of 9999) never makes one that
 * cannot be stored. Infinity is the last, -Infinity the first. Throws RangeError for NaN, which is no time.
 */
export function instantOf(ms: number): string {
  return new Date(Math.min(Math.max(ms, firstMs), lastMs)).toISOString();
}

/** The text of an instant held within what can be kept; what is none stays as it is. */
export function heldInstant(text: string): string {
  if (text.length === LAST_INSTANT.length && text >= FIRST_INSTANT && text <= LAST_INSTANT) return text;
  const ms = Date.parse(text);
  return Number.isNaN(ms) || (ms >= firstMs && ms <= lastMs) ? text : instantOf(ms);
}
