import { z } from 'zod';

/** The parameters of a call of a check. */
export const checkQuery = z.object({
  /** So much is looked at in this call, about; as much as there is time for unless told. */
  limit: z.coerce.number().int().min(1).optional(),
  /** `next` of the call before. */
  after: z.string().max(1_000).optional(),
});

/** What every check tells beside its counts, which are of all calls together. */
const found = <Difference extends z.ZodType>(difference: Difference) => ({
  /** Null while nothing was found and not everything was compared. */
  equal: z.boolean().nullable(),
  /** Those of this call, the first thousand. */
  differences: z.array(difference),
  /** Given as `after` the check goes on from here; null when everything was compared. */
  next: z.string().nullable(),
});

/** What a check of encounters found. */
export const replayCheckReport = z
  .object({
    messages: z.int(),
    facts: z.int(),
    encounters: z.int(),
    /** Encounters that wait to be derived in a newer configuration; they are not compared. */
    waiting: z.int(),
    ...found(z.object({ encounterId: z.string(), field: z.string() })),
  })
  .meta({ id: 'ReplayCheckReport' });

/** What a check of beds found. */
export const bedCheckReport = z
  .object({
    beds: z.int(),
    /** Beds that change by themselves just now; they are not compared. */
    waiting: z.int(),
    ...found(z.object({ facility: z.string(), bedId: z.string(), field: z.string() })),
  })
  .meta({ id: 'BedCheckReport' });
