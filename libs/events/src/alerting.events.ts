import { z } from 'zod';
import { defineEvent, instant } from './envelope.js';
import { measuredIn, severity } from './flow-engine.events.js';

export const alertData = z.object({
  id: z.string(),
  facility: z.string(),
  version: z.number().int(),
  rule: z.string(),
  subject: z.object({ type: z.string(), id: z.string() }),
  unit: z.string().nullable(),
  where: z.string(),
  severity,
  state: z.enum(['firing', 'acknowledged', 'resolved']),
  /** What, in a few words: 'Boarder over 8 h'. */
  title: z.string(),
  /** Why, with the numbers against the limit. */
  detail: z.string(),
  /** Who it is for, where that is not the unit and its bed manager: 'Interfaces/IT', 'Operations'. */
  owners: z.array(z.string()).optional(),
  measured: z.number(),
  /** When that was measured: the figures follow the measure while the alert is open. Left out by who did not tell. */
  measuredAt: instant.optional(),
  limit: z.number(),
  measuredIn,
  /** When the measured thing began. */
  since: instant,
  /** When the limit was passed. */
  firedAt: instant,
  acknowledgedAt: instant.nullable(),
  acknowledgedBy: z.string().nullable(),
  resolvedAt: instant.nullable(),
});
export type AlertData = z.infer<typeof alertData>;

export const alertChanged = defineEvent({
  owner: 'alerting',
  aggregate: 'alert',
  name: 'alert-changed',
  version: 1,
  schema: alertData,
  summary:
    'An alert fires, was acknowledged, changed its severity, or is resolved. One alert per rule and subject at a time.',
});
