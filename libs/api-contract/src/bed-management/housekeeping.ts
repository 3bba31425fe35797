import { cleaningJobData, instant, bedState } from '@wardstream/events';
import { z } from 'zod';
import type { Answer } from '../answer.js';

const name = z.string().min(1).max(100);

export const housekeepingQuery = z.object({ zone: name.optional(), unit: name.optional() });
export type HousekeepingQuery = z.output<typeof housekeepingQuery>;

const clock = z.object({
  /** `response`: dirty until somebody starts; `clean`: started until clean; `turn`: dirty until clean. */
  name: z.enum(['response', 'clean', 'turn']),
  since: instant,
  targetMinutes: z.number(),
});

/** An open cleaning job as a crew sees it. No patient is in it. */
export const housekeepingItem = z
  .object({
    job: cleaningJobData,
    zone: z.string(),
    unitName: z.string(),
    room: z.string(),
    bed: z.string(),
    bedState,
    /** The version of the bed, for a command that must not meet another. */
    bedVersion: z.int(),
    /** The room is shared: others may be in it. */
    shared: z.boolean(),
    negativePressure: z.boolean(),
    /** Who waits for the bed, by what, and since when; null where nobody is known to. */
    waiting: z.object({ by: z.enum(['assigned', 'reserved', 'unit']), since: instant }).nullable(),
    /** Why it stands where it does: `stat`, `patient-waits`, `next`, `reserved`, `unit-waits`, `rest`. */
    group: z.enum(['stat', 'patient-waits', 'next', 'reserved', 'unit-waits', 'rest']),
    clocks: z.array(clock),
  })
  .meta({ id: 'HousekeepingItem' });
export type HousekeepingItem = Answer<typeof housekeepingItem>;

/** Somebody who cleans, by what was claimed and cleaned in the last twelve hours. */
export const crew = z
  .object({
    name: z.string(),
    /** Open jobs that were claimed, the one being cleaned first. */
    jobs: z.array(
      z.object({ id: z.string(), bedId: z.string(), status: cleaningJobData.shape.status, paused: z.boolean() }),
    ),
    cleaned: z.int(),
    /** Median minutes from start to clean; null where none was cleaned with a known start. */
    cleanMinutes: z.number().nullable(),
    lastAt: instant,
  })
  .meta({ id: 'Crew' });
export type Crew = Answer<typeof crew>;

/** Open jobs in the order of dispatch, with who is at them. */
export const housekeeping = z
  .object({
    facility: z.string(),
    asOf: instant,
    /** Every zone of the facility and its units, in the order of the configuration. */
    zones: z.array(z.object({ zone: z.string(), units: z.array(z.string()), open: z.int() })),
    items: z.array(housekeepingItem),
    crews: z.array(crew),
    /** Of what was cleaned in the last twelve hours, medians in minutes; null where there is none. Times that contradict count in none. */
    cleaned: z.object({
      count: z.int(),
      response: z.number().nullable(),
      clean: z.number().nullable(),
      turn: z.number().nullable(),
    }),
  })
  .meta({ id: 'Housekeeping' });
export type Housekeeping = Answer<typeof housekeeping>;
