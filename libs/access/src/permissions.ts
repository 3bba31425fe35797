import { type Role, roles } from './roles.js';

interface Granted {
  readonly roles: readonly Role[];
  /** Completes "Your role cannot ...". */
  readonly does: string;
}

const everybody: readonly Role[] = roles;
const nurses = ['ward-nurse', 'charge-nurse'] as const;
const atTheBed = ['bed-manager', 'department-staff', 'department-system', 'administrator', ...nurses] as const;
const cleaners = ['housekeeper', 'housekeeping-supervisor'] as const;
/** Who keeps messages and systems going. */
const engineers = ['administrator', 'interface-engineer'] as const;
const leads: readonly Role[] = ['bed-manager', 'operations-manager', 'administrator'];
const watches = ['operations-manager', 'auditor', ...engineers] as const;

/**
 * What can be done here, and by whom. The one list of it: routes name a permission (`@Allow`), and the page asks the same table before it
 * offers anything. Somebody with several roles may do what any of them may.
 */
export const permissions = {
  'board.read': { roles: everybody, does: 'look at boards' },
  'alert.take': {
    roles: ['bed-manager', 'operations-manager', 'department-staff', 'charge-nurse', 'housekeeping-supervisor'],
    does: 'take alerts',
  },
  'bed.reserve': { roles: ['bed-manager', 'department-system', 'administrator'], does: 'place patients' },
  'bed.clean': { roles: [...atTheBed, ...cleaners], does: 'change cleaning jobs' },
  'bed.block': { roles: [...atTheBed, 'housekeeping-supervisor'], does: 'block beds' },
  'bed.open': {
    roles: ['bed-manager', 'department-system', 'operations-manager', 'administrator'],
    does: 'open and close beds',
  },
  'bed.read-history': {
    roles: ['bed-manager', 'department-staff', 'operations-manager', 'auditor', 'administrator', ...nurses],
    does: 'see the history of a bed',
  },
  'request.make': { roles: atTheBed, does: 'ask for beds' },
  'discharge.plan': { roles: atTheBed, does: 'plan discharges' },
  'conflict.settle': { roles: leads, does: 'settle conflicts' },
  // Who is in a bed is seen at the bed: the charge nurse settles it in her own units, and what is on record of visits is not hers.
  'conflict.settle-bed': { roles: [...leads, 'charge-nurse'], does: 'settle conflicts of beds' },
  'patient.read': {
    roles: everybody.filter((role) => !cleaners.some((cleaner) => cleaner === role)),
    does: 'look up visits',
  },
  'patient.read-names': {
    roles: ['bed-manager', 'department-staff', 'administrator', ...nurses, 'porter'],
    does: 'see who a patient is',
  },
  // Those who write patients must know them again; everybody else without names has no use for their numbers.
  'patient.read-numbers': { roles: atTheBed, does: 'see the numbers of a patient' },
  'quality.read': {
    roles: ['bed-manager', 'operations-manager', 'auditor', ...engineers],
    does: 'see the quality of the data',
  },
  'message.send': { roles: ['department-system', 'administrator'], does: 'send messages' },
  'message.find': {
    roles: ['department-system', ...watches],
    does: 'look for messages',
  },
  'message.read': { roles: watches, does: 'see messages' },
  'message.mend': { roles: engineers, does: 'open, correct or replay messages' },
  'sender.read': {
    roles: ['department-system', ...watches],
    does: 'see sender profiles and unknown codes',
  },
  'sender.suggest': { roles: ['operations-manager', ...engineers], does: 'see suggestions for sender profiles' },
  'sender.change': { roles: engineers, does: 'change sender profiles' },
  'destination.read': { roles: watches, does: 'see what is forwarded' },
  'destination.change': { roles: engineers, does: 'change what is forwarded' },
  'subscription.read': { roles: ['department-system', 'auditor', ...engineers], does: 'see subscriptions' },
  'subscription.change': { roles: ['department-system', ...engineers], does: 'change subscriptions' },
  'records.check': { roles: engineers, does: 'check the records' },
  'webhook.read': { roles: engineers, does: 'see webhook deliveries' },
  'webhook.change': { roles: engineers, does: 'send webhooks again or give them up' },
  'audit.read': { roles: ['auditor', 'administrator'], does: 'read the audit' },
  'account.read': { roles: ['auditor', 'administrator'], does: 'see accounts' },
  'account.change': { roles: ['administrator'], does: 'manage accounts' },
  'metrics.read': { roles: watches, does: 'read metrics' },
} as const satisfies Readonly<Record<string, Granted>>;

export type Permission = keyof typeof permissions;

export function allowedRoles(permission: Permission): readonly Role[] {
  return permissions[permission].roles;
}

const showing: ReadonlySet<string> = new Set<Permission>([
  'patient.read',
  'patient.read-names',
  'patient.read-numbers',
  'message.mend',
  'audit.read',
]);

/** Whether what it opens may show who a patient is, or who did what: each use of it is an act that is recorded. */
export function showsPatients(permission: Permission): boolean {
  return showing.has(permission);
}

/** Those of the roles that give this. */
export function givingRoles(held: readonly Role[], permission: Permission): Role[] {
  return held.filter((role) => allowedRoles(permission).includes(role));
}

/** Whether somebody with these roles may do it. Roles that are not known here give nothing. */
export function may(held: readonly string[], permission: Permission): boolean {
  return allowedRoles(permission).some((role) => held.includes(role));
}

/** Why somebody with these roles may not do it, or null where they may. */
export function refusalOf(permission: Permission, held: readonly string[]): string | null {
  return may(held, permission) ? null : `Your role cannot ${permissions[permission].does}.`;
}
