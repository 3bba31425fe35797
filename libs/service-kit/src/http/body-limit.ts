import { SetMetadata } from '@nestjs/common';

/** What a command may say; so much for every route that does not name another limit. */
export const COMMAND_BODY_BYTES = 64 * 1024;

/** Limits of the bodies of routes, by what comes there. */
export const bodyLimits = {
  /** One resource of FHIR. */
  resource: 1024 * 1024,
  /** Messages as they are, a batch of events, a bundle, and the corrected text of a message. */
  intake: 16 * 1024 * 1024,
} as const;
export type BodyLimit = keyof typeof bodyLimits;

export const BODY_KEY = 'wardstream:body-limit';

/** A route whose body may be larger than a command's. What is larger still is answered 413 before it is read, as far as it says its length. */
export const TakesBody = (limit: BodyLimit): MethodDecorator & ClassDecorator => SetMetadata(BODY_KEY, limit);
