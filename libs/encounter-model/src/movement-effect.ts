import type { Place } from '@wardstream/events';
import type { Cancel, Correction, Movement, Update } from './visit-history.js';
import { transferTarget } from './pendings.js';
import { placeText } from './places.js';

/** Where a movement led from and to. */
export interface MovementEffect {
  readonly from: Place | null;
  readonly to: Place | null;
}

/** `here` is where the patient was by all other facts. */
export function movementEffect(m: Movement, here: Place | null): MovementEffect {
  switch (m.kind) {
    case 'discharge':
      return { from: here ?? m.place, to: null };
    case 'transfer':
    case 'swap':
      return { from: here ?? m.prior, to: m.place };
    case 'pending-transfer':
      return { from: here, to: transferTarget(m, here) };
    case 'pending-discharge':
    case 'leave':
      return { from: here, to: null };
    case 'depart':
      return { from: here, to: m.temporary ?? m.pendingPlace };
    case 'attending':
      return { from: here, to: here };
    case 'preadmit':
    case 'pending-admit':
      return { from: here, to: m.pendingPlace ?? m.place };
    default:
      return { from: here, to: m.deletes.has('place') ? null : (m.place ?? here) };
  }
}

/** A statement in words, for a conflict. */
export function said(stated: Movement | Cancel | Update | Correction): string {
  return `${stated.kind.replaceAll('-', ' ')}, ${placeText(stated.place)}, at ${stated.at}`;
}
