import type { Place, Stay } from '@wardstream/events';
import { compareMovements } from './event-order.js';
import type { Cancel, Movement } from './movements.js';
import { placeKey } from './places.js';
import type { Course } from './course.js';

/** A patient was in a bed by a movement that was cancelled later. */
export interface Sighting {
  readonly movementId: string;
  readonly place: Place;
  /** When the patient is known to have left it. */
  readonly at: string;
  readonly leftBy: NonNullable<Stay['endedBy']>;
}

/**
 * Beds of cancelled movements that the patient is known to have been in (rule 13): a later movement, recorded before the cancel,
 * started from there. Such a bed is dirty, although the movement did not happen.
 */
export function knownToHaveBeenIn(
  movements: readonly Movement[],
  cancelled: ReadonlyMap<string, Cancel>,
  courses: ReadonlyMap<string, Course>,
): Sighting[] {
  const sightings: Sighting[] = [];
  for (const movement of movements) {
    const cancel = cancelled.get(movement.id);
    const place = courses.get(movement.id)?.to ?? null;
    if (cancel === undefined || place === null || place.bed === null || !arrives(movement)) continue;
    const later = movements
      .filter((m) => m !== movement && m.at >= movement.at && m.recordedAt <= cancel.recordedAt && startsFrom(m, place))
      .sort(compareMovements)
      .at(-1);
    if (later !== undefined) {
      sightings.push({
        movementId: movement.id,
        place,
        at: later.at,
        leftBy: later.kind === 'discharge' ? 'discharge' : 'transfer',
      });
    }
  }
  return sightings;
}

function arrives({ kind }: Movement): boolean {
  return kind === 'admit' || kind === 'transfer' || kind === 'to-inpatient' || kind === 'swap' || kind === 'register';
}

function startsFrom(movement: Movement, place: Place): boolean {
  const key = placeKey(place);
  switch (movement.kind) {
    case 'transfer':
    case 'swap':
    case 'to-inpatient':
    case 'to-outpatient':
      return placeKey(movement.prior) === key;
    case 'discharge':
    case 'leave':
      return placeKey(movement.place) === key;
    case 'depart':
      return placeKey(movement.prior ?? movement.place) === key;
    default:
      return false;
  }
}
