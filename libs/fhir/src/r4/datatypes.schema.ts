import { z } from 'zod';
import { isDateTime } from './date-time.js';

/**
 * The parts of FHIR R4 datatypes that are read. Elements and extensions that are not named here are passed over, as FHIR asks of
 * a reader; what is named must have its form.
 */
export const dateTime = z.string().refine(isDateTime, { params: { fhir: 'dateTime' } });

/** FHIR's id: what may stand in a URL. */
export const id = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/);

/** What becomes part of a key or is shown on a board: longer than any that is one. */
const shortText = z.string().max(200);
/** A URL, or words for people. */
const longText = z.string().max(1000);

export const coding = z.object({
  system: longText.optional(),
  code: shortText.optional(),
  display: longText.optional(),
});
export type Coding = z.infer<typeof coding>;

export const codeableConcept = z.object({ coding: z.array(coding).optional(), text: longText.optional() });
export type CodeableConcept = z.infer<typeof codeableConcept>;

export const identifier = z.object({
  use: z.string().optional(),
  type: codeableConcept.optional(),
  system: longText.optional(),
  value: shortText.optional(),
});
export type Identifier = z.infer<typeof identifier>;

export const reference = z.object({
  reference: longText.optional(),
  type: z.string().optional(),
  identifier: identifier.optional(),
  display: longText.optional(),
});
export type Reference = z.infer<typeof reference>;

export const period = z.object({ start: dateTime.optional(), end: dateTime.optional() });

export const extension = z.object({ url: z.string(), valueDateTime: dateTime.optional() });

/** How many elements of one list are read: what is more is refused, not cut. */
export const MOST_ELEMENTS = 1000;

/** What every resource has. `modifierExtension` and `implicitRules` may turn its meaning round; see `readResource`. */
export const resourceParts = {
  id: id.optional(),
  meta: z.object({ lastUpdated: dateTime.optional() }).optional(),
  implicitRules: z.string().optional(),
  modifierExtension: z.array(z.object({ url: z.string() })).optional(),
  contained: z.array(z.looseObject({ resourceType: z.string() })).optional(),
};
