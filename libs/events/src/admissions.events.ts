import { z } from 'zod';
import { defineEvent, instant } from './envelope.js';
import { cause, patientBrief, place } from './vocabulary.js';
import { wordOr } from './words.js';

export const encounterStatus = z.enum(['planned', 'in-progress', 'on-leave', 'discharged', 'cancelled']);

/** One unbroken time in one place. Derived from the movements, so a correction replaces the whole list. */
export const stay = z.object({
  /** The movement that began it. */
  movementId: z.string(),
  place,
  from: instant,
  to: instant.nullable(),
  /** Whether the patient is in a bed here: a bed is named, and the class is none of those that lie in no bed. */
  holdsBed: z.boolean(),
  /** Whether leaving makes the bed dirty; false for a swap, and where the patient went on at the time they came. */
  leavesDirty: z.boolean(),
  /** What ended it. */
  endedBy: wordOr(['transfer', 'discharge', 'class-change', 'swap', 'merge'], 'transfer').nullable(),
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

/** A bed that a pending admission or transfer (A14, A15) names, for as long as that plan stood. */
export const plannedBed = z.object({
  /** The movement that announced it. */
  movementId: z.string(),
  bedId: z.string(),
  kind: z.enum(['admit', 'transfer']),
  /** When it was announced. */
  at: instant,
  expectedAt: instant.nullable(),
  /** When the plan was spent, replaced or taken back; null while it is open. It does not end by time here. */
  endedAt: instant.nullable(),
  endedBy: wordOr(['fulfilled', 'replaced', 'withdrawn', 'discharged'], 'withdrawn').nullable(),
});
export type PlannedBed = z.infer<typeof plannedBed>;

export const encounterData = z.object({
  encounterId: z.string(),
  facility: z.string(),
  version: z.number().int(),
  visitNumber: z.string(),
  patient: patientBrief,
  status: encounterStatus,
  /** PV1-2 as sent (I, E, O, P, R, B, C, N or local). */
  class: z.string().nullable(),
  /** Whether patients of this class lie in no bed, by its code or by what its sender says of it. */
  inNoBed: z.boolean().optional(),
  /** Hospital service, PV1-10, as sent. */
  specialty: z.string().nullable(),
  location: place.nullable(),
  /** Away from the bed for a procedure (A09 until A10). */
  inTransit: z.boolean(),
  pendings: z.array(pending),
  /** Beds planned for the patient, ended plans included: what holds of beds follow from. */
  plannedBeds: z.array(plannedBed).optional(),
  stays: z.array(stay),
  /** When the patient was on leave (A21 until A22), in order; the bed is kept for them. Left out where they never were. */
  leaves: z.array(z.object({ from: instant, to: instant.nullable() })).optional(),
  registeredAt: instant.nullable(),
  admittedAt: instant.nullable(),
  dischargedAt: instant.nullable(),
  /** When the stay is expected to end, as said last of an open visit (PV2-9); announces nothing. Left out where nobody said. */
  expectedDischargeAt: instant.optional(),
  /** Of a cancelled visit: when the last of what was said of it was taken back, or when it was merged into another. */
  cancelledAt: instant.optional(),
  /** Open conflicts of this encounter. */
  conflictIds: z.array(z.string()),
  /** The encounter that this one was merged into (A42 and the like), as long as it is. */
  mergedInto: z.string().optional(),
  /** The same for all visits of one patient of the facility; of a newborn also that of the mother. Left out where nobody said. */
  person: z.string().optional(),
  mother: z.string().optional(),
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

/**
 * A message that was acknowledged and is not applied: what it would change is not certain. Subject is its id. An event that names no
 * visit, bed or unit changes nothing of what was named before; if none was, anything of the facility may be concerned.
 */
export const messageFailureChanged = defineEvent({
  owner: 'admissions',
  aggregate: 'message-failure',
  name: 'message-failure-changed',
  version: 1,
  schema: z.object({
    messageId: z.string(),
    facility: z.string(),
    version: z.number().int(),
    receivedAt: instant,
    /** Why it waits; left out where that is as it was. Older events are of `processing-failed`. */
    cause: z.enum(['processing-failed', 'visit-awaited']).optional(),
    /** Visits it speaks of, or persons where it is of no visit. */
    encounterIds: z.array(z.string()),
    /** Ids of beds it names, and units it names without a bed the facility knows. */
    beds: z.array(z.string()),
    units: z.array(z.string()),
    /** When it was processed after all, replaced by a corrected one or given up; null while it waits for its visit or a person. */
    settledAt: instant.nullable(),
  }),
  summary:
    'A sound message could not be processed or waits for its visit, or that is settled; names the beds and visits it concerns.',
});
