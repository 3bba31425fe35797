import { z } from 'zod';
import { identifier, resourceParts } from './datatypes.schema.js';

const humanName = z.object({
  use: z.string().optional(),
  text: z.string().optional(),
  family: z.string().max(200).optional(),
  given: z.array(z.string().max(200)).optional(),
});

/** The parts of a Patient that are read. */
export const patient = z.object({
  ...resourceParts,
  resourceType: z.literal('Patient'),
  identifier: z.array(identifier).optional(),
  name: z.array(humanName).optional(),
  gender: z.enum(['male', 'female', 'other', 'unknown']).optional(),
  birthDate: z
    .string()
    .regex(/^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/)
    .optional(),
});
export type Patient = z.infer<typeof patient>;
