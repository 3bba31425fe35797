import { requestTime } from '@wardstream/service-kit';
import { z } from 'zod';
import { causes } from '../domain/verdict.js';

const name = z.string().min(1).max(100);
const instant = requestTime.transform((at) => new Date(at).toISOString());

/** What messages can be filtered by, in lists and in bulk replays. */
export const filterFields = {
  cause: z.enum(causes).optional(),
  /** Sending application (MSH-3), exactly. */
  sender: name.optional(),
  /** Of the facility, or whose sender names it so. */
  facility: name.optional(),
  trigger: z.string().min(1).max(20).optional(),
  /** Received at or after this time. */
  from: instant.optional(),
  /** Received before this time. */
  to: instant.optional(),
  /** Part of the sender's name, control id or trigger. */
  search: name.optional(),
};
