import { instant, isolation, levelOfCare, need, bedState } from '@wardstream/events';
import { z } from 'zod';
import type { Answer } from '../answer.js';
import { limitOf } from '../fields.js';

const name = z.string().trim().min(1).max(100);

/** For what a bed is looked for; what is left out does not matter. */
export const freeBedQuery = z.object({
  sex: z.enum(['female', 'male']).optional(),
  isolation: isolation.optional(),
  levelOfCare: levelOfCare.optional(),
  /** Needs by their codes, comma-separated: 'telemetry,oxygen'. */
  equipment: z
    .string()
    .max(200)
    .transform((said) => said.split(',').map((code) => code.trim()))
    .pipe(z.array(need))
    .optional(),
  specialty: name.optional(),
  /** Beds of this unit come first; others are told all the same. */
  unit: name.optional(),
  /** Minutes from now within which it must be free. */
  within: z.coerce.number().int().min(0).max(2880).default(1440),
  limit: limitOf(500, 50),
});
export type FreeBedQuery = z.output<typeof freeBedQuery>;

/** A bed that is free, or will be by what is known now. */
export const freeBed = z
  .object({
    bedId: z.string(),
    unit: z.string(),
    room: z.string(),
    bed: z.string(),
    state: bedState,
    /**
     * `free` is only what counts as available, without an open conflict or doubt; else why not yet: `cleaning`, `dirty`,
     * `discharge-confirmed`, `discharge-pending`, `discharge-expected`, `reserved-until`, `blocked-until`.
     */
    why: z.enum([
      'free',
      'cleaning',
      'dirty',
      'discharge-confirmed',
      'discharge-pending',
      'discharge-expected',
      'reserved-until',
      'blocked-until',
    ]),
    /** When it can take a patient, cleaned; null where nobody said when its patient leaves. */
    at: instant.nullable(),
    /** Nothing was ever told of it: that it is free is how it was configured. */
    nothingHeard: z.boolean(),
    /** What it was to be ready by has passed: `at` is the soonest that is still possible. */
    late: z.boolean(),
    /** What it does not give of what is looked for: a command is refused for the hard ones, the soft ones are warnings. */
    misfits: z.array(
      z.object({
        code: z.string(),
        severity: z.enum(['hard', 'soft']),
        needed: z.string(),
        given: z.string(),
        words: z.string(),
      }),
    ),
  })
  .meta({ id: 'FreeBed' });
export type FreeBedAnswer = Answer<typeof freeBed>;

/** Those that suit first, of these the free ones, then by when. */
export const freeBedList = z
  .object({
    facility: z.string(),
    asOf: instant,
    items: z.array(freeBed),
    /** Of all that were found, also beyond `limit`: how many are free and suit, will be and suit, and do not suit. */
    counts: z.object({ free: z.int(), soon: z.int(), unsuitable: z.int() }),
  })
  .meta({ id: 'FreeBedList' });
export type FreeBedList = Answer<typeof freeBedList>;
