import { z } from 'zod';
import { instant } from './envelope.js';
import { sex } from './vocabulary.js';

/**
 * What one message says about one visit: the canonical form of HL7 v2, FHIR and JSON alike.
 * A fact is never changed; encounters are derived from all facts of a visit (see admissions).
 */
export const factKinds = [
  'admit', // A01
  'transfer', // A02
  'discharge', // A03
  'register', // A04
  'preadmit', // A05
  'to-inpatient', // A06
  'to-outpatient', // A07
  'update', // A08
  'depart', // A09
  'arrive', // A10
  'cancel-admit', // A11
  'cancel-transfer', // A12
  'cancel-discharge', // A13
  'pending-admit', // A14
  'pending-transfer', // A15
  'pending-discharge', // A16
  'swap', // A17, one fact for each of the two visits
  'leave', // A21
  'return', // A22
  'cancel-pending-discharge', // A25
  'cancel-pending-transfer', // A26
  'cancel-pending-admit', // A27
  'cancel-arrive', // A32
  'cancel-depart', // A33
  'cancel-preadmit', // A38
  'cancel-leave', // A52
  'cancel-return', // A53
  'attending', // A54
  'cancel-attending', // A55
  'correct', // Z99 that does not say of which trigger the movement is
  'delete', // A23
  'merge-visit', // A35, A36, A41, A42, A49, A50, A51: `retires` is this visit
  'move-visit', // A44, A45: the visit is this patient's, no longer that of `retires`
  'person', // A28, A31, A60 and others: who the patient is; of no visit
  'delete-person', // A29
  'merge-patient', // A18, A30, A34, A36, A39, A40, A43, A47: `retires` is this patient
] as const;

/** A place as the sender wrote it; the facility's directory turns it into a known place later. */
export const sentPlace = z.object({
  unit: z.string().nullable(),
  room: z.string().nullable(),
  bed: z.string().nullable(),
  /** PV1-3.4, kept but not part of the key unless a profile says so. */
  facility: z.string().nullable(),
});
export type SentPlace = z.infer<typeof sentPlace>;

/** A time that was sent and does not count, since it cannot be (docs/encounter-rules.md no. 19). */
export const doubtedTime = z.object({
  of: z.enum(['at', 'recordedAt']),
  /** Which field said it. */
  field: z.string(),
  /** As it was written. */
  sent: z.string(),
  /** The instant that it names; null where it names none. */
  at: instant.nullable(),
});
export type DoubtedTime = z.infer<typeof doubtedTime>;

/** What a sender may take back by the explicit null (HL7 `""`): what was said of it before counts no more. */
export const deletable = z.enum([
  ...(['name', 'birthDate', 'sex', 'class', 'specialty', 'expectedAt'] as const),
  // `place`: in no place; `bed`: in the place that is named, and in no bed of it.
  ...(['place', 'bed', 'pendingPlace', 'temporaryPlace'] as const),
]);
export type Deletable = z.infer<typeof deletable>;

/** When something happened by a field that may say no more than a day: the instant that counts, and the period that was named. */
export const impreciseTime = z.object({ at: instant, from: instant, until: instant });
export type ImpreciseTime = z.infer<typeof impreciseTime>;

export const movementFact = z.object({
  kind: z.enum(factKinds),
  /** HL7 trigger, from MSH-9. */
  trigger: z.string(),
  visit: z.object({ number: z.string(), domain: z.string().nullable() }).nullable(),
  patient: z.object({
    id: z.string().nullable(),
    domain: z.string().nullable(),
    family: z.string().nullable(),
    given: z.string().nullable(),
    /** YYYY, YYYY-MM or YYYY-MM-DD. */
    birthDate: z.string().nullable(),
    sex,
    /** PID-21, or as a person said: by which identifier the mother of a newborn goes. */
    mother: z.object({ number: z.string(), domain: z.string().nullable() }).optional(),
  }),
  class: z.string().nullable(),
  /** What its sender says of this class: its patients lie in no bed. By itself a class says so by its code. */
  inNoBed: z.boolean().optional(),
  specialty: z.string().nullable(),
  /** PV1-3 */
  location: sentPlace.nullable(),
  /** PV1-6 */
  priorLocation: sentPlace.nullable(),
  /** PV1-42 */
  pendingLocation: sentPlace.nullable(),
  /** PV1-11 or PV1-43 */
  temporaryLocation: sentPlace.nullable(),
  /** When it happened; what counts, where the time that was sent cannot be. */
  at: instant,
  /** When the sender recorded it. */
  recordedAt: instant,
  /** MSH-7, where it is another time than that. */
  sentAt: instant.optional(),
  /** Which field gave `at`. */
  atFrom: z.enum(['ZBE-2', 'ZBE-3', 'PV1-44', 'PV1-45', 'EVN-6', 'EVN-2', 'MSH-7', 'given', 'receipt']),
  /** Times that were sent and do not count; `at` and `recordedAt` are what counts instead. */
  doubtedTimes: z.array(doubtedTime).optional(),
  /** PV2-8, PV2-9 or PV2-47: when what is announced is expected. */
  expectedAt: instant.nullable(),
  /** PV2-9 of a message that announces no discharge: when the stay is expected to end; null takes back what was said, left out says nothing. */
  expectedDischargeAt: instant.nullable().optional(),
  /** What it takes back of what was said before; of these the fields are null. */
  deletes: z.array(deletable).optional(),
  /** What an update changes, where its sender's profile lets it; it changes nothing unless this says so. */
  changes: z.array(z.enum(['place', 'class', 'admission', 'discharge'])).optional(),
  /** What it says beside its own time of the visit: when it began (PV1-44), when and how it ended (PV1-45, PV1-36). */
  stay: z
    .object({
      admitted: impreciseTime.optional(),
      discharged: impreciseTime.optional(),
      disposition: z.string().optional(),
    })
    .optional(),
  /** MRG segment: the identifier that this fact's visit or patient takes the place of; of an A06 or A07, the visit's former number. */
  retires: z.object({ number: z.string(), domain: z.string().nullable() }).nullable().optional(),
  /** Set where a person decided it. */
  decision: z
    .object({
      /** Of a merge: the two were one visit from the start. */
      oneVisit: z.literal(true).optional(),
      /** Id of the fact of a decision that this one takes back. */
      withdraws: z.string().optional(),
    })
    .optional(),
  /** ZBE segment. */
  movement: z
    .object({
      id: z.string(),
      action: z.enum(['insert', 'update', 'cancel']),
      historic: z.boolean(),
      originalTrigger: z.string().nullable(),
    })
    .nullable(),
});
export type MovementFact = z.infer<typeof movementFact>;
export type FactKind = (typeof factKinds)[number];
