import type { Facilities, Role, Units } from '@wardstream/access';

/** Somebody, or a system, that can sign in. */
export interface Account {
  readonly id: string;
  readonly kind: 'person' | 'system';
  /** What it signs in with; unique whatever the case. */
  readonly login: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly facilities: Facilities;
  readonly units: Units;
  /** The password was given by somebody else and must be changed before it is of use. */
  readonly mustChange: boolean;
  readonly disabledAt: Date | null;
  readonly createdAt: Date;
  readonly signedInAt: Date | null;
}
