/** What a person can ask the services to do; each is open to some roles only. The services decide; this says why not before. */
export type Permission =
  | 'acknowledge-alert'
  | 'place'
  | 'clean'
  | 'block'
  | 'capacity'
  | 'close-conflict'
  | 'see-messages'
  | 'mend-messages'
  | 'see-senders';

const allowed: Readonly<Record<Permission, readonly string[]>> = {
  'acknowledge-alert': ['bed-manager', 'operations-manager', 'department-staff'],
  place: ['bed-manager', 'department-system', 'administrator'],
  clean: ['bed-manager', 'department-system', 'department-staff', 'administrator'],
  block: ['bed-manager', 'department-system', 'department-staff', 'administrator'],
  capacity: ['bed-manager', 'department-system', 'operations-manager', 'administrator'],
  'close-conflict': ['bed-manager', 'operations-manager', 'administrator'],
  'see-messages': ['operations-manager', 'auditor', 'administrator'],
  'mend-messages': ['administrator'],
  'see-senders': ['administrator', 'auditor', 'operations-manager', 'department-system'],
};

const words: Readonly<Record<Permission, string>> = {
  'acknowledge-alert': 'take alerts',
  place: 'place patients',
  clean: 'change cleaning jobs',
  block: 'block beds',
  capacity: 'open and close beds',
  'close-conflict': 'settle conflicts',
  'see-messages': 'see messages',
  'mend-messages': 'open, correct or replay messages',
  'see-senders': 'see sender profiles and unknown codes',
};

/** Why these roles may not do it, or null if they may. */
export function refusalOf(permission: Permission, roles: readonly string[]): string | null {
  return allowed[permission].some((role) => roles.includes(role)) ? null : `Your role cannot ${words[permission]}.`;
}
