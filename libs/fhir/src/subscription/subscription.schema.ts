import { z } from 'zod';
import { dateTime, resourceParts } from '../r4/datatypes.schema.js';

/** The parts of a Subscription (R4) that are read. */
export const subscription = z.object({
  ...resourceParts,
  resourceType: z.literal('Subscription'),
  status: z.enum(['requested', 'active', 'error', 'off']),
  end: dateTime.optional(),
  reason: z.string(),
  criteria: z.string(),
  channel: z.object({
    type: z.enum(['rest-hook', 'websocket', 'email', 'sms', 'message']),
    endpoint: z.string().optional(),
    payload: z.string().optional(),
    header: z.array(z.string()).optional(),
  }),
});
