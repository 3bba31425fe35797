import { roles } from '@wardstream/access';
import { instant } from '@wardstream/events';
import { z } from 'zod';
import type { Answer } from '../answer.js';

/** Who the token stands for, and the facilities there are to look at. */
export const me = z
  .object({
    subject: z.string(),
    name: z.string().nullable(),
    roles: z.array(z.enum(roles)),
    facilities: z.array(z.object({ id: z.string(), name: z.string() })),
    /** The units that roles of units are for, as FACILITY/UNIT; null is all. */
    units: z.array(z.string()).nullable().optional(),
    /** Whether a session at this origin says so; without one, a token that was sent. */
    session: z
      .object({
        /** When it ends at the latest. */
        endsAt: instant,
        /** Without anything done it ends after so many minutes. */
        idleMinutes: z.number(),
        /** Where a password is changed; null where that is not ours to do. */
        changePassword: z.string().nullable(),
      })
      .nullable()
      .optional(),
  })
  .meta({ id: 'Me' });
export type Me = Answer<typeof me>;

/** A session that was made of a token. */
export const madeSession = z.object({ endsAt: instant }).meta({ id: 'MadeSession' });

/** Ends the session that it comes in. */
export const signOut = z.object({
  /** All sessions of this person, on whatever device. */
  everywhere: z.boolean().default(false),
});
export type SignOut = z.output<typeof signOut>;

/** `goTo`: where the browser goes next, so that the issuer of the sign-in ends its part too; null where nothing is left to do. */
export const signedOut = z.object({ goTo: z.string().nullable() }).meta({ id: 'SignedOut' });
