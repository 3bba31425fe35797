import type { FitOverride } from '@wardstream/events';

/**
 * What a bed is derived from. Times are milliseconds since the epoch, by event time: when it happened, not when it was heard.
 * A fact is never changed, a person's decision may be taken back; stays and holds are replaced by their owners as they learn more.
 */

/** HL7 table 0116: closed, housekeeping, isolated, contaminated, occupied, unoccupied. */
export type StatusCode = 'C' | 'H' | 'I' | 'K' | 'O' | 'U';
export type JobKind = 'standard' | 'terminal';
export type JobPriority = 'normal' | 'next' | 'stat';

/** Who said something and when: enough to show it beside another fact that disagrees. */
export interface FactSource {
  readonly id: string;
  readonly at: number;
  readonly recordedAt: number;
  readonly receivedAt: number;
  /** Sending application, or the role of the person. */
  readonly by: string;
}

/** A person closed a conflict. */
export interface Decision {
  readonly conflictId: string;
  /** Stable id of the person. */
  readonly closedBy: string;
  readonly reason: string;
}

/** What one fact tells. */
export type FactContent =
  | {
      readonly kind: 'configured';
      readonly staffed: boolean;
      readonly surge: boolean;
      /** Whether the configuration has the bed; one that says nothing has it. */
      readonly listed?: boolean;
      /** Of the facility's configuration: of two in force at one time the later counts. */
      readonly version?: number;
    }
  | { readonly kind: 'status-reported'; readonly code: StatusCode }
  | { readonly kind: 'blocked'; readonly reason: string; readonly note: string | null; readonly until: number | null }
  | { readonly kind: 'unblocked' }
  | { readonly kind: 'closed'; readonly reason: string; readonly until: number | null }
  | { readonly kind: 'opened' }
  | { readonly kind: 'surge-opened' }
  | { readonly kind: 'surge-closed' }
  | { readonly kind: 'cleaning-requested'; readonly jobKind: JobKind; readonly priority: JobPriority }
  | { readonly kind: 'cleaning-claimed'; readonly claimedBy: string }
  | { readonly kind: 'cleaning-started'; readonly claimedBy: string | null }
  /** The crew had to leave it: the bed is neither dirty nor clean. */
  | { readonly kind: 'cleaning-paused'; readonly reason: string }
  | { readonly kind: 'cleaning-resumed'; readonly claimedBy: string | null }
  | { readonly kind: 'cleaning-completed' }
  | {
      readonly kind: 'cleaning-cancelled';
      readonly reason: string;
      /** The crew found somebody in the bed. */
      readonly patientInBed: boolean;
    }
  | (Decision & {
      readonly kind: 'occupant-chosen';
      /** Who is in the bed. */
      readonly encounterId: string;
      /** Who is not, and the last movement that says otherwise: a later one of theirs outweighs the choice. */
      readonly notInBed: { readonly encounterId: string; readonly movementId: string };
    })
  /** Nobody is in the bed, although it was reported occupied. */
  | (Decision & { readonly kind: 'found-empty' })
  | (Decision & {
      readonly kind: 'conflict-closed';
      /** Digest of the facts that were decided about; where others stand against each other the decision does not hold. */
      readonly facts: string;
    });
export type FactKind = FactContent['kind'];
export type BedFact = FactSource & FactContent;

/** One encounter's unbroken time in this bed, as admissions derived it. */
export interface StayInBed {
  readonly encounterId: string;
  /** The movement that began it. */
  readonly movementId: string;
  readonly from: number;
  readonly to: number | null;
  readonly leavesDirty: boolean;
  readonly endedBy: string | null;
  /** Whose it is: the same for all visits of one person. Left out where nobody said, as is the next. */
  readonly person?: string;
  /** The mother of a newborn, as `person` of her stays. */
  readonly mother?: string;
  /** When the patient was on leave meanwhile, in order; the last may not be over. Left out where they never were. */
  readonly leaves?: readonly Leave[];
}

/** A time in which a patient is away and the bed is kept for them. */
export interface Leave {
  readonly from: number;
  readonly to: number | null;
}

/** A bed kept for one encounter. */
export interface Hold {
  readonly id: string;
  readonly encounterId: string;
  readonly kind: 'reservation' | 'assignment';
  readonly bedRequestId: string | null;
  /** The plan (A14, A15) it follows from; null where a person or a department made it. */
  readonly plan: 'admit' | 'transfer' | null;
  /** When the planned movement is expected. */
  readonly expectedAt: number | null;
  readonly since: number;
  /** Whether it begins only when its time has come, or counts as soon as it is told. */
  readonly begins: 'when-told' | 'by-time';
  /** When a reservation ends by itself. */
  readonly until: number | null;
  /** When somebody gave it up. */
  readonly releasedAt: number | null;
  /** When the visit, the bed request or the plan behind it was over. */
  readonly endedAt: number | null;
  /** Why a person kept the bed although it does not suit the patient. */
  readonly override?: FitOverride | null;
}

/** How a bed is set up at first; later changes come as `configured` facts. */
export interface BedSetup {
  readonly facility: string;
  readonly bedId: string;
  readonly staffed: boolean;
  readonly surge: boolean;
}
