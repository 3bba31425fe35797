import { z } from 'zod';
import { instant } from './envelope.js';
import { wordOr } from './words.js';

/** Where a bed stands. `reserved`, `dirty`, `blocked` are never counted as available. */
export const bedStates = [
  'available',
  'reserved',
  'occupied',
  'dirty',
  'cleaning',
  'blocked',
  'closed',
  'surge',
] as const;
/** A state that a reader does not know is `blocked`, so that no bed is given of which it is not known that it can be. */
export const bedState = wordOr(bedStates, 'blocked');
export type BedState = z.infer<typeof bedState>;

export const levelsOfCare = ['ward', 'step-down', 'icu', 'ed', 'recovery', 'maternity', 'neonatal'] as const;
export const levelOfCare = wordOr(levelsOfCare, 'ward');
export type LevelOfCare = z.infer<typeof levelOfCare>;

export const sexes = ['female', 'male', 'other', 'unknown'] as const;
export const sex = wordOr(sexes, 'unknown');
export type Sex = z.infer<typeof sex>;

/** Kinds of isolation a bed can give or a patient can need; one that a reader does not know is the strictest. */
export const isolation = wordOr(['none', 'contact', 'droplet', 'airborne', 'protective'], 'airborne');
export type Isolation = z.infer<typeof isolation>;

/** Needs as a bed manager reads them; the board has a glyph for each. */
export const need = z.enum([
  'airborne',
  'droplet',
  'contact',
  'protective',
  'negative',
  'telemetry',
  'bariatric',
  'falls',
  'oxygen',
  'watch',
]);
export type Need = z.infer<typeof need>;

/** The least that tells two patients of a unit apart; never a name, never a date of birth. */
export const patientBrief = z.object({
  initials: z.string(),
  /** Decade of age, '60s'; null if the date of birth is not known. */
  ageBand: z.string().nullable(),
  sex,
});
export type PatientBrief = z.infer<typeof patientBrief>;

/** A place in a facility. `bedId` is null where the facility knows no such bed; `asSent` keeps what the sender wrote then. */
export const place = z.object({
  unit: z.string().nullable(),
  room: z.string().nullable(),
  bed: z.string().nullable(),
  bedId: z.string().nullable(),
  asSent: z.string().optional(),
});
export type Place = z.infer<typeof place>;

/** Who or what caused a change, with the three times of the fact behind it. */
export const cause = z.object({
  /** E.g. 'admit', 'transfer', 'reserve', 'cleaning-started', 'reservation-expired'. */
  kind: z.string(),
  /** HL7 trigger where a message caused it. */
  trigger: z.string().optional(),
  /** Sending application, or the role of the person. */
  by: z.string(),
  /** When it happened. */
  at: instant,
  /** When the sender recorded it. */
  recordedAt: instant,
  /** When Wardstream received it. */
  receivedAt: instant,
  /** Id of the stored message or command. */
  ref: z.string().optional(),
});
export type Cause = z.infer<typeof cause>;
