import type { Need } from '@wardstream/events';
import type { Person, Spot, VisitLine } from './acts.js';
import type { SimulatedBed } from './bed-book.js';
import type { Request } from './request.js';

/** One stay of one patient in the house, by the hospital's own account. */
export interface Visit {
  readonly number: string;
  readonly person: Person;
  class: VisitLine['class'];
  service: string;
  doctor: VisitLine['doctor'];
  admittedAt: number;
  bed: SimulatedBed | null;
  /** The unit whose waiting area the patient is in while in no bed. */
  area: string | null;
  isolation: 'none' | 'contact' | 'droplet' | 'airborne' | 'protective';
  telemetry: boolean;
  equipment: readonly Need[];
  request: Request | null;
  /** Away for a procedure, the bed is kept. */
  away: boolean;
  /** When the ward may let the patient go, by the stay that was drawn. */
  readyAt: number;
  /** A discharge is under way for today. */
  leaving: boolean;
  gone: boolean;
  /** Grows when a correction makes what was planned void. */
  epoch: number;
  /** When the last act about it was sent. */
  lastSent: number;
}

/** Where the visit is as PV1 names it. */
export function spotOf(visit: Visit): Spot | null {
  if (visit.bed) return visit.bed.spot;
  return visit.area ? { unit: visit.area } : null;
}
