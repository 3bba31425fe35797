import { z } from 'zod';

/** Years that a time in a request may lie in, as its text begins: those of another age are a mistake, and no column need hold them. */
const FULL_YEARS = /^(19|20|21)/;

/** A time in a request: ISO 8601 with an offset or Z, of a year that can be meant. */
export const requestTime = z.iso
  .datetime({ offset: true })
  .refine((said) => FULL_YEARS.test(said), { message: 'must lie between the years 1900 and 2199' });

/** A version in a request; what is larger is none that was ever given. */
export const requestVersion = z.int().min(0).max(2_147_483_647);
