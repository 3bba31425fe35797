import { instant } from '@wardstream/events';
import { z } from 'zod';

/** `pending` waits its turn; `rejected` was refused by its receiver and waits for a person; the others are done. */
export const deliveryState = z.enum(['pending', 'delivered', 'rejected', 'skipped']);

/** What is told of every message to a system outside; never its content. */
export const deliveryFields = {
  id: z.string(),
  position: z.string(),
  facility: z.string().nullable(),
  state: deliveryState,
  attempts: z.int(),
  refusals: z.int(),
  createdAt: instant,
  nextAttemptAt: instant.nullable(),
  lastAttemptAt: instant.nullable(),
  lastCause: z.string().nullable(),
  settledAt: instant.nullable(),
  settledBy: z.string().nullable(),
  reason: z.string().nullable(),
};
