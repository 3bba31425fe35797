import { type Role, roleNamed } from '@wardstream/access';
import { ConfigurationError } from '@wardstream/service-kit';

export type Claims = Readonly<Record<string, unknown>>;

/** Which claims of an ID token tell what somebody may do. */
export interface ClaimNames {
  readonly roles: string;
  readonly facilities: string;
  readonly units: string;
  /** By group, the role that it gives; null: a group that is called as a role. */
  readonly roleOf: ReadonlyMap<string, Role> | null;
}

/** @throws ConfigurationError for what is not group=role with a role that there is */
export function roleMapOf(entries: readonly string[] | undefined): ReadonlyMap<string, Role> | null {
  if (entries === undefined) return null;
  const pairs = entries.map((entry): [string, Role] => {
    const at = entry.lastIndexOf('=');
    const role = roleNamed(entry.slice(at + 1).trim());
    if (at < 1 || role === null) {
      throw new ConfigurationError(['WARDSTREAM_OIDC_ROLE_MAP: write group=role, with roles that there are']);
    }
    return [entry.slice(0, at).trim(), role];
  });
  return new Map(pairs);
}

/** What the claims say somebody may do. A claim that is not there says all for facilities and units, and nothing for roles. */
export function grantsOf(
  claims: Claims,
  names: ClaimNames,
): { readonly roles: Role[]; readonly facilities: string[] | null; readonly units: string[] | null } {
  const held = textsAt(claims, names.roles) ?? [];
  const known = held
    .map((group) => (names.roleOf === null ? roleNamed(group) : (names.roleOf.get(group) ?? null)))
    .filter((role): role is Role => role !== null);
  return {
    roles: [...new Set(known)],
    facilities: textsAt(claims, names.facilities),
    units: textsAt(claims, names.units),
  };
}

/** The texts of a claim, found by its name or by a path with dots; null where it is not there. */
function textsAt(claims: Claims, path: string): string[] | null {
  const value = Object.hasOwn(claims, path) ? claims[path] : path.split('.').reduce<unknown>(within, claims);
  if (value === undefined || value === null) return null;
  return [value].flat().filter((each): each is string => typeof each === 'string');
}

const within = (object: unknown, name: string): unknown =>
  typeof object === 'object' && object !== null && Object.hasOwn(object, name)
    ? (object as Record<string, unknown>)[name]
    : undefined;
