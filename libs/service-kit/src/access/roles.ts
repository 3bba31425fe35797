import { createParamDecorator, SetMetadata, type CustomDecorator, type ExecutionContext } from '@nestjs/common';

export const roles = [
  'bed-manager',
  'department-system',
  'department-staff',
  'operations-manager',
  'auditor',
  'administrator',
] as const;
export type Role = (typeof roles)[number];

/** Any person or system that is signed in. */
export const ANY_ROLE: readonly Role[] = roles;

/** Who sent a request, as its token says. */
export interface User {
  /** Stable id of the person or system. */
  readonly subject: string;
  readonly name: string | null;
  readonly roles: readonly Role[];
  /** When the token that said so expires, real time, milliseconds. */
  readonly expiresAtMs: number;
}

export const ROLES_KEY = 'wardstream:roles';
export const PUBLIC_KEY = 'wardstream:public';

/** Opens a route to the roles named; a route that says neither this nor `Public` stays closed. */
export function Roles(...allowed: readonly Role[]): CustomDecorator {
  return SetMetadata(ROLES_KEY, allowed);
}

/** Opens a route to anyone, signed in or not. */
export function Public(): CustomDecorator {
  return SetMetadata(PUBLIC_KEY, true);
}

/** The signed-in user of a route opened by `Roles`. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): User => {
  return context.switchToHttp().getRequest<{ user: User }>().user;
});
