import { roles } from '@wardstream/access';
import { instant } from '@wardstream/events';
import { z } from 'zod';
import type { Answer } from '../answer.js';

const name = z.string().trim().min(1).max(120);
/** What one signs in with: letters, digits, and . _ @ - between them. */
const login = z
  .string()
  .trim()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._@-]{1,98}[\p{L}\p{N}]$/u, 'letters, digits and . _ @ - between them, 3 to 100');
const facility = z.string().trim().min(1).max(100);
const unit = z
  .string()
  .trim()
  .max(200)
  .regex(/^[^/]+\/[^/]+$/, 'a unit is written FACILITY/UNIT');
const grants = {
  roles: z.array(z.enum(roles)).max(roles.length),
  /** Null is all, also those that are configured later. */
  facilities: z.array(facility).max(500).nullable(),
  /** As FACILITY/UNIT; null is all of the facilities. */
  units: z.array(unit).max(2_000).nullable(),
};

export const addAccount = z.object({
  login,
  name,
  kind: z.enum(['person', 'system']).default('person'),
  roles: grants.roles.min(1),
  facilities: grants.facilities.default(null),
  units: grants.units.default(null),
});
export type AddAccount = z.output<typeof addAccount>;

/** What is left out stays as it is. `version`: the one that was looked at; if somebody changed it since, nothing is changed. */
export const changeAccount = z
  .object({ name, ...grants, disabled: z.boolean(), version: z.number().int() })
  .partial()
  .refine(({ version: _version, ...change }) => Object.keys(change).length > 0, 'says nothing to change');
export type ChangeAccount = z.output<typeof changeAccount>;

export const makeKey = z.object({
  /** So long the keys before it go on being good, hours. */
  othersEndAfterHours: z.number().min(0).max(720).default(24),
});
export type MakeKey = z.output<typeof makeKey>;

/** Somebody, or a system, that can sign in. */
export const account = z
  .object({
    id: z.string(),
    kind: z.enum(['person', 'system']),
    login: z.string(),
    name: z.string(),
    ...grants,
    /** The password was given by an administrator and is changed at the next sign-in. */
    mustChange: z.boolean(),
    disabledAt: instant.nullable(),
    createdAt: instant,
    /** Grows with each change of the name, of what may be done and where, and of whether it is disabled. */
    version: z.number().int(),
    /** Of a system: its keys that are good now. By `id` nobody signs in. */
    keys: z.array(z.object({ id: z.string(), madeAt: instant, endsAt: instant.nullable() })),
    signedInAt: instant.nullable(),
  })
  .meta({ id: 'Account' });
export type AccountAnswer = Answer<typeof account>;

export const accountKey = z.string().regex(/^[\w-]{10}$/, 'the id of a key');

export const accountList = z.object({ items: z.array(account) }).meta({ id: 'AccountList' });

/** `secret` is told this once: a first password, or for a system its key. */
export const accountSecret = z.object({ account, secret: z.string() }).meta({ id: 'AccountSecret' });
export type AccountSecret = Answer<typeof accountSecret>;
