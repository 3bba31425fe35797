import {
  conflictData,
  doubtedTime,
  encounterData,
  encounterStatus,
  instant,
  patientBrief,
  pending,
  place,
  plannedBed,
  stay,
} from '@wardstream/events';
import { z } from 'zod';
import type { Answer } from '../answer.js';
import { limitOf, nextPage, reasonText, requestInstant, requestVersion } from '../fields.js';

export const encounterQuery = z.object({
  visitNumber: z.string().min(1).max(100).optional(),
  status: encounterStatus.optional(),
  unit: z.string().min(1).max(100).optional(),
  at: requestInstant
    .pipe(instant)
    .optional()
    .describe(
      'An event time: who was in the house then and where, by what is known today. Status and class are those of today.',
    ),
  after: z.uuid().optional(),
  limit: limitOf(500, 100),
});
export type EncounterQuery = z.output<typeof encounterQuery>;

/** What everybody is told of a visit's patient, and what those are who may see names. */
const patient = patientBrief.extend({
  family: z.string().nullable().optional(),
  given: z.string().nullable().optional(),
  birthDate: z.string().nullable().optional(),
  id: z.string().nullable().optional(),
  idDomain: z.string().nullable().optional(),
  /** By which identifier the mother of a newborn goes; left out where nobody said. */
  mother: z.object({ number: z.string(), domain: z.string().nullable() }).optional(),
});

const shown = {
  id: z.string(),
  facility: z.string(),
  visitNumber: z.string(),
  /** Who gave the number. */
  visitNumberDomain: z.string().nullable(),
  version: z.int(),
  /** Id of the encounter that it was merged into. */
  mergedInto: z.string().optional(),
  status: encounterStatus,
  class: z.string().nullable(),
  /** Whether patients of this class lie in no bed; left out where that is not known. */
  inNoBed: z.boolean().optional(),
  specialty: z.string().nullable(),
  patient,
  /** Where the patient is; null where nobody is in the house. */
  location: place.nullable(),
  inTransit: z.boolean(),
  pendings: z.array(pending),
  plannedBeds: z.array(plannedBed).optional(),
  registeredAt: instant.nullable(),
  admittedAt: instant.nullable(),
  dischargedAt: instant.nullable(),
  /** When an open visit is expected to end; left out where nobody says. */
  expectedDischargeAt: instant.optional(),
  /** How the visit ended (PV1-36), of one that is over; left out where nobody says. */
  disposition: z.string().optional(),
  /** The other house that the patient went to; left out unless one said so, and nothing told of them here since. */
  wentTo: z.object({ facility: z.string(), at: instant }).optional(),
  /** Left out where the patient never was on leave. */
  leaves: encounterData.shape.leaves,
  /** Of a cancelled one: the time of the last cancel. */
  cancelledAt: instant.optional(),
};

/** Something that was told of a visit; the cancelled ones too. */
export const movement = z
  .object({
    id: z.string(),
    kind: z.string(),
    at: instant,
    recordedAt: instant,
    receivedAt: instant,
    from: place.nullable(),
    to: place.nullable(),
    cancelled: z.boolean(),
    /** Times that were sent and cannot be; `at` and `recordedAt` are what counts instead. */
    doubtedTimes: z.array(doubtedTime).optional(),
  })
  .meta({ id: 'Movement' });
export type Movement = Answer<typeof movement>;

/** An encounter with its movements, stays and open conflicts. */
export const encounter = z
  .object({ ...shown, stays: z.array(stay), movements: z.array(movement), conflicts: z.array(conflictData) })
  .meta({ id: 'Encounter' });
export type Encounter = Answer<typeof encounter>;

/** Encounters in the order of their ids; `after`: `next` of the page before. */
export const encounterList = z
  .object({
    items: z.array(
      z.object({
        ...shown,
        /** With `at`: that time, where the patient was then (`location`), and since when. */
        asOf: instant.optional(),
        since: instant.nullable().optional(),
      }),
    ),
    next: nextPage,
  })
  .meta({ id: 'EncounterList' });

/** The version of the conflict that the person saw. */
const version = requestVersion.min(1);

export const closeEncounterConflict = z
  .object({
    reason: reasonText,
    version,
    /** Of `visit-under-two-numbers`: the visits that it names are one, and were from the start. */
    joinVisits: z.literal(true).optional(),
    /** Of one patient in two beds: the encounter of the visit that was over when the other one began. */
    endVisit: z.uuid().optional(),
  })
  .refine((body) => body.joinVisits === undefined || body.endVisit === undefined, {
    error: 'Give joinVisits or endVisit, not both',
  });
export type CloseEncounterConflict = z.output<typeof closeEncounterConflict>;

export const nameMother = z.object({
  /** Encounter of the mother. */
  mother: z.uuid(),
  reason: reasonText,
});
export type NameMother = z.output<typeof nameMother>;

export const withdrawMother = z.object({ reason: reasonText });
export type WithdrawMother = z.output<typeof withdrawMother>;

/** Whose newborn a visit is by what a person said; null once that is taken back. */
export const motherOf = z.object({ id: z.string(), mother: z.string().nullable() }).meta({ id: 'MotherOf' });
