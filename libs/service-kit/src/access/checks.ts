import {
  allowedRoles,
  covers,
  coversPatient,
  coversUnit,
  givingRoles,
  may,
  type Permission,
  type Units,
  unitsOf,
} from '@wardstream/access';
import { DomainError } from '@wardstream/kernel';
import type { FacilityScope, User } from './allow.js';

/** What a route says of who may call it; one that names no permission is closed. */
export interface NamedAccess {
  readonly permission: Permission | undefined;
  readonly facilities: FacilityScope | undefined;
}

/**
 * Whether the user may call a route. `inPath`: the facility that the path of the request names.
 * @throws DomainError 'route-closed', 'role-missing', 'facility-not-allowed'
 */
export function checkAccess(user: User, { permission, facilities }: NamedAccess, inPath: string | undefined): void {
  checkPermission(user, permission);
  checkFacilityScope(user, inPath, facilities);
}

/** @throws DomainError 'route-closed' for a route that nobody may call, 'role-missing' where the user has none of its roles */
function checkPermission(user: User, permission: Permission | undefined): void {
  if (permission === undefined) throw new DomainError('forbidden', 'route-closed', 'This route is not open to anyone.');
  if (may(user.roles, permission)) return;
  const allowed = allowedRoles(permission);
  throw new DomainError('forbidden', 'role-missing', `This needs one of the roles ${allowed.join(', ')}.`, { allowed });
}

/**
 * Whether the user may see and do what concerns this facility (its id; null where it is not known).
 * @throws DomainError 'facility-not-allowed'
 */
export function checkFacility({ facilities }: User, facility: string | null): void {
  if (covers(facilities, facility)) return;
  throw new DomainError('forbidden', 'facility-not-allowed', 'Your token is for other facilities than this.');
}

/** The user as a route with this permission sees them: where what they may do there holds. */
export function actingBy(user: User, permission: Permission | undefined): User {
  if (user.units === null || permission === undefined) return user;
  return { ...user, actsOn: unitsOf(givingRoles(user.roles, permission), user.units) };
}

/**
 * Whether the user may do what the request does in this unit (its id; null where it belongs to none, or that is not known).
 * @throws DomainError 'unit-not-allowed'
 */
export function checkUnit({ actsOn }: User, facility: string, unit: string | null): void {
  if (!coversUnit(actsOn, facility, unit)) throw notOfUnit(actsOn, unit);
}

/**
 * The same of a patient, by the unit that they are in: one who is in none may be acted for from every unit of the facility.
 * @throws DomainError 'unit-not-allowed'
 */
export function checkUnitOfPatient({ actsOn }: User, facility: string, unit: string | null): void {
  if (!coversPatient(actsOn, facility, unit)) throw notOfUnit(actsOn, unit);
}

function notOfUnit(actsOn: Units, unit: string | null): DomainError {
  const where = unit === null ? 'is of no unit that is known' : `is in ${unit}`;
  const allowed = [...(actsOn ?? [])];
  const text = `You may do this in ${allowed.join(', ') || 'no unit'}, and this ${where}.`;
  return new DomainError('forbidden', 'unit-not-allowed', text, { unit, allowed });
}

/**
 * What a route says of facilities, before its handler is called. `inPath`: the facility that its path names.
 * @throws DomainError 'facility-not-allowed'
 */
function checkFacilityScope(user: User, inPath: string | undefined, scope: FacilityScope | undefined): void {
  if (user.facilities === null) return;
  if (inPath !== undefined) return checkFacility(user, inPath);
  if (scope !== undefined) return;
  const text = 'This is not of one facility, and your token is for some facilities only.';
  throw new DomainError('forbidden', 'facility-not-allowed', text);
}
