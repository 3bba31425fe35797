import { createParamDecorator, SetMetadata, type CustomDecorator, type ExecutionContext } from '@nestjs/common';
import type { Facilities, Permission, Role, Units } from '@wardstream/access';

/** Who sent a request, as its token says. */
export interface User {
  /** Stable id of the person or system. */
  readonly subject: string;
  readonly name: string | null;
  readonly roles: readonly Role[];
  /** The facilities that the token is for; null is all. */
  readonly facilities: Facilities;
  /** The units that those of their roles that are bound to units are for, as FACILITY/UNIT; null is all. */
  readonly units: Units;
  /** Of these units what the present request does may be; null is all. What a role gives that is not bound to units is good in all. */
  readonly actsOn: Units;
  /** The session at the origin that the request came in; null for a token that was sent as such. */
  readonly session: string | null;
  /** When the token that said so expires, real time, milliseconds. */
  readonly expiresAtMs: number;
}

/**
 * How a route keeps a caller to his facilities, where its path names none: `handler`: it sees to that itself, by the user it is given;
 * `none`: what it tells is of no facility.
 */
export type FacilityScope = 'handler' | 'none';

export const PERMISSION_KEY = 'wardstream:permission';
export const PUBLIC_KEY = 'wardstream:public';
export const SCOPE_KEY = 'wardstream:facility-scope';

/**
 * Opens a route to those who have this permission; a route that says neither this nor `Public` stays closed. Where its path has
 * `:facility`, that must be one of the caller's; where it has none, it is open to callers of all facilities alone unless
 * `KeepsToFacilities` says otherwise.
 */
export function Allow(permission: Permission): CustomDecorator {
  return SetMetadata(PERMISSION_KEY, permission);
}

/** Opens a route whose path names no facility to callers who have some facilities only. */
export function KeepsToFacilities(scope: FacilityScope): CustomDecorator {
  return SetMetadata(SCOPE_KEY, scope);
}

/** Opens a route to anyone, signed in or not. */
export function Public(): CustomDecorator {
  return SetMetadata(PUBLIC_KEY, true);
}

/** The signed-in user of a route opened by `Allow`. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): User => {
  return context.switchToHttp().getRequest<{ user: User }>().user;
});
