import type { Movement } from './visit-history.js';
import type { ClassInBed } from './places.js';

const ambulatory: ReadonlySet<string> = new Set(['O', 'P', 'R', 'C', 'N']);
export const isAmbulatory = (patientClass: string): boolean => ambulatory.has(patientClass);
export const isOutpatient = (patientClass: string): boolean => patientClass === 'E' || ambulatory.has(patientClass);

export function saysClass(stated: Pick<Movement, 'class' | 'deletes'>): boolean {
  return stated.class !== null || stated.deletes.has('class');
}

export function classOf({ class: patientClass, inNoBed }: ClassInBed): ClassInBed {
  return { class: patientClass, inNoBed };
}

export function sameClass(a: ClassInBed, b: ClassInBed): boolean {
  return a.class === b.class && a.inNoBed === b.inNoBed;
}
