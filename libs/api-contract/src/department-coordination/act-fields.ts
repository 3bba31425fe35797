import { z } from 'zod';
import { requestTime } from '../fields.js';

/** What a command of a ward says of itself, so that it may be sent later than it was done. */
export const actFields = {
  /**
   * When it was done. A person's act may be twelve hours old: a phone was without network. It is checked by what is known now. What a
   * department system tells with its time is recorded whatever the state.
   */
  at: requestTime.optional(),
  /** Of one act, the same however often it is sent: a repeat within two days changes nothing and answers what stands. */
  key: z.uuid().optional(),
  /** The bed in which the patient was when it was done: refused where they are in another by now, with both. */
  bedId: z.string().trim().min(1).max(100).optional(),
};
