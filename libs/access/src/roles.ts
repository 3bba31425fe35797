/** Whom a token can stand for. `department-staff` is what ward nurses and housekeepers were before each had a role of their own. */
export const roles = [
  'bed-manager',
  'department-system',
  'department-staff',
  'operations-manager',
  'auditor',
  'administrator',
  'ward-nurse',
  'charge-nurse',
  'housekeeper',
  'housekeeping-supervisor',
  'porter',
  'interface-engineer',
] as const;
export type Role = (typeof roles)[number];

/** The role that goes by this name; null where there is none. */
export function roleNamed(name: string): Role | null {
  return roles.find((role) => role === name) ?? null;
}
