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
  readonly version: number;
  readonly keys: readonly AccountKey[];
}

/** A key of a system, by what names it without being of use. */
export interface AccountKey {
  readonly id: string;
  /** ISO 8601. */
  readonly madeAt: string;
  readonly endsAt: string | null;
}
