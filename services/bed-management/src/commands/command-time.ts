import { z } from 'zod';

/** A time in a request: ISO 8601 with an offset or Z. */
export const time = z.iso.datetime({ offset: true });
