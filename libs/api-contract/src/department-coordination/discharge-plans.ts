import { dischargePlanData } from '@wardstream/events';
import { z } from 'zod';
import { limitOf, requestTime } from '../fields.js';
import { actFields } from './act-fields.js';

/** The steps of a discharge. */
export const planStep = z.enum(['pending', 'confirm', 'cancel']);
export type PlanStep = z.output<typeof planStep>;

export const takePlanStep = z
  .object({
    ...actFields,
    expectedAt: requestTime.optional(),
    /** What the discharge, pending or confirmed, still waits for, in the ward's own word; null once it waits for nothing. */
    waitingFor: z.string().trim().min(1).max(60).nullable().optional(),
  })
  .default({});
export type TakePlanStep = z.output<typeof takePlanStep>;

export const openPlanStatuses = ['pending', 'confirmed'] as const;

export const dischargePlanQuery = z.object({
  status: z.enum([...openPlanStatuses, 'departed', 'cancelled', 'open']).default('open'),
  unit: z.string().max(40).optional(),
  limit: limitOf(1000, 500),
});
export type DischargePlanQuery = z.output<typeof dischargePlanQuery>;

export const dischargePlan = dischargePlanData.meta({ id: 'DischargePlan' });

/** The longest confirmed first. */
export const dischargePlanList = z.object({ items: z.array(dischargePlan) }).meta({ id: 'DischargePlanList' });
