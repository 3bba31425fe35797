import { HOUR } from './local-time.js';
import type { Need } from '@wardstream/events';
import type { Person, Spot, VisitLine } from './acts.js';
import type { SimulatedBed } from './bed-tracker.js';
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
  /** Away for a procedure or on leave, the bed is kept. */
  away: boolean;
  /** Since when in this bed. */
  inBedSince: number;
  /** When the stay is expected to end, as the ward said last; null of who is no inpatient. */
  expectedEnd: number | null;
  /** Something about this patient is to be seen until then: the stay goes on, and nothing else begins meanwhile. */
  staysUntil: number;
  /** When the ward may let the patient go, by the stay that was drawn. */
  readyAt: number;
  /** A discharge is under way for today. */
  leaving: boolean;
  /** The ward has told of that discharge, and has not taken it back. */
  dischargeTold: boolean;
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

/** Lies in a ward bed of their own, and nothing is under way with them: who may be given something to show. */
export function isSettled(visit: Visit, now: number): boolean {
  const { bed } = visit;
  if (bed === null || bed.occupant !== visit || bed.contesting !== null || visit.class !== 'I') return false;
  const isBusy = visit.away || visit.leaving || visit.gone || visit.request !== null;
  // A transfer or a discharge that is taken back is so within two hours.
  return !isBusy && visit.staysUntil <= now && now - visit.inBedSince > 3 * HOUR && Number.isFinite(visit.readyAt);
}

/** Keeps a patient in the house until then, and everything else that may happen to them away. */
export function keepUntil(visit: Visit, until: number): void {
  visit.staysUntil = Math.max(visit.staysUntil, until);
  visit.readyAt = Math.max(visit.readyAt, until + 2 * HOUR);
}
