import type { AlertItem } from '../alerts/alert-list.js';

/** Two rows of seven: more is not read from six metres. */
export const UNITS_ON_WALL = 14;
const ALERTS_ON_WALL = 3;

/** The part of the units that is shown at that turn. */
export function pageOfWall<T>(units: readonly T[], part: number): readonly T[] {
  return units.slice(part * UNITS_ON_WALL, (part + 1) * UNITS_ON_WALL);
}

/**
 * The worst alerts that are of a place and no patient: what and where, nothing else of them. Conflicts are about patients, and what is
 * over needs nobody; neither is on a wall.
 */
export function wallAlerts(items: readonly AlertItem[]): readonly AlertItem[] {
  return items.filter(({ cleared, tone }) => !cleared && tone !== 'conflict').slice(0, ALERTS_ON_WALL);
}
