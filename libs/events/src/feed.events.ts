import { z } from 'zod';
import { defineEvent, instant } from './envelope.js';

export const feedData = z.object({
  facility: z.string(),
  /** Sending application (MSH-3) or department name of a publishing system. */
  feed: z.string(),
  /** Name on the board, e.g. 'Admissions', 'Cleaning'. */
  name: z.string(),
  lastReceivedAt: instant,
  /** Messages or commands received since the service first heard this feed. */
  received: z.number().int(),
  /** The gap this feed usually stays under, in seconds; null until enough was heard to tell. */
  usualGapSeconds: z.number().nullable(),
});
export type FeedData = z.infer<typeof feedData>;

/** At most one every five seconds for one feed. */
const heard = (owner: string) =>
  defineEvent({
    owner,
    aggregate: 'feed',
    name: 'feed-heard',
    version: 1,
    schema: feedData,
    summary: 'A sender was heard; tells how old what it says is.',
  });

export const admissionsFeedHeard = heard('admissions');
export const bedManagementFeedHeard = heard('bed-management');
export const departmentFeedHeard = heard('department-coordination');
