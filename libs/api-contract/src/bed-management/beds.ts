import { bedData, bedState, facilityData, fitOverride, instant, misfit, patientBrief } from '@wardstream/events';
import { z } from 'zod';
import type { Answer } from '../answer.js';
import { limitOf, nextPage, requestTime } from '../fields.js';

export const bedQuery = z.object({
  at: requestTime
    .optional()
    .describe(
      'An event time: the beds as they were then, by all that is known today. Unit and room are those of today.',
    ),
  unit: z.string().max(40).optional(),
  state: bedState.optional(),
});
export type BedQuery = z.output<typeof bedQuery>;

export const oneBedQuery = z.object({
  at: requestTime.optional(),
  /** How far back its history is told, hours. */
  hours: z.coerce
    .number()
    .int()
    .min(1)
    .max(24 * 31)
    .default(72),
});
export type OneBedQuery = z.output<typeof oneBedQuery>;

/** A bed as it is now, or was at the time that was asked for. */
export const bed = bedData.omit({ history: true, cause: true }).meta({ id: 'Bed' });
export type Bed = Answer<typeof bed>;

/** The beds of a facility in the order of its file. */
export const bedList = z
  .object({
    facility: z.string(),
    asOf: instant,
    /** Something told of the facility could not be applied, and which beds it concerns cannot be told. */
    notCertainSince: instant.optional(),
    items: z.array(bed),
  })
  .meta({ id: 'BedList' });

/** One bed, with its recent history. */
export const bedWithHistory = bed.extend({ history: bedData.shape.history }).meta({ id: 'BedWithHistory' });

/** A bed that was kept for a patient. */
export const heldBed = bed
  .extend({
    /** What the patient would better have, and a bed need not. */
    warnings: z.array(misfit.extend({ severity: z.enum(['hard', 'soft']) })),
  })
  .meta({ id: 'HeldBed' });

/** `after`: `next` of the page before. */
export const bedHistoryQuery = z.object({ limit: limitOf(200, 50), after: z.string().max(600).optional() });

/** Something that happened to a bed. */
export const bedHappening = z
  .object({
    id: z.string(),
    /** `came`, `left`; the kind of a fact of the bed; `kept`, `kept-no-more`; `conflict-opened`, `conflict-over`. */
    kind: z.string(),
    at: instant,
    /** When it was recorded; null where nobody told. */
    recordedAt: instant.nullable(),
    /** Who told it: a sender or a role; null where it followed by itself. */
    by: z.string().nullable(),
    encounterId: z.string().nullable(),
    visitNumber: z.string().nullable(),
    patient: patientBrief.nullable(),
    /** What else the kind tells. */
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'BedHappening' });
export type BedHappening = Answer<typeof bedHappening>;

/** What happened to a bed, the latest first. */
export const bedHistory = z
  .object({ facility: z.string(), bedId: z.string(), asOf: instant, items: z.array(bedHappening), next: nextPage })
  .meta({ id: 'BedHistory' });
export type BedHistory = Answer<typeof bedHistory>;

export const fitOverrideQuery = z.object({
  /** Those made from this time on. */
  from: requestTime.optional(),
  limit: limitOf(1000, 200),
});
export type FitOverrideQuery = z.output<typeof fitOverrideQuery>;

/** Beds that were kept for patients whom they do not suit, with who said why: the latest first. */
export const fitOverrideList = z
  .object({
    facility: z.string(),
    items: z.array(
      z.object({
        id: z.string(),
        bedId: z.string(),
        encounterId: z.string(),
        visitNumber: z.string(),
        bedRequestId: z.string().nullable(),
        kind: z.enum(['reservation', 'assignment']),
        since: instant,
        /** Null while it lasts. */
        endedAt: instant.nullable(),
        override: fitOverride,
      }),
    ),
  })
  .meta({ id: 'FitOverrideList' });

/** The facility with its units, rooms and beds. */
export const facility = facilityData.omit({ former: true }).meta({ id: 'Facility' });

/** Facilities with their units, and how many beds each has. */
export const facilityList = z
  .object({
    items: z.array(facility.omit({ rooms: true, beds: true }).extend({ beds: z.int() })),
  })
  .meta({ id: 'FacilityList' });
export type FacilityList = Answer<typeof facilityList>;
