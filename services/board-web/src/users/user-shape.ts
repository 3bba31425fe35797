import type { AccountAnswer } from '@wardstream/api-contract';
import type { Role } from '@wardstream/access';

/** Whom this page is about: somebody, or a system, that can sign in. */
export type User = AccountAnswer;

/** What somebody may do and where, as the form has it. */
export interface Grants {
  readonly roles: readonly Role[];
  readonly facilities: readonly string[] | null;
  readonly units: readonly string[] | null;
}

/** Those whose name or sign-in name has this in it, whatever the case. */
export function usersNamed(users: readonly User[], text: string): User[] {
  const wanted = text.trim().toLocaleLowerCase();
  return users.filter(({ name, login }) => `${name} ${login}`.toLocaleLowerCase().includes(wanted));
}

/** With one more or one less, in the order of `all`. */
export function toggled<T>(all: readonly T[], chosen: readonly T[], one: T): T[] {
  return all.filter((each) => (each === one ? !chosen.includes(one) : chosen.includes(each)));
}

/** Units of facilities that somebody is not for are no units of theirs. */
export function unitsWithin(units: readonly string[] | null, facilities: readonly string[] | null): string[] | null {
  if (units === null || facilities === null) return units === null ? null : [...units];
  return units.filter((unit) => facilities.some((facility) => unit.startsWith(`${facility}/`)));
}
