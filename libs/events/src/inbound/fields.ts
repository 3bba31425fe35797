import { z } from 'zod';
import { deletable } from '../movement-fact.js';
import { sexes } from '../vocabulary.js';

/** Texts are stored, compared and shown as they come, so none is blank or holds a control character or half a character. */
const plain = /^(?=\s*\S)[^\u0000-\u001f\u007f-\u009f\ud800-\udfff]+$/u;
const MOST_CHARACTERS = 200;

export const text = z
  .string()
  .max(MOST_CHARACTERS, { abort: true })
  .regex(plain, 'must be a text, not blank and without control characters');

/** `null` says as little as a field that is left out. */
const optional = <T extends z.ZodType>(of: T, description: string) => of.nullish().describe(description);

/** Of any year: one that cannot be meant is no time, and does not count (docs/encounter-rules.md no. 19). */
export const moment = z.iso
  .datetime({ offset: true })
  .describe('A moment with its offset, as in RFC 3339: 2026-01-13T08:00:00Z or 2026-01-13T09:00:00+01:00');

export const facilityName = text.describe('The facility, by its id or an alias that is configured here');

export const visitIdentifier = z
  .object({
    number: text.describe('The visit number (PV1-19)'),
    domain: optional(text, 'Who gave the number, where the facility has several who do'),
  })
  .describe('A visit');

export const patientIdentifier = z
  .object({
    id: text.describe('The patient id or medical record number (PID-3)'),
    domain: optional(text, 'Who gave the id'),
  })
  .describe('A patient by an identifier');

export const patient = z
  .object({
    id: optional(text, 'The patient id or medical record number (PID-3)'),
    domain: optional(text, 'Who gave the id'),
    family: optional(text, 'Family name; kept in admissions and shown by role only'),
    given: optional(text, 'Given name'),
    birthDate: optional(
      z.string().regex(/^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/, 'must be YYYY, YYYY-MM or YYYY-MM-DD'),
      'YYYY, YYYY-MM or YYYY-MM-DD',
    ),
    sex: optional(z.enum(sexes), 'Administrative sex'),
    mother: optional(patientIdentifier, 'Of a newborn: the mother (PID-21); both may be in one bed'),
  })
  .describe('The patient, as little as is needed');

/** `patient` with an id. */
export const knownPatient = patient.extend({ id: text.describe('The patient id or medical record number (PID-3)') });

const placeFields = {
  unit: optional(text, 'Ward or unit'),
  room: optional(text, 'Room, by its id or name'),
  bed: optional(text, 'Bed, by its code in the room or its id in the facility'),
};
export const place = z
  .object(placeFields)
  .refine((p) => (p.unit ?? p.bed ?? null) !== null, { message: 'must name a unit or a bed' })
  .meta({
    description: 'A place as the facility is configured here; one that is not known is kept for mapping',
    anyOf: ['unit', 'bed'].map((name) => ({ required: [name], properties: { [name]: { type: 'string' } } })),
  });
export const bedPlace = z
  .object({ ...placeFields, bed: text.describe('Bed, by its code in the room or its id in the facility') })
  .describe('A bed');

/** The word of each class, and its code in HL7 table 0004. */
export const patientClasses = {
  inpatient: 'I',
  emergency: 'E',
  outpatient: 'O',
  preadmit: 'P',
  recurring: 'R',
  obstetrics: 'B',
  commercial: 'C',
  'not-applicable': 'N',
  unknown: 'U',
} as const;
type PatientClass = keyof typeof patientClasses;

/** The word of each bed status, and its code in HL7 table 0116. */
export const bedStatuses = {
  closed: 'C',
  housekeeping: 'H',
  isolated: 'I',
  contaminated: 'K',
  occupied: 'O',
  unoccupied: 'U',
} as const;
type BedStatus = keyof typeof bedStatuses;

export const patientClass = z.enum(Object.keys(patientClasses) as [PatientClass, ...PatientClass[]]);
export const bedStatus = z
  .enum(Object.keys(bedStatuses) as [BedStatus, ...BedStatus[]])
  .describe('What the bed is now (HL7 table 0116 in words)');

const movement = <const A extends readonly [string, ...string[]]>(actions: A, description: string) =>
  z
    .object({
      id: text.describe('Your id of the movement, unique in its visit (ZBE-1)'),
      action: optional(z.enum(actions), description),
      historic: optional(z.boolean(), 'Whether it is told of the past rather than as it happens (ZBE-5)'),
    })
    .describe('Which movement this is, by your own number of it');

export const insertedMovement = movement(
  ['insert', 'update', 'cancel'],
  'insert (unless said), update: it was other than said before, cancel: it did not happen',
);
export const cancelledMovement = movement(['cancel'], 'Nothing else can be said here');
export const correctedMovement = movement(['update'], 'Nothing else can be said here');

/** What any event of a visit may say of it. */
export const visitFields = {
  visit: optional(visitIdentifier, 'The visit; without it the only open visit of the patient is meant'),
  patient: optional(patient, 'The patient, as little as is needed'),
  class: optional(patientClass, 'Class of the patient in this visit (PV1-2 in words)'),
  localClass: optional(text, 'A class of your own instead of `class`; it holds a bed as inpatients do'),
  specialty: optional(text, 'Hospital service (PV1-10)'),
  place: optional(place, 'Where the patient is by this event; of a discharge, where the patient was (PV1-3)'),
  from: optional(place, 'Where the patient was before (PV1-6)'),
  to: optional(place, 'Where the patient is expected to go (PV1-42)'),
  temporaryPlace: optional(place, 'Where the patient is while away from the bed (PV1-11)'),
  expectedAt: optional(moment, 'When what is announced is expected (PV2-8, PV2-9, PV2-47)'),
  deletes: optional(
    z.array(deletable),
    'What was said before and counts no more (the null of HL7 v2): `bed` is in the place that is named and in no bed, `place` in no place',
  ),
};
