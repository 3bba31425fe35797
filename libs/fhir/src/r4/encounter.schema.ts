import { z } from 'zod';
import {
  codeableConcept,
  coding,
  extension,
  identifier,
  period,
  reference,
  resourceParts,
  MOST_ELEMENTS,
} from './datatypes.schema.js';

/** EncounterStatus (R4), required binding. */
export const encounterStatuses = [
  'planned',
  'arrived',
  'triaged',
  'in-progress',
  'onleave',
  'finished',
  'cancelled',
  'entered-in-error',
  'unknown',
] as const;
export type FhirEncounterStatus = (typeof encounterStatuses)[number];

/** EncounterLocationStatus (R4), required binding. */
export const encounterLocationStatuses = ['planned', 'active', 'reserved', 'completed'] as const;

const encounterLocation = z.object({
  location: reference,
  status: z.enum(encounterLocationStatuses).optional(),
  physicalType: codeableConcept.optional(),
  period: period.optional(),
});

/** The parts of an Encounter that are read. */
export const encounter = z.object({
  ...resourceParts,
  resourceType: z.literal('Encounter'),
  extension: z.array(extension).optional(),
  identifier: z.array(identifier).optional(),
  status: z.enum(encounterStatuses),
  statusHistory: z
    .array(z.object({ status: z.enum(encounterStatuses), period }))
    .max(MOST_ELEMENTS)
    .optional(),
  class: coding,
  classHistory: z
    .array(z.object({ class: coding, period }))
    .max(MOST_ELEMENTS)
    .optional(),
  serviceType: codeableConcept.optional(),
  subject: reference.optional(),
  partOf: reference.optional(),
  account: z.array(reference).optional(),
  period: period.optional(),
  hospitalization: z.object({ origin: reference.optional() }).optional(),
  location: z.array(encounterLocation).max(MOST_ELEMENTS).optional(),
  serviceProvider: reference.optional(),
});
export type Encounter = z.infer<typeof encounter>;
export type EncounterLocation = z.infer<typeof encounterLocation>;
