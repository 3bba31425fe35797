import type { AlertData } from './alerting.events.js';
import type { BedData, FacilityData } from './bed-management.events.js';
import type { ConflictData } from './conflict.events.js';
import type { BedRequestData, DischargePlanData } from './department-coordination.events.js';
import type { EncounterData } from './admissions.events.js';
import type { FeedData } from './feed.events.js';
import type { UnitOccupancyData } from './flow-engine.events.js';
import type { PatientBrief, Place } from './vocabulary.js';

/** The live stream of `GET /api/v1/facilities/{facility}/stream`: what each event's `data` holds. Types only. */

/** A bed without its history: what a tile and the drawer show. */
export type BedView = Omit<BedData, 'history'>;

/** What a tile tells of the stay beside the bed's own facts. */
export interface EncounterView {
  readonly encounterId: string;
  readonly facility: string;
  readonly visitNumber: string;
  readonly status: EncounterData['status'];
  readonly class: string | null;
  /** The least that tells who it is; told of a visit that holds no bed: of the others the bed tells it. */
  readonly patient?: PatientBrief;
  /** Whether patients of this class lie in no bed; left out where that is not known. */
  readonly inNoBed?: boolean;
  readonly specialty: string | null;
  /** Where the sender puts the patient. */
  readonly location: Place | null;
  /** Away from the bed for a procedure. */
  readonly inTransit: boolean;
  /** Id of the bed that the visit holds; null where it holds none. */
  readonly heldBed: string | null;
  /** Start of the stay: admission, else registration. */
  readonly startedAt: string | null;
  /** When the patient came to the house: registration, else admission, whichever was first. In the ED the stay counts from here. */
  readonly arrivedAt?: string | null;
  /** When the departure is expected, if a sender said so. */
  readonly expectedDischargeAt: string | null;
  /** Of a visit that is planned: where it is to be and when, as far as a sender said so. */
  readonly expectedAdmission?: { readonly place: Place | null; readonly expectedAt: string | null };
}

/** A feed and the service that heard it. */
export type FeedView = FeedData & { readonly owner: string };

/** Something told of the facility could not be applied, and which beds it concerns cannot be told. */
export interface CertaintyView {
  readonly facility: string;
  /** The service that could not apply it. */
  readonly owner: string;
  readonly notCertainSince: string | null;
}

/** The time the hospital lives in, and how many of its seconds pass in one real second. */
export interface ClockSync {
  readonly now: string;
  readonly speed: number;
  /**
   * The board reads what happened before it: what it shows is as of this time of the facility (null: not known). Left out while it is
   * live.
   */
  readonly catchingUp?: { readonly asOf: string | null };
}

/** Everything open in one facility at one place of the stream; deltas after `lastEventId` continue it without gap. */
export interface BoardSnapshot extends ClockSync {
  readonly lastEventId: string;
  readonly facility: FacilityData | null;
  readonly beds: readonly BedView[];
  readonly units: readonly UnitOccupancyData[];
  /** Firing and acknowledged ones, and those resolved in the last hour. */
  readonly alerts: readonly AlertData[];
  /** Open ones. */
  readonly conflicts: readonly ConflictData[];
  readonly feeds: readonly FeedView[];
  /** Requested and assigned ones. */
  readonly requests: readonly BedRequestData[];
  /** Pending and confirmed ones. */
  readonly plans: readonly DischargePlanData[];
  /** Neither discharged nor cancelled. */
  readonly encounters: readonly EncounterView[];
  /** Those that are not settled. */
  readonly certainties: readonly CertaintyView[];
}

/** Event name -> data. A delta always carries the whole new state of one thing; what has ended is sent once more with its end. */
export interface BoardStreamEvents {
  readonly snapshot: BoardSnapshot;
  readonly facility: FacilityData;
  readonly bed: BedView;
  readonly unit: UnitOccupancyData;
  readonly alert: AlertData;
  readonly conflict: ConflictData;
  readonly feed: FeedView;
  readonly request: BedRequestData;
  readonly plan: DischargePlanData;
  readonly encounter: EncounterView;
  readonly certainty: CertaintyView;
  /** Has no id; after every group of deltas and at least every ten seconds. */
  readonly clock: ClockSync;
}
