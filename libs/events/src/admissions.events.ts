import { z } from 'zod';
import { defineEvent, instant } from './envelope.js';
import { cause, patientBrief, place } from './vocabulary.js';

export const encounterStatus = z.enum(['planned', 'in-progress', 'on-leave', 'discharged', 'cancelled']);

/** One unbroken time in one place. Derived from the movements, so a correction replaces the whole list. */
export const stay = z.object({
  /** The movement that began it. */
  movementId: z.string(),
  place,
  from: instant,
  to: instant.nullable(),
  /** Whether the patient's class holds a bed here (I, local codes, E in a bay). */
  holdsBed: z.boolean(),
  /** Whether leaving makes the bed dirty; false for a swap. */
  leavesDirty: z.boolean(),
  /** What ended it. */
  endedBy: z.enum(['transfer', 'discharge', 'class-change', 'swap', 'merge']).nullable(),
});
export type Stay = z.infer<typeof stay>;

/** Something expected that has not happened yet. */
export const pending = z.object({
  kind: z.enum(['admit', 'transfer', 'discharge']),
  place: place.nullable(),
  /** When it is expected, if the sender said so. */
  expectedAt: instant.nullable(),
  /** When it was announced. */
  at: instant,
});
export type Pending = z.infer<typeof pending>;

export const encounterData = z.object({
  encounterId: z.string(),
  facility: z.string(),
  version: z.number().int(),
  visitNumber: z.string(),
  patient: patientBrief,
  status: encounterStatus,
  /** PV1-2 as sent (I, E, O, P, R, B, C, N or local). */
  class: z.string().nullable(),
  /** Hospital service, PV1-10, as sent. */
  specialty: z.string().nullable(),
  location: place.nullable(),
  /** Away from the bed for a procedure (A09 until A10). */
  inTransit: z.boolean(),
  pendings: z.array(pending),
  stays: z.array(stay),
  registeredAt: instant.nullable(),
  admittedAt: instant.nullable(),
  dischargedAt: instant.nullable(),
  /** Open conflicts of this encounter. */
  conflictIds: z.array(z.string()),
  cause,
});
export type EncounterData = z.infer<typeof encounterData>;

/** The whole derived encounter after each fact that changed it. Latest `version` wins. */
export const encounterChanged = defineEvent({
  owner: 'admissions',
  aggregate: 'encounter',
  name: 'encounter-changed',
  version: 1,
  schema: encounterData,
  summary: 'An encounter was derived anew from its movements; carries its whole state.',
});

/** A20: what a department system says a bed's status is. Subject is the bed id. */
export const bedStatusReported = defineEvent({
  owner: 'admissions',
  aggregate: 'bed-status',
  name: 'bed-status-reported',
  version: 1,
  schema: z.object({
    facility: z.string(),
    place,
    /** HL7 table 0116. */
    code: z.enum(['C', 'H', 'I', 'K', 'O', 'U']),
    cause,
  }),
  summary: 'A sender reported the status of a bed (ADT A20).',
});
