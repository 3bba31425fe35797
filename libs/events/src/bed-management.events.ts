import { z } from 'zod';
import { defineEvent, instant } from './envelope.js';
import { bedState, cause, levelOfCare, need, patientBrief } from './vocabulary.js';
import { wordOr } from './words.js';

export const unitConfiguration = z.object({
  /** Code, unique in the facility; what PV1-3.1 says. */
  id: z.string(),
  name: z.string(),
  levelOfCare,
  specialties: z.array(z.string()),
  /** What one place is called here: a bed, a bay or a slot. */
  placesAre: wordOr(['beds', 'bays', 'slots'], 'beds'),
  /** Whether its beds count in the house's inpatient occupancy. */
  inpatient: z.boolean(),
  /** Minutes a patient may wait for a bed here after the request, before it is over target. */
  waitTargetMinutes: z.number(),
  /** Whole years of age the unit takes, both included; left out where it takes any. */
  ages: z.object({ from: z.number().int(), to: z.number().int() }).optional(),
  /** Which part of the house a cleaning crew or a porter covers with it; left out where nobody said, then the unit is its own. */
  zone: z.string().optional(),
});
export type UnitConfiguration = z.infer<typeof unitConfiguration>;

export const roomConfiguration = z.object({
  /** Unique in its unit; what PV1-3.2 says. */
  id: z.string(),
  unit: z.string(),
  name: z.string(),
  sex: wordOr(['female', 'male', 'any'], 'any'),
  negativePressure: z.boolean(),
  /** Men and women may share it; left out where they may not. */
  mixed: z.boolean().optional(),
});
export type RoomConfiguration = z.infer<typeof roomConfiguration>;

export const bedConfiguration = z.object({
  /** Unique in the facility, e.g. '4A-14'. */
  id: z.string(),
  unit: z.string(),
  room: z.string(),
  /** The bed's code in its room, what PV1-3.3 says, and its label on the tile. */
  bed: z.string(),
  staffed: z.boolean(),
  surge: z.boolean(),
  attributes: z.array(need),
});
export type BedConfiguration = z.infer<typeof bedConfiguration>;

export const facilityData = z.object({
  /** What MSH-4 says. */
  id: z.string(),
  name: z.string(),
  /** Other codes that name the same facility. */
  aliases: z.array(z.string()),
  timeZone: z.string(),
  version: z.number().int(),
  units: z.array(unitConfiguration),
  rooms: z.array(roomConfiguration),
  beds: z.array(bedConfiguration),
  /** Places that were configured once and are not any more: a patient may be in such a bed still. Left out where there are none. */
  former: z
    .object({
      units: z.array(unitConfiguration),
      rooms: z.array(roomConfiguration),
      beds: z.array(bedConfiguration),
    })
    .optional(),
});
export type FacilityData = z.infer<typeof facilityData>;

export const facilityConfigured = defineEvent({
  owner: 'bed-management',
  aggregate: 'facility',
  name: 'facility-configured',
  version: 1,
  schema: facilityData,
  summary: 'The units, rooms and beds of a facility as they are configured now.',
});

export const bedOccupant = z.object({
  encounterId: z.string(),
  visitNumber: z.string(),
  since: instant,
  /** `contesting`: the facts put a second patient here; unless a person said that both are, the bed is disputed. */
  role: wordOr(['active', 'contesting'], 'active'),
  patient: patientBrief,
  class: z.string().nullable(),
  /** Of an answer of the API, not of events: another patient of the unit has the same initials, decade of age and sex. */
  nameAlert: z.boolean().optional(),
});

/** Something a patient needs and a bed does not give, by its code (docs/bed-rules.md) and in words. */
export const misfit = z.object({ code: z.string(), needed: z.string(), given: z.string(), words: z.string() });

/** Why a bed was kept for a patient whom it does not suit: a person's word, and what it was about. */
export const fitOverride = z.object({
  reason: z.string(),
  /** The role of the person, or the sending system. */
  by: z.string(),
  at: instant,
  misfits: z.array(misfit),
});
export type FitOverride = z.infer<typeof fitOverride>;

export const bedHold = z.object({
  encounterId: z.string(),
  visitNumber: z.string(),
  patient: patientBrief,
  /** As `nameAlert` of an occupant. */
  nameAlert: z.boolean().optional(),
  /** A reservation ends by itself; an assignment lasts until the patient comes or it is released. */
  kind: wordOr(['reservation', 'assignment'], 'assignment'),
  since: instant,
  until: instant.nullable(),
  bedRequestId: z.string().nullable(),
  /** Where it follows from a pending admission or transfer, and nobody made it. */
  plan: z.enum(['admit', 'transfer']).optional(),
  /** When the planned movement is expected, if a sender said so. */
  expectedAt: instant.nullable().optional(),
  /** Left out where the bed suits the patient, as far as it is known. */
  override: fitOverride.optional(),
});

export const bedClock = z.object({
  name: z.enum(['dirty', 'cleaning', 'turn', 'idle', 'blocked', 'reserved', 'occupied']),
  since: instant,
  targetMinutes: z.number().nullable(),
});

