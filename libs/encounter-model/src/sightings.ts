import type { Place, Stay } from '@wardstream/events';
import { compareMovements } from './event-order.js';
import { compare } from './movements.js';
import type { Cancel, Movement } from './visit-history.js';
import { placeKey } from './places.js';
import type { MovementEffect } from './movement-effect.js';
import { Sorted } from './sorted.js';

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
  effects: ReadonlyMap<string, MovementEffect>,
): Sighting[] {
  const sightings: Sighting[] = [];
  if (cancelled.size === 0) return sightings;
  const recorded = [...movements].sort((a, b) => compare(a.recordedAt, b.recordedAt));
  const leaving = new Map<string, Sorted<Movement>>();
  let next = 0;
  const undone = movements.flatMap((movement) => {
    const cancel = cancelled.get(movement.id);
    const place = effects.get(movement.id)?.to ?? null;
    return cancel === undefined || place === null || place.bed === null || !arrives(movement)
      ? []
      : [{ movement, cancel, place }];
  });
  for (const { movement, cancel, place } of undone.sort((a, b) => compare(a.cancel.recordedAt, b.cancel.recordedAt))) {
    for (; next < recorded.length && recorded[next]!.recordedAt <= cancel.recordedAt; next += 1) {
      const from = startOf(recorded[next]!);
      if (from === null) continue;
      const list = leaving.get(placeKey(from)) ?? new Sorted(compareMovements);
      leaving.set(placeKey(from), list);
      list.add(recorded[next]!);
    }
    const later = lastBut(movement, leaving.get(placeKey(place)));
    if (later !== undefined && later.at >= movement.at) {
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

function lastBut(movement: Movement, list: Sorted<Movement> | undefined): Movement | undefined {
  const last = list?.last();
  return last === movement ? list?.at(list.length - 2) : last;
}

function arrives({ kind }: Movement): boolean {
  return kind === 'admit' || kind === 'transfer' || kind === 'to-inpatient' || kind === 'swap' || kind === 'register';
}

/** Where a movement says that the patient was before it. */
function startOf(movement: Movement): Place | null {
  switch (movement.kind) {
    case 'transfer':
    case 'swap':
    case 'to-inpatient':
    case 'to-outpatient':
      return movement.prior;
    case 'discharge':
    case 'leave':
      return movement.place;
    case 'depart':
      return movement.prior ?? movement.place;
    default:
      return null;
  }
}
