import { z } from 'zod';
import { defineEvent, instant } from './envelope.js';

/** Stands for the facility in what is counted of messages that name no facility configured here. */
export const NO_FACILITY = '-';

/** What was counted of one sender in one hour (UTC), by the time of receipt. A message counts once, whatever came of it later. */
export const senderHour = z.object({
  /** Begin of the hour. */
  at: instant,
  /** New messages; the five below add up to it. */
  received: z.number().int(),
  processed: z.number().int(),
  /** Sound, and kept until their place or facility is known here. */
  unplaced: z.number().int(),
  notActedOn: z.number().int(),
  /** Understood and wrong. */
  quarantined: z.number().int(),
  refused: z.number().int(),
  /** Messages that had come before, byte for byte; not in `received`. */
  repeats: z.number().int(),
  /** Messages whose control id (MSH-10) another message of the sender has. */
  controlIdsReused: z.number().int(),
  /** Messages whose time of recording is known; base of the next three and of `delays`. */
  timed: z.number().int(),
  /** Recorded more than a minute after it was received: the sender's clock is ahead. */
  recordedAhead: z.number().int(),
  /** Said to have happened more than a minute after it was received. */
  eventInFuture: z.number().int(),
  /** Said to have happened more than a year before it was received. */
  eventLongPast: z.number().int(),
  /** New messages whose MSH-11 says that they are for training or debugging (T, D); none where it is left out. */
  notProduction: z.number().int().optional(),
});
export type SenderHour = z.infer<typeof senderHour>;

/** Upper bounds (seconds) of `delays`, received minus recorded; the last class has none. */
export const delayBounds = [-3600, -300, -60, -5, 5, 60, 300, 3600, 86_400] as const;

export const senderCountedData = z.object({
  facility: z.string(),
  /** Sending application (MSH-3 or what stands for it in another format). */
  sender: z.string(),
  name: z.string(),
  version: z.number().int(),
  /** Since when it is counted. */
  firstReceivedAt: instant,
  lastReceivedAt: instant,
  /** The hours of the last 24 and the present one in which anything was counted, oldest first. */
  hours: z.array(senderHour),
  /** Received minus recorded in those hours, messages in each class of `delayBounds`. */
  delays: z.array(z.number().int()),
  /**
   * Messages usually received in each hour from `from` on: the median of the same hour of the week (local time) in the last
   * eight weeks, else of the same hour of the day in the last two; null until three of them are known.
   */
  usual: z.object({ from: instant, perHour: z.array(z.number().nullable()) }),
  /** Messages that now wait because a place or a code is not known, and how many different codes that is; of an unknown unit the unit alone. */
  unknownPlaces: z.object({ messages: z.number().int(), codes: z.number().int() }),
});
export type SenderCountedData = z.infer<typeof senderCountedData>;

/** At most one every fifteen seconds for one sender. */
export const senderCounted = defineEvent({
  owner: 'admissions',
  aggregate: 'sender',
  name: 'sender-counted',
  version: 1,
  schema: senderCountedData,
  summary: `What was counted of the messages of one sender; facility '${NO_FACILITY}' for those that name none configured here.`,
});
