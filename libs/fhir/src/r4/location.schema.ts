import { z } from 'zod';
import { codeableConcept, coding, identifier, reference, resourceParts } from './datatypes.schema.js';

/** LocationStatus (R4), required binding. */
export const locationStatuses = ['active', 'suspended', 'inactive'] as const;

/** The parts of a Location that are read. */
export const location = z.object({
  ...resourceParts,
  resourceType: z.literal('Location'),
  identifier: z.array(identifier).optional(),
  status: z.enum(locationStatuses).optional(),
  operationalStatus: coding.optional(),
  name: z.string().optional(),
  mode: z.enum(['instance', 'kind']).optional(),
  type: z.array(codeableConcept).optional(),
  physicalType: codeableConcept.optional(),
  managingOrganization: reference.optional(),
  partOf: reference.optional(),
});
export type Location = z.infer<typeof location>;
