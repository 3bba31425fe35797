import { z } from 'zod';
import type { Answer } from '../answer.js';

/** `GET /health/ready`. */
export const readiness = z
  .object({
    status: z.enum(['ready', 'not-ready']),
    /** Each check by its name, 'ok' or why it fails. */
    checks: z.record(z.string(), z.string()),
    /** What is worth knowing and no reason not to be ready. */
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'Readiness' });
export type Readiness = Answer<typeof readiness>;
