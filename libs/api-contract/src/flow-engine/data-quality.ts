import { instant, senderCountedData, senderHour } from '@wardstream/events';
import { z } from 'zod';
import type { Answer } from '../answer.js';
import { bottleneck, clockName, notJudged } from './clocks.js';

const share = z.number().nullable();

/** Messages of one sender, of this hour and the 23 before, by what became of them. */
export const countedMessages = z
  .object({
    since: instant,
    lastHour: z.number(),
    usualThisHour: z.number().nullable(),
    perHour: z.array(z.number()),
    counts: senderHour
      .omit({ at: true })
      /** Begin of the first hour. */
      .extend({ from: instant }),
    shares: z.object({ quarantined: share, refused: share, unplaced: share, notActedOn: share }),
    delays: z.object({ boundsSeconds: z.array(z.number()), counts: z.array(z.int()) }),
    unknownPlaces: senderCountedData.shape.unknownPlaces,
  })
  .meta({ id: 'CountedMessages' });
export type CountedMessages = Answer<typeof countedMessages>;

/** One sender, and how long it has said nothing. */
export const senderReport = z
  .object({
    id: z.string(),
    sender: z.string(),
    name: z.string(),
    heardBy: z.string(),
    state: z.enum(['silent', 'late', 'normal', 'learning']),
    lastReceivedAt: instant,
    silentMinutes: z.number(),
    usualGapMinutes: z.number().nullable(),
    usualSilenceMinutes: z.number().nullable(),
    alertAfterMinutes: z.number().nullable(),
    /** Null for commands: only messages are counted. */
    counted: countedMessages.nullable(),
  })
  .meta({ id: 'SenderReport' });
export type SenderReport = Answer<typeof senderReport>;

/** A bed and a visit that do not belong together, and since when. */
export const ghost = z
  .object({
    /**
     * `bed-without-encounter`: occupied, with no open visit in it. `hold-without-encounter`: kept for a visit that is over or unknown.
     * `encounter-without-bed`: in the house, of a class that holds a bed, in none. `encounter-silent`: nothing new was told of for long.
     */
    kind: z.enum(['bed-without-encounter', 'hold-without-encounter', 'encounter-without-bed', 'encounter-silent']),
    /** Of the bed, or of the encounter for `encounter-without-bed`. */
    id: z.string(),
    unit: z.string().nullable(),
    bedId: z.string().nullable(),
    encounterId: z.string().nullable(),
    /** The bed, or the place in words. */
    where: z.string(),
    /** Why it is one, in words without personal data. */
    why: z.string(),
    since: instant,
    minutes: z.int(),
  })
  .meta({ id: 'Ghost' });
export type Ghost = Answer<typeof ghost>;

/** A finished step that ends before it begins, and when it was found. */
export const invalidClock = z
  .object({
    clock: z.enum([...clockName.options, 'stay']),
    subject: z.object({ type: z.enum(['encounter', 'bed-request', 'cleaning-job']), id: z.string() }),
    unit: z.string().nullable(),
    where: z.string(),
    from: instant,
    to: instant,
    /** Who said so last, where that is known. */
    source: z.string().nullable(),
    foundAt: instant,
  })
  .meta({ id: 'InvalidClock' });
export type InvalidClock = Answer<typeof invalidClock>;

/** How far a facility's data can be trusted now. `definitions` says what each figure is. */
export const qualityReport = z
  .object({
    facility: z.string(),
    asOf: instant,
    notJudged: notJudged.optional(),
    senders: z.array(senderReport),
    /** Senders of messages that name no facility configured here. */
    unattributed: z.array(senderReport),
    ghosts: z.array(ghost),
    invalidClocks: z.object({
      hours: z.int(),
      count: z.int(),
      byClock: z.array(z.object({ clock: invalidClock.shape.clock, count: z.int() })),
      /** Clocks that begin more than a minute ahead. */
      running: z.array(z.object({ clock: clockName, unit: z.string().nullable(), where: z.string(), since: instant })),
      items: z.array(invalidClock),
    }),
    conflicts: z.object({
      open: z.int(),
      byKind: z.array(z.object({ kind: z.string(), severity: z.string(), open: z.int(), oldestAt: instant })),
    }),
    bottlenecks: z.array(bottleneck),
    definitions: z.record(z.string(), z.string()),
  })
  .meta({ id: 'QualityReport' });
export type QualityReport = Answer<typeof qualityReport>;
