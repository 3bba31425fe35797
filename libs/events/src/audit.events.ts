import { z } from 'zod';
import { defineEvent, instant } from './envelope.js';

/**
 * Who did or saw what. Of patients it has the ids of their encounters alone; of persons the stable id that their token names and the
 * address they asked from.
 */
export const actData = z.object({
  id: z.string(),
  /** Name in the table of acts (libs/access), e.g. 'bed.reserve'. */
  act: z.string(),
  /** `done`; `refused` for a reason that `code` names; `failed`: what went wrong was not the caller's. */
  outcome: z.string(),
  code: z.string().nullable(),
  /** When it was done, by the clock of the hospital. */
  at: instant,
  /** Null where it belongs to no facility that is known. */
  facility: z.string().nullable(),
  /** Null where it is not known who it was, as of a failed sign-in. */
  subject: z.string().nullable(),
  roles: z.array(z.string()),
  /** Network address that was asked from. */
  from: z.string().nullable(),
  /** The service that did it. */
  service: z.string(),
  encounters: z.array(z.string()),
  bed: z.string().nullable(),
  /** What else it was done to: `alert/ID`, `message/ID`, `destination/NAME`. */
  about: z.string().nullable(),
  /** Of acts with several steps which, as of cleaning; of others null. */
  step: z.string().nullable(),
  /** Of looks: `names`, `numbers` or `initials`, by what the role is shown of patients. */
  shown: z.string().nullable(),
});
export type ActData = z.infer<typeof actData>;

/** Published by whatever service the act was done in, in the transaction of the act. */
export const actRecorded = defineEvent({
  owner: 'audit',
  aggregate: 'act',
  name: 'act-recorded',
  version: 1,
  schema: actData,
  summary: 'Somebody did or saw something. Published by the service where it was done, in the same transaction.',
});
