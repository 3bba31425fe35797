import type { CountedBed } from '../state/facility-state.js';

/** A visit that is not shown in the bed its sender puts it in. */
export interface NotFollowed {
  readonly encounterId: string;
  readonly bedId: string;
}

/**
 * Visits that hold a bed of the facility which shows neither them nor that a person said they are not in it. Beds follow visits at
 * once, so where one stays in this list the beds are behind, and one that is shown as free may be taken.
 */
export function notFollowed(
  visits: Iterable<{ readonly encounterId: string; readonly heldBed: string | null }>,
  beds: ReadonlyMap<string, Pick<CountedBed, 'occupants' | 'notInBed' | 'onLeave'>>,
): NotFollowed[] {
  const found: NotFollowed[] = [];
  for (const { encounterId, heldBed } of visits) {
    const bed = heldBed === null ? undefined : beds.get(heldBed);
    if (heldBed === null || bed === undefined) continue;
    const isShown = [...bed.occupants, ...(bed.notInBed ?? []), ...(bed.onLeave ?? [])].some(
      (o) => o.encounterId === encounterId,
    );
    if (!isShown) found.push({ encounterId, bedId: heldBed });
  }
  return found;
}
