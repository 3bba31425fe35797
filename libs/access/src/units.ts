import type { Role } from './roles.js';

/** The units that somebody is for, as FACILITY/UNIT; null is all of their facilities, also those that are configured later. */
export type Units = readonly string[] | null;

/** Roles whose work is that of their own units: what others give is good everywhere in their facilities. */
const boundToUnits: ReadonlySet<Role> = new Set<Role>([
  'ward-nurse',
  'charge-nurse',
  'department-staff',
  'housekeeper',
]);

/**
 * The units in which somebody has something by these of their roles, all of which give it: all of them as soon as one of the roles is not bound
 * to units. A ward nurse of 4A who is bed manager at night places patients everywhere, and is a nurse on 4A.
 */
export function unitsOf(giving: readonly Role[], units: Units): Units {
  return giving.every((role) => boundToUnits.has(role)) ? units : null;
}

/**
 * Whether who has these units may act for a patient who is in this one. A patient in none (on the way, waiting for a first bed) is looked after
 * by whichever unit of the facility has to do with them: else nobody at the bedside could ask for the bed that they wait for.
 */
export function coversPatient(units: Units, facility: string, unit: string | null): boolean {
  if (unit !== null) return coversUnit(units, facility, unit);
  return units === null || units.some((own) => own.startsWith(`${facility}/`));
}

/** Whether units cover one; what is of no unit is for those alone who are for all. */
export function coversUnit(units: Units, facility: string, unit: string | null): boolean {
  return units === null || (unit !== null && units.includes(`${facility}/${unit}`));
}
