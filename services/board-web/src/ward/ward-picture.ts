import { givingRoles, type Permission, unitsOf } from '@wardstream/access';
import type { Me } from '@wardstream/api-contract';
import type { LevelOfCare, PatientBrief } from '@wardstream/events';
import { keepOnDevice, keptOnDevice } from '../app/kept-on-device.js';
import type { WardPatient } from './ward-list.js';

export interface WardUnit {
  readonly id: string;
  readonly name: string;
  readonly levelOfCare: LevelOfCare;
}

/** Somebody who is to come to the unit. */
export interface WardComing {
  readonly encounterId: string;
  readonly patient: PatientBrief;
  readonly bedIds: readonly string[];
  readonly from: string;
  readonly readyToMoveAt: string | null;
  readonly waitingSince: string | null;
}

/** All that the page shows of a unit. The last one is kept in this browser for a reload without network: it holds no name and no number. */
export interface WardPicture {
  readonly me: Me;
  readonly facility: string;
  readonly timeZone: string;
  readonly unit: string | null;
  readonly units: readonly WardUnit[];
  readonly patients: readonly WardPatient[];
  readonly coming: readonly WardComing[];
  /** The facility's time of it, and this device's time at that moment: what the facility's clock says later follows from both. */
  readonly asOf: number;
  readonly deviceMs: number;
  readonly speed: number;
}

/** The picture that was kept of that person and facility; null where there is none. */
export function keptPicture(subject: string, facility: string): WardPicture | null {
  const kept = keptOnDevice<WardPicture>();
  return kept !== null && kept.me.subject === subject && kept.facility === facility ? kept : null;
}

export function keepPicture(picture: WardPicture): void {
  try {
    keepOnDevice(picture);
  } catch {
    // A browser that keeps nothing shows nothing after a reload without network.
  }
}

/** The facility's time, carried on from the picture by this device's clock; never before the picture, wherever that clock was set. */
export function timeOf({ asOf, deviceMs, speed }: WardPicture, nowMs: number): number {
  return asOf + Math.max(0, nowMs - deviceMs) * speed;
}

const unitKey = (facility: string): string => `wardstream.ward.unit.${facility}`;

/** The unit that was chosen in this browser; null where none was. */
export const chosenUnit = (facility: string): string | null => localStorage.getItem(unitKey(facility));

export function chooseUnit(facility: string, unit: string): void {
  localStorage.setItem(unitKey(facility), unit);
}

/** The unit that is a person's own without choosing: the one of this facility that their roles are for, where it is one. */
export function ownUnit(me: Me, facility: string): string | null {
  const own = (me.units ?? []).filter((unit) => unit.startsWith(`${facility}/`));
  return own.length === 1 ? own[0]!.slice(facility.length + 1) : null;
}

/** Whether what gives a person this permission is good in that unit: a nurse is one in her own units, and may be more elsewhere by another role. */
export function isOwn(me: Me, facility: string, unit: string, permission: Permission): boolean {
  const units = unitsOf(givingRoles(me.roles, permission), me.units ?? null);
  return units === null || units.includes(`${facility}/${unit}`);
}
