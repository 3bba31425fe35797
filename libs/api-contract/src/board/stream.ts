import {
  bedData,
  encounterStatus,
  eventCatalogue,
  facilityData,
  feedData,
  instant,
  patientBrief,
  place,
} from '@wardstream/events';
import { z } from 'zod';
import type { ReadonlyLists } from '../answer.js';
import { boardEntities, type ListedKind, listedKinds, type ViewOf } from './entities.js';

/** A bed without its history: what a tile and the drawer show. */
export const bedView = bedData.omit({ history: true }).meta({ id: 'BoardBed' });
export type BedView = z.infer<typeof bedView>;

/** What a tile tells of the stay beside the bed's own facts. */
export const encounterView = z
  .object({
    encounterId: z.string(),
    facility: z.string(),
    visitNumber: z.string(),
    status: encounterStatus,
    class: z.string().nullable(),
    /** The least that tells who it is; told of a visit that holds no bed: of the others the bed tells it. */
    patient: patientBrief.optional(),
    /** Whether patients of this class lie in no bed; left out where that is not known. */
    inNoBed: z.boolean().optional(),
    specialty: z.string().nullable(),
    /** Where the sender puts the patient. */
    location: place.nullable(),
    /** Away from the bed for a procedure. */
    inTransit: z.boolean(),
    /** Id of the bed that the visit holds; null where it holds none. */
    heldBed: z.string().nullable(),
    /** Start of the stay: admission, else registration. */
    startedAt: instant.nullable(),
    /** When the patient came to the house: registration, else admission, whichever was first. In the ED the stay counts from here. */
    arrivedAt: instant.nullable().optional(),
    /** When the departure is expected, if a sender said so. */
    expectedDischargeAt: instant.nullable(),
    /** Of a visit that is planned: where it is to be and when, as far as a sender said so. */
    expectedAdmission: z.object({ place: place.nullable(), expectedAt: instant.nullable() }).optional(),
  })
  .meta({ id: 'BoardEncounter' });
export type EncounterView = z.infer<typeof encounterView>;

/** A feed and the service that heard it. */
export const feedView = feedData.extend({ owner: z.string() }).meta({ id: 'BoardFeed' });
export type FeedView = z.infer<typeof feedView>;

/** Something told of the facility could not be applied, and which beds it concerns cannot be told. */
export const certaintyView = z
  .object({
    facility: z.string(),
    /** The service that could not apply it. */
    owner: z.string(),
    notCertainSince: instant.nullable(),
  })
  .meta({ id: 'BoardCertainty' });
export type CertaintyView = z.infer<typeof certaintyView>;

const clockFields = {
  now: instant,
  speed: z.number(),
  /**
   * The board reads what happened before it: what it shows is as of this time of the facility (null: not known). Left out while it is
   * live.
   */
  catchingUp: z.object({ asOf: instant.nullable() }).optional(),
};

/** The time the hospital lives in, and how many of its seconds pass in one real second. */
export const clockSync = z.object(clockFields).meta({ id: 'BoardClock' });
export type ClockSync = Readonly<z.infer<typeof clockSync>>;

/** What is shown of a kind where that is not what its event says. */
const ownViews: { readonly [K in ListedKind]?: z.ZodType<ViewOf<K>> } = {
  bed: bedView,
  feed: feedView,
  encounter: encounterView,
  certainty: certaintyView,
};

function viewOf(kind: ListedKind): z.ZodType {
  const [type] = boardEntities[kind].events;
  const published = eventCatalogue.findLast((event) => event.type === type);
  const view = ownViews[kind] ?? published?.schema;
  if (view === undefined) throw new Error(`no event ${type}, of which a board could show a ${kind}`);
  return view;
}

const views = Object.fromEntries(listedKinds.map((kind) => [kind, viewOf(kind)])) as {
  readonly [K in ListedKind]: z.ZodType<ViewOf<K>>;
};
const lists = Object.fromEntries(
  listedKinds.map((kind) => [boardEntities[kind].list, z.array(views[kind])]),
) as unknown as {
  readonly [K in ListedKind as (typeof boardEntities)[K]['list']]: z.ZodArray<z.ZodType<ViewOf<K>>>;
};

/**
 * Everything open in one facility at one place of the stream; deltas after `lastEventId` continue it without gap. Of each kind those that
 * are not over; alerts also where they were resolved in the last hour.
 */
export const boardSnapshot = z
  .object({ lastEventId: z.string(), ...clockFields, facility: facilityData.nullable(), ...lists })
  .meta({ id: 'BoardSnapshot' });
export type BoardSnapshot = ReadonlyLists<z.infer<typeof boardSnapshot>>;

/**
 * The live stream of `GET /api/v1/facilities/{facility}/stream`: what each event's `data` holds, by its name. A delta always carries the
 * whole new state of one thing; what has ended is sent once more with its end.
 */
export const boardStream = {
  snapshot: boardSnapshot,
  facility: facilityData,
  ...views,
  /** Has no id; after every group of deltas and at least every ten seconds. */
  clock: clockSync,
} as const;

/** Event name -> data. */
export type BoardStreamEvents = {
  readonly [K in keyof typeof boardStream]: K extends 'snapshot' ? BoardSnapshot : z.infer<(typeof boardStream)[K]>;
};
