import { bottleneckData, instant } from '@wardstream/events';
import { z } from 'zod';

export const clockQuery = z.object({ unit: z.string().optional() });
export type ClockQuery = z.output<typeof clockQuery>;

/** The clocks of the patient-flow process (docs/metrics.md). */
export const clockName = z.enum([
  'evs-response',
  'evs-clean',
  'evs-turn',
  'request-to-assign',
  'occupied',
  'total',
  'confirmed-to-left',
  'boarding',
]);

/** One running clock. */
export const processClock = z
  .object({
    name: clockName,
    subject: z.object({ type: z.enum(['bed', 'bed-request', 'encounter']), id: z.string() }),
    /** The unit that can end it; null if none is known. */
    unit: z.string().nullable(),
    /** Bed id or place in words. */
    where: z.string(),
    since: instant,
    /** Whole minutes, rounded down; null for an invalid clock. */
    elapsedMinutes: z.int().nullable(),
    targetMinutes: z.number(),
    /**
     * Below 75 % of the target `within`, up to 100 % `near`, from the target on `over`, from twice the target on `twice`. A clock that
     * would be negative is `invalid`: its facts contradict, and it is in no average.
     */
    level: z.enum(['within', 'near', 'over', 'twice', 'invalid']),
  })
  .meta({ id: 'ProcessClock' });

/** The furthest over its target first. */
export const processClockList = z
  .object({
    facility: z.string(),
    asOf: instant,
    items: z.array(processClock),
    /** Clocks whose facts contradict; in no average. */
    invalid: z.int(),
  })
  .meta({ id: 'ProcessClockList' });

/** A bottleneck; `measured` is the measure when it was told last. */
export const bottleneck = bottleneckData.meta({ id: 'Bottleneck' });

/**
 * A facility whose bottlenecks are not judged now: but for silent feeds none is raised, changed or cleared, since what is known of it is as
 * of a time that lies behind (`asOf`, null: not known).
 */
export const notJudged = z
  .object({
    since: instant,
    asOf: instant.nullable(),
    /**
     * `log`: events are not read yet; `source`: a sender or a department reads in a backlog; `upstream`: beds or requests are behind;
     * `feeds-awaited`: after a start, senders that are overdue; `beginning`: the first look.
     */
    because: z.enum(['log', 'source', 'upstream', 'feeds-awaited', 'beginning']),
  })
  .meta({ id: 'NotJudged' });

/** The active ones: the most severe first, then the oldest, then by id. */
export const bottleneckList = z
  .object({ facility: z.string(), asOf: instant, notJudged: notJudged.optional(), items: z.array(bottleneck) })
  .meta({ id: 'BottleneckList' });