/** What a bed is cleaned for; what is not known is cleaned as thoroughly as can be. */
const cleaningKind = wordOr(['standard', 'terminal'], 'terminal');

/** A time in one state; the segments of a bed join without gap or overlap. */
export const bedSegment = z.object({
  from: instant,
  to: instant.nullable(),
  state: bedState,
  /** Who is in the bed, the active one first; of a reserved bed, whom it is kept for. */
  encounterIds: z.array(z.string()),
});
export type BedSegment = z.infer<typeof bedSegment>;

export const bedData = z.object({
  id: z.string(),
  facility: z.string(),
  version: z.number().int(),
  unit: z.string(),
  room: z.string(),
  bed: z.string(),
  staffed: z.boolean(),
  surge: z.boolean(),
  attributes: z.array(need),
  state: bedState,
  since: instant,
  /** Nothing was ever told of the bed: it is as it was configured, which is no word of who is in it. Left out where something was. */
  nothingHeard: z.boolean().optional(),
  /** Two or more where the bed is disputed, or a person said that they share it. */
  occupants: z.array(bedOccupant),
  reservedFor: bedHold.nullable(),
  /** What the occupant, else the patient it is held for, needs. */
  needs: z.array(need),
  clocks: z.array(bedClock),
  blocked: z
    .object({ reason: z.string(), note: z.string().nullable(), since: instant, until: instant.nullable() })
    .nullable(),
  closed: z.object({ reason: z.string(), since: instant, until: instant.nullable() }).nullable(),
  cleaningJobId: z.string().nullable(),
  /** What its open cleaning job is for; null where none is open. Left out by who does not know. */
  cleaningKind: cleaningKind.nullable().optional(),
  /** Visits whose facts put them here, and of which a person said that they are not; left out where there is none. */
  notInBed: z.array(bedOccupant.omit({ role: true }).extend({ saidAt: instant, conflictId: z.string() })).optional(),
  conflicts: z.array(z.object({ id: z.string(), kind: z.string(), severity: z.string(), openedAt: instant })),
  /** Where somebody in it, or for whom it is kept, must not be there by the rules of fit; left out where nobody is. */
  mismatches: z.array(misfit.extend({ encounterId: z.string() })).optional(),
  /**
   * Something that was told of the bed or of a visit to it could not be applied yet: what is shown may be wrong since then. A bed
   * that would be available is `blocked` meanwhile. Left out where all is applied.
   */
  notCertainSince: instant.optional(),
  /** Patients on leave for whom the bed is kept while a guest has it, or until it is made ready; left out where there is none. */
  onLeave: z.array(bedOccupant.omit({ role: true })).optional(),
  /** The configuration has no such bed any more; it stays until it is left. Left out where it is listed. */
  notListedSince: instant.optional(),
  asOf: instant,
  /** From this event time on, the bed's history is these segments; before it nothing changed. */
  history: z.object({ from: instant, segments: z.array(bedSegment) }),
  cause,
});
export type BedData = z.infer<typeof bedData>;

export const bedChanged = defineEvent({
  owner: 'bed-management',
  aggregate: 'bed',
  name: 'bed-changed',
  version: 1,
  schema: bedData,
  summary: 'A bed was derived anew; carries its whole state and the part of its history that changed.',
});

export const certaintyData = z.object({
  facility: z.string(),
  version: z.number().int(),
  /** Something that was told could not be applied, and which beds it concerns cannot be told; null once it is settled. */
  notCertainSince: instant.nullable(),
});
export type CertaintyData = z.infer<typeof certaintyData>;

export const certaintyChanged = defineEvent({
  owner: 'bed-management',
  aggregate: 'certainty',
  name: 'certainty-changed',
  version: 1,
  schema: certaintyData,
  summary: 'Something told of a facility could not be applied to beds that can be named, or that is settled.',
});

export const cleaningJobData = z.object({
  id: z.string(),
  facility: z.string(),
  version: z.number().int(),
  bedId: z.string(),
  unit: z.string(),
  status: z.enum(['requested', 'claimed', 'started', 'completed', 'cancelled']),
  kind: cleaningKind,
  priority: wordOr(['normal', 'next', 'stat'], 'normal'),
  requestedAt: instant,
  claimedAt: instant.nullable(),
  claimedBy: z.string().nullable(),
  startedAt: instant.nullable(),
  /** Since when a started job rests, and why; left out while it does not. */
  pausedAt: instant.optional(),
  pauseReason: z.string().optional(),
  completedAt: instant.nullable(),
  cancelledAt: instant.nullable(),
  cancelReason: z.string().nullable(),
});
export type CleaningJobData = z.infer<typeof cleaningJobData>;

export const cleaningJobChanged = defineEvent({
  owner: 'bed-management',
  aggregate: 'cleaning-job',
  name: 'cleaning-job-changed',
  version: 1,
  schema: cleaningJobData,
  summary: 'A cleaning job was opened, claimed, started, paused, completed or cancelled.',
});
