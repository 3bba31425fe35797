import { bedRequestData, instant, unitOccupancyData } from '@wardstream/events';
import { z } from 'zod';
import { requestInstant } from '../fields.js';

export const occupancyQuery = z.object({
  at: requestInstant
    .optional()
    .describe(
      'An event time; now unless given. Counted by what is known today: units, rooms and classes are those of today, also for that time.',
    ),
});
export type OccupancyQuery = z.output<typeof occupancyQuery>;

/** Counts of one unit at a moment. */
export const unitOccupancy = unitOccupancyData.omit({ version: true }).meta({ id: 'UnitOccupancy' });

/**
 * The house's figures: sums over its inpatient units of which anything was heard; ED bays and recovery slots are not in them,
 * `patients` is of all.
 */
export const houseTotals = z
  .object({
    staffed: z.int(),
    occupied: z.int(),
    reserved: z.int(),
    available: z.int(),
    dirty: z.int(),
    cleaning: z.int(),
    blocked: z.int(),
    closed: z.int(),
    surge: z.int(),
    disputed: z.int(),
    notCertain: z.int(),
    onLeave: z.int(),
    notListed: z.int(),
    withoutBed: z.int(),
    pendingOut: z.int(),
    confirmedOut: z.int(),
    denominator: z.int(),
    /** The units that were counted. */
    units: z.array(z.string()),
    /** Into inpatient units, and requests that any unit may take. Parts by source add up to it. */
    pendingIn: z.int(),
    pendingInBy: z.partialRecord(z.enum([...bedRequestData.shape.source.options, 'Plan', 'Reservation']), z.int()),
    /** Parts of `pendingOut`. */
    pendingOutBy: z.object({ confirmed: z.int(), pending: z.int(), move: z.int() }),
    occupancyRate: z.number().nullable(),
    pressure: z.number().nullable(),
    /** Staffed, unblocked beds of inpatient units of which nothing was ever told; in no other figure. */
    unheard: z.int(),
    /** Everybody of the house, those in no known unit or bed too. */
    patients: z.object({
      inHouse: z.int(),
      inBeds: z.int(),
      inUnlistedBed: z.int(),
      /** In a unit and in no bed of it that is known. */
      withoutBed: z.int(),
      /** In a unit that nobody knows. */
      inUnknownUnit: z.int(),
      /** In the house, and no place was told. */
      noPlace: z.int(),
      /** Part of `inHouse`: on leave. */
      onLeave: z.int(),
      /** Part of `inHouse`: away from the bed for a procedure. */
      inTransit: z.int(),
      /** Part of `inHouse`: in a bed that is kept for somebody on leave. */
      guests: z.int(),
      /** Planned and not here yet; not in `inHouse`. */
      ahead: z.int(),
    }),
    availableBySex: unitOccupancyData.shape.availableBySex,
    oldestDirty: z.object({ bedId: z.string(), since: instant }).nullable(),
    /** Patients whose admission is decided and who still are in the ED. */
    boarders: z.object({
      count: z.int(),
      /** Of how many patients in ED bays. */
      of: z.int(),
      overTarget: z.int(),
      longest: z.object({ from: z.string(), since: instant, targetMinutes: z.number() }).nullable(),
    }),
  })
  .meta({ id: 'HouseTotals' });

/** Figures of every unit, and of the house: inpatient units only. */
export const occupancy = z
  .object({
    facility: z.string(),
    name: z.string(),
    asOf: instant,
    units: z.array(unitOccupancy),
    house: houseTotals,
  })
  .meta({ id: 'Occupancy' });
