import { z } from 'zod';
import { defineEvent, instant } from './envelope.js';
import { isolation, levelOfCare, need, patientBrief, place } from './vocabulary.js';
import { wordOr } from './words.js';

export const bedNeeds = z.object({
  levelOfCare,
  specialty: z.string().nullable(),
  isolation,
  sex: wordOr(['female', 'male', 'any'], 'any'),
  telemetry: z.boolean(),
  /** Other needs the bed must meet. */
  equipment: z.array(need),
});
export type BedNeeds = z.infer<typeof bedNeeds>;

export const bedRequestData = z.object({
  id: z.string(),
  facility: z.string(),
  version: z.number().int(),
  encounterId: z.string(),
  visitNumber: z.string(),
  patient: patientBrief,
  status: z.enum(['requested', 'assigned', 'occupied', 'cancelled']),
  /** Where the patient comes from. */
  source: wordOr(['ED', 'Theatre', 'Move', 'Hospital', 'Direct', 'Elective'], 'Hospital'),
  /** Where the patient waits now; null if not yet here. */
  from: place.nullable(),
  /** The unit asked for; null if any that meets the needs will do. */
  toUnit: z.string().nullable(),
  priority: wordOr(['routine', 'urgent', 'stat'], 'urgent'),
  needs: bedNeeds,
  assignedBedId: z.string().nullable(),
  readyToMove: z.boolean(),
  targetMinutes: z.number(),
  /** Each clock's moments; null until it happened. */
  decisionToAdmitAt: instant.nullable(),
  requestedAt: instant,
  assignedAt: instant.nullable(),
  bedCleanAt: instant.nullable(),
  readyToMoveAt: instant.nullable(),
  /** From when on the patient is expected to be ready to move; left out where nobody said, and once they are. */
  readyToMoveExpectedAt: instant.optional(),
  occupiedAt: instant.nullable(),
  cancelledAt: instant.nullable(),
});
export type BedRequestData = z.infer<typeof bedRequestData>;

export const bedRequestChanged = defineEvent({
  owner: 'department-coordination',
  aggregate: 'bed-request',
  name: 'bed-request-changed',
  version: 1,
  schema: bedRequestData,
  summary: 'A bed request was made, assigned, made ready to move, met or cancelled; carries its whole state.',
});

export const dischargePlanData = z.object({
  encounterId: z.string(),
  facility: z.string(),
  version: z.number().int(),
  visitNumber: z.string(),
  status: z.enum(['pending', 'confirmed', 'departed', 'cancelled']),
  unit: z.string().nullable(),
  bedId: z.string().nullable(),
  expectedAt: instant.nullable(),
  pendingAt: instant.nullable(),
  confirmedAt: instant.nullable(),
  departedAt: instant.nullable(),
  cancelledAt: instant.nullable(),
  /** What a discharge still waits for, in the ward's own word: 'meds', 'transport', 'home care'. */
  waitingFor: z.string().nullable(),
  /** Target of confirmed to departed, minutes. */
  targetMinutes: z.number(),
});
export type DischargePlanData = z.infer<typeof dischargePlanData>;

export const dischargePlanChanged = defineEvent({
  owner: 'department-coordination',
  aggregate: 'discharge-plan',
  name: 'discharge-plan-changed',
  version: 1,
  schema: dischargePlanData,
  summary: 'A discharge was announced, confirmed, withdrawn or has happened.',
});
