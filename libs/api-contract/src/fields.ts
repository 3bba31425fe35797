import { z } from 'zod';

/** Years that a time in a request may lie in, as its text begins: those of another age are a mistake, and no column need hold them. */
const FULL_YEARS = /^(19|20|21)/;

/** A time in a request: ISO 8601 with an offset or Z, of a year that can be meant. */
export const requestTime = z.iso
  .datetime({ offset: true })
  .refine((said) => FULL_YEARS.test(said), { message: 'must lie between the years 1900 and 2199' });

/** The same, handed on in UTC with milliseconds. */
export const requestInstant = requestTime.transform((at) => new Date(at).toISOString());

/** A version in a request; what is larger is none that was ever given. */
export const requestVersion = z.int().min(0).max(2_147_483_647);

/** Where an answer in pages goes on: given back as `after` or `before` it gives the next one; null after the last. */
export const nextPage = z.string().nullable();

/** How many are answered at most, `usual` unless asked for. */
export const limitOf = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual);

/** A place in the order in which something was stored. */
export const position = z.string().regex(/^\d{1,18}$/);

/** Why a person did something, for those who look at it later. */
export const reasonText = z.string().trim().min(3).max(500);

/** What every command on a bed says beside what it is about. */
export const commandFields = {
  /** The version the sender saw; refused if it has moved on. */
  expectedVersion: requestVersion.optional(),
  /** Event time of what a department system tells. */
  at: requestTime.optional(),
};
