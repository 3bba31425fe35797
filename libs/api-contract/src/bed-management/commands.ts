import { cleaningJobData } from '@wardstream/events';
import { z } from 'zod';
import { commandFields, limitOf, reasonText, requestTime, requestVersion } from '../fields.js';

const name = z.string().min(1).max(100).optional();

/** For whom a bed is kept or given up. */
const patient = { encounterId: name, visitNumber: name, bedRequestId: name };
/** Why a hard rule or a doubt is passed over, without names; kept with the hold and shown. */
const override = z.object({ reason: z.string().trim().min(3).max(200) }).optional();

export const reserveBed = z.object({ ...patient, ...commandFields, until: requestTime.optional(), override });
export type ReserveBed = z.output<typeof reserveBed>;

export const assignBed = z.object({ ...patient, ...commandFields, override });
export type AssignBed = z.output<typeof assignBed>;

export const releaseBed = z.object({ ...patient, ...commandFields }).default({});
export type ReleaseBed = z.output<typeof releaseBed>;

const shortReason = z.string().trim().min(2).max(200);

/** Takes a bed out of use, until told otherwise unless `until` says when. */
export const takeOutOfUse = z.object({
  ...commandFields,
  reason: shortReason,
  note: z.string().trim().max(500).optional(),
  until: requestTime.optional(),
});
export type TakeOutOfUse = z.output<typeof takeOutOfUse>;

export const giveBack = z.object(commandFields).default({});
export type GiveBack = z.output<typeof giveBack>;

/** The steps of cleaning a bed. */
export const cleaningStep = z.enum(['request', 'claim', 'start', 'pause', 'resume', 'complete', 'cancel']);
export type CleaningStep = z.output<typeof cleaningStep>;

export const takeCleaningStep = z
  .object({
    ...commandFields,
    /** Who does it, where that is not who sends it: a crew, or a person on a shared device. */
    claimedBy: z.string().trim().min(1).max(100).optional(),
    kind: cleaningJobData.shape.kind.optional(),
    priority: cleaningJobData.shape.priority.optional(),
    /** Of a pause; of a cancel, `patient-in-bed` where somebody was found in the bed. */
    reason: shortReason.optional(),
  })
  .default({});
export type TakeCleaningStep = z.output<typeof takeCleaningStep>;

export const openCleaningStatuses = ['requested', 'claimed', 'started'] as const;

export const cleaningJobQuery = z.object({
  status: z.enum([...openCleaningStatuses, 'completed', 'cancelled', 'open']).default('open'),
  unit: z.string().max(40).optional(),
  limit: limitOf(1000, 500),
});
export type CleaningJobQuery = z.output<typeof cleaningJobQuery>;

/** Jobs by status, the longest waiting first. */
export const cleaningJobList = z.object({ items: z.array(cleaningJobData) }).meta({ id: 'CleaningJobList' });

/** The version of the conflict that the person saw. */
const version = requestVersion.min(1);

export const closeBedConflict = z.object({
  reason: reasonText,
  version,
  /** Of a disputed bed: the visit that is in it. */
  encounterId: z.string().min(1).max(100).optional(),
  /** Of a disputed bed: both visits are in it, so it has two patients and is occupied once. */
  bothInBed: z.literal(true).optional(),
  /** Of a bed that was reported occupied without a visit: nobody is in it, so it is dirty and not occupied. */
  nobodyInBed: z.literal(true).optional(),
});
export type CloseBedConflict = z.output<typeof closeBedConflict>;

/** Of a conflict of a bed, an encounter or a message. */
export const reopenConflict = z.object({ version });
export type ReopenConflict = z.output<typeof reopenConflict>;
