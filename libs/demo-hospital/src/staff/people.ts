import type { CommandAct } from '../simulation/acts.js';
import { hash32 } from '../simulation/draws.js';
import type { LocalTime } from '../simulation/local-time.js';

/** What somebody may do in the product. */
export type StaffRole = 'bed-manager' | 'department-staff' | 'operations-manager' | 'administrator';

/** Somebody who works in the demonstration hospital and signs in by name. All invented. */
export interface StaffMember {
  readonly id: string;
  readonly name: string;
  readonly role: StaffRole;
}

const member = (name: string, role: StaffRole): StaffMember => ({
  id: `demo:${name.toLowerCase().replaceAll(' ', '.')}`,
  name,
  role,
});

/** Who places patients, by day and by night. */
export const bedManagers = {
  day: member('Joan Abernethy', 'bed-manager'),
  night: member('Femi Adebayo', 'bed-manager'),
};

/** Ward sisters and charge nurses. */
export const wardNurses = [
  'Kirsty Lomax',
  'Blessing Eze',
  'Anneke Visser',
  'Pradeep Nair',
  'Sheila Doyle',
  'Marek Nowicki',
].map((name) => member(name, 'department-staff'));

/** Who takes alerts: by part of the house on weekdays, one at night; what has grown worse goes to the director on duty. */
export const operationsManagers = {
  medicine: member('Ruth Okonjo', 'operations-manager'),
  surgery: member('Daniel Ferris', 'operations-manager'),
  night: member('Mira Castellano', 'operations-manager'),
  director: member('Helen Strand', 'operations-manager'),
};

/** Who looks after what comes from other systems. */
export const interfaceEngineer = member('Ines Calder', 'administrator');

export const allStaff: readonly StaffMember[] = [
  ...Object.values(bedManagers),
  ...wardNurses,
  ...Object.values(operationsManagers),
  interfaceEngineer,
];

/** Acts that a bed manager does; the rest of what concerns a bed is told by systems. */
const placing = new Set(['assign', 'reserve', 'release']);

/** Who does this in their own name; null where a department's system tells of it. */
export function actorOf({ command, at }: CommandAct, local: LocalTime): StaffMember | null {
  if (command.on === 'bed' && placing.has(command.do)) {
    const hour = local.hour(at);
    return hour >= 7.5 && hour < 19.5 ? bedManagers.day : bedManagers.night;
  }
  if (command.on !== 'discharge-plan') return null;
  return wardNurses[hash32(command.visitNumber) % wardNurses.length] ?? null;
}
