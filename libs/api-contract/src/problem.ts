import { z } from 'zod';
import type { Answer } from './answer.js';

/**
 * RFC 9457 problem details, with the stable `code` of this interface. What else a refusal tells stands beside these by name: the fields
 * that are wrong (`errors`), the current version, who may.
 */
export const problem = z
  .looseObject({
    type: z.string().startsWith('urn:wardstream:problem:'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
  })
  .meta({ id: 'Problem' });
export type Problem = Answer<typeof problem>;
