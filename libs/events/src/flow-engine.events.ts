import { z } from 'zod';
import { defineEvent, instant } from './envelope.js';
import { wordOr, wordOrText } from './words.js';

export const severity = wordOr(['warn', 'high', 'critical'], 'high');
export type Severity = z.infer<typeof severity>;

/** In what a measure and its limit are. */
export const measuredIn = wordOr(['minutes', 'percent', 'count'], 'count');

/** Counts of one unit. occupied + reserved + available + dirty + cleaning = denominator; with blocked and closed and surge = all beds. */
export const unitOccupancyData = z.object({
  facility: z.string(),
  unit: z.string(),
  name: z.string(),
  version: z.number().int(),
  /** Staffed beds, blocked ones included. */
  staffed: z.number().int(),
  occupied: z.number().int(),
  reserved: z.number().int(),
  available: z.number().int(),
  dirty: z.number().int(),
  cleaning: z.number().int(),
  blocked: z.number().int(),
  closed: z.number().int(),
  surge: z.number().int(),
  /** Beds two patients are recorded in; counted once, as occupied. */
  disputed: z.number().int(),
  /** Beds of patients on leave, kept for them; part of `occupied`. Left out by who does not count them. */
  onLeave: z.number().int().optional(),
  /** Beds of which something told could not be applied yet; none of them is in `available`. */
  notCertain: z.number().int().optional(),
  /** Beds that the configuration has no more and that are not left yet; they count by their state like the others. */
  notListed: z.number().int().optional(),
  /** Patients whose sender puts them in the unit but in no bed the facility knows, or in one a person says they are not in; not in `occupied`. */
  withoutBed: z.number().int(),
  /** Part of `available`: beds of which nothing was ever told. Where that is every bed of the unit there is no rate. */
  unheard: z.number().int().optional(),
  /** Open bed requests for this unit and reservations from outside it. */
  pendingIn: z.number().int(),
  /** Pending and confirmed discharges and patients who wait for a bed elsewhere. */
  pendingOut: z.number().int(),
  confirmedOut: z.number().int(),
  /** occupied / denominator, 0..1; null if the denominator is 0, or nothing was ever told of any bed. */
  occupancyRate: z.number().nullable(),
  /** Staffed, unblocked beds. */
  denominator: z.number().int(),
  /** (occupied + pendingIn - pendingOut) / denominator; null where the rate is. */
  pressure: z.number().nullable(),
  /** Rate at which half of the arrivals to a unit of this size would have to wait (Erlang C), 0..1. */
  actAt: z.number().nullable(),
  availableBySex: z.object({ female: z.number().int(), male: z.number().int(), any: z.number().int() }),
  oldestWait: z
    .object({
      bedRequestId: z.string(),
      /** Where the patient waits, in words: 'ED bay 12'. */
      from: z.string(),
      since: instant,
      targetMinutes: z.number(),
    })
    .nullable(),
  /** Occupancy rate at the end of each of the last 24 hours, oldest first, null where not known; the last is now. */
  trend: z.array(z.number().nullable()),
  asOf: instant,
});
export type UnitOccupancyData = z.infer<typeof unitOccupancyData>;

export const unitOccupancyChanged = defineEvent({
  owner: 'flow-engine',
  aggregate: 'unit-occupancy',
  name: 'unit-occupancy-changed',
  version: 1,
  schema: unitOccupancyData,
  summary: 'Counts, rate and waits of one unit after the facts of one moment.',
});

export const bottleneckRules = [
  'ed-boarding',
  'request-unassigned',
  'dirty-not-started',
  'confirmed-not-left',
  'unit-occupancy',
  'feed-silent',
  'messages-quarantined',
  'messages-unplaced',
  'sender-clock-ahead',
  'invalid-clock',
  'ghost-bed',
  'ghost-encounter',
  'silent-encounter',
] as const;
export type BottleneckRule = (typeof bottleneckRules)[number];

export const bottleneckData = z.object({
  /** Deterministic in facility, rule and subject. */
  id: z.string(),
  facility: z.string(),
  version: z.number().int(),
  /** A reader that does not know it shows it as a word. */
  rule: wordOrText(bottleneckRules),
  subject: z.object({
    type: wordOrText(['bed-request', 'bed', 'encounter', 'unit', 'feed', 'sender', 'facility']),
    id: z.string(),
  }),
  unit: z.string().nullable(),
  /** Bed id or place in words, for people. */
  where: z.string(),
  /** Which of a rule's limits: a dirty bed waits for its cleaning to start (response) or for its end (turn). */
  aspect: z.enum(['response', 'turn']).optional(),
  /** What the measure usually stays under, where that is the subject's own and not the rule's: a feed's usual gap. */
  usual: z.number().optional(),
  state: z.enum(['active', 'cleared']),
  severity,
  /** When the measured thing began (the wait, the dirty bed), event time. */
  since: instant,
  /** When the limit was passed. */
  raisedAt: instant,
  clearedAt: instant.nullable(),
  measured: z.number(),
  /** When that was measured; left out by who did not tell. */
  measuredAt: instant.optional(),
  limit: z.number(),
  measuredIn,
});
export type BottleneckData = z.infer<typeof bottleneckData>;

export const bottleneckChanged = defineEvent({
  owner: 'flow-engine',
  aggregate: 'bottleneck',
  name: 'bottleneck-changed',
  version: 1,
  schema: bottleneckData,
  summary: 'A limit was passed, passed at a higher level, or is kept again for long enough.',
});
