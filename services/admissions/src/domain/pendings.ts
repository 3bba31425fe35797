import type { Pending, Place } from '@wardstream/events';
import type { Movement } from './movements.js';
import { samePlace } from './places.js';

/** The plans of one visit while its history is walked; one of a kind, the latest. */
export class Pendings {
  private readonly open = new Map<Pending['kind'], Pending>();

  /** A05, A14, A15, A16. `here` is where the patient is at that time. */
  announce(movement: Movement, here: Place | null): void {
    switch (movement.kind) {
      case 'preadmit':
      case 'pending-admit':
        this.set('admit', movement.pendingPlace ?? movement.place, movement);
        break;
      case 'pending-transfer':
        this.set('transfer', transferTarget(movement, here), movement);
        break;
      case 'pending-discharge':
        this.set('discharge', null, movement);
        break;
      default:
        break;
    }
  }

  admitted(): void {
    this.open.delete('admit');
  }

  /** A transfer spends the plan to transfer, also where it went elsewhere (rule 11), and the plan to admit to that place. */
  transferred(to: Place | null): void {
    this.open.delete('transfer');
    const admission = this.open.get('admit')?.place ?? null;
    if (admission !== null && samePlace(admission, to)) this.open.delete('admit');
  }

  discharged(): void {
    this.open.clear();
  }

  list(): Pending[] {
    return [...this.open.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1));
  }

  private set(kind: Pending['kind'], place: Place | null, { expectedAt, at }: Movement): void {
    this.open.set(kind, { kind, place, expectedAt, at });
  }
}

/** PV1-42, else PV1-3 where it is known to differ from where the patient is (rule 11). */
export function transferTarget(movement: Movement, here: Place | null): Place | null {
  if (movement.pendingPlace !== null) return movement.pendingPlace;
  return here !== null && movement.place !== null && !samePlace(movement.place, here) ? movement.place : null;
}
