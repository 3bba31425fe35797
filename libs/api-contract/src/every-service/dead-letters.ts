import { instant } from '@wardstream/events';
import { z } from 'zod';
import type { Answer } from '../answer.js';
import { limitOf, reasonText } from '../fields.js';

const text = z.string().min(1).max(200).optional();
const filter = { cause: text, type: text, facility: text, search: text };

export const deadLetterQuery = z.object({
  ...filter,
  state: z.enum(['dead', 'retrying', 'all']).default('dead'),
  after: z.uuid().optional(),
  limit: limitOf(500, 100),
});
export type DeadLetterQuery = z.output<typeof deadLetterQuery>;

/** An event (or a record that could not be read as one) that was put aside, with its cause. */
export const deadLetter = z
  .object({
    id: z.string(),
    /** `retrying`: it will be tried again by itself. `dead`: it waits for a person. */
    state: z.enum(['retrying', 'dead']),
    cause: z.object({
      /** `unreadable-record`, `unknown-event`, `invalid-data`, `permanent-failure`, `attempts-exhausted`, or `failed` while retrying. */
      code: z.string(),
      /** Name of the error, e.g. `PermanentFailure`. */
      name: z.string(),
      message: z.string(),
    }),
    event: z.object({
      id: z.string().nullable(),
      type: z.string().nullable(),
      version: z.number().nullable(),
      source: z.string().nullable(),
      subject: z.string().nullable(),
      facility: z.string().nullable(),
      time: z.string().nullable(),
    }),
    topic: z.string(),
    partition: z.int(),
    offset: z.string(),
    attempts: z.int(),
    parkedAt: instant,
    lastAttemptAt: instant.nullable(),
    nextAttemptAt: instant.nullable(),
    /** Later events of the same aggregate that wait behind it. */
    waiting: z.int(),
  })
  .meta({ id: 'DeadLetter' });
export type DeadLetter = Answer<typeof deadLetter>;

/** Oldest first. */
export const deadLetterList = z.array(deadLetter).meta({ id: 'DeadLetterList' });
export type DeadLetterList = Answer<typeof deadLetterList>;

export const redriveDeadLetters = z.strictObject(filter).default({});
export type RedriveDeadLetters = z.output<typeof redriveDeadLetters>;

/** `data`: what its data is to be instead. */
export const redriveDeadLetter = z.object({ data: z.unknown().optional() });
export type RedriveDeadLetter = z.output<typeof redriveDeadLetter>;

export const discardDeadLetter = z.object({ reason: reasonText });
export type DiscardDeadLetter = z.output<typeof discardDeadLetter>;

export const discardDeadLetters = z.strictObject({ ...filter, reason: reasonText });
export type DiscardDeadLetters = z.output<typeof discardDeadLetters>;

/** What a command on all that match came to. */
export const doneOnAll = z
  .object({
    done: z.int(),
    /** How many of those that match are left: more were asked for than are taken at once. */
    left: z.int(),
  })
  .meta({ id: 'DoneOnAll' });
export type DoneOnAll = Answer<typeof doneOnAll>;
