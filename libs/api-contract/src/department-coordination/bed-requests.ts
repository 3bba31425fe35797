import { bedNeeds, bedRequestData, instant, isolation, levelOfCare, need } from '@wardstream/events';
import { z } from 'zod';
import { limitOf, requestTime } from '../fields.js';
import { actFields } from './act-fields.js';

const name = z.string().trim().min(1).max(100);

const needs = z.object({
  levelOfCare: levelOfCare.default('ward'),
  specialty: z.string().trim().min(1).max(40).nullable().default(null),
  isolation: isolation.default('none'),
  sex: bedNeeds.shape.sex.default('any'),
  telemetry: z.boolean().default(false),
  equipment: z.array(need).max(20).default([]),
});

/** Asks for a bed. */
export const newBedRequest = z.object({
  encounterId: name.optional(),
  visitNumber: name.optional(),
  /** The sender's own id of the request: a repeat with it gives the first. */
  externalId: name.optional(),
  source: bedRequestData.shape.source,
  toUnit: name.nullable().default(null),
  priority: bedRequestData.shape.priority.default('routine'),
  needs: needs.default(needs.parse({})),
  decisionToAdmitAt: requestTime.nullable().default(null),
  at: requestTime.optional(),
  bedId: actFields.bedId,
});
export type NewBedRequest = z.output<typeof newBedRequest>;

/** Takes a request further, or back. */
export const bedRequestStep = z
  .object({
    ...actFields,
    reason: z.string().trim().min(2).max(200).optional(),
    /** Of ready to move: the patient can go from then on, and not yet. */
    readyAt: requestTime.optional(),
  })
  .default({});
export type BedRequestStep = z.output<typeof bedRequestStep>;

export const openRequestStatuses = ['requested', 'assigned'] as const;

export const bedRequestQuery = z.object({
  status: z.enum([...openRequestStatuses, 'occupied', 'cancelled', 'open', 'all']).default('open'),
  toUnit: name.optional(),
  visitNumber: name.optional(),
  limit: limitOf(1000, 500),
});
export type BedRequestQuery = z.output<typeof bedRequestQuery>;

/** The time between two moments of a request. Not valid: they lie the wrong way round, so it tells of data, not of care. */
const clock = z.object({
  name: z.enum(['request-to-assign', 'occupied', 'total', 'boarding']),
  from: instant,
  /** Null while the clock runs. */
  to: instant.nullable(),
  /** Minutes; null while it runs or where it is not valid. */
  minutes: z.number().nullable(),
  targetMinutes: z.number().nullable(),
  valid: z.boolean(),
});
export type BedRequestClock = z.output<typeof clock>;

/** A request with its clocks. */
export const bedRequest = bedRequestData
  .extend({ cancelReason: z.string().nullable(), clocks: z.array(clock) })
  .meta({ id: 'BedRequest' });

/** The longest waiting first. */
export const bedRequestList = z.object({ items: z.array(bedRequest) }).meta({ id: 'BedRequestList' });
