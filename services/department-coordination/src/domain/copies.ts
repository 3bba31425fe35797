import type { EncounterData, PatientBrief, Place } from '@wardstream/events';

/** What this service has learned of others. Times are milliseconds since the epoch, by event time. */

export interface StayCopy {
  readonly place: Place;
  readonly from: number;
  readonly to: number | null;
  readonly holdsBed: boolean;
}

/** An encounter as admissions derived it last. */
export interface EncounterCopy {
  readonly id: string;
  readonly facility: string;
  readonly visitNumber: string;
  readonly version: number;
  readonly status: 'planned' | 'in-progress' | 'on-leave' | 'discharged' | 'cancelled';
  readonly patient: PatientBrief;
  readonly location: Place | null;
  readonly stays: readonly StayCopy[];
  readonly dischargedAt: number | null;
  /** When it was cancelled, as far as known. */
  readonly cancelledAt: number | null;
  /** The encounter it was merged into, as long as it is. */
  readonly mergedInto?: string | null;
  /** A discharge that a sender announced (A16) and did not take back. */
  readonly pendingDischarge: { readonly at: number; readonly expectedAt: number | null } | null;
}

/** When a visit was cancelled: as the event says it, else since the cancellation that was heard first; null if it is not. */
export function cancellationOf(
  { status, cancelledAt, cause }: Pick<EncounterData, 'status' | 'cancelledAt' | 'cause'>,
  before: Pick<EncounterCopy, 'cancelledAt'> | undefined,
): number | null {
  if (status !== 'cancelled') return null;
  return cancelledAt === undefined ? (before?.cancelledAt ?? Date.parse(cause.at)) : Date.parse(cancelledAt);
}

/** Who a bed is kept for. */
export interface HoldCopy {
  readonly encounterId: string;
  readonly bedRequestId: string | null;
  readonly since: number;
  /** When a reservation ends by itself; not known of what was kept before this was. */
  readonly until?: number | null;
}

/** A hold that ended. */
export interface EndedHold extends HoldCopy {
  /** When a person gave it up or its time was over; null where it ended because the request or the visit did. */
  readonly givenUpAt: number | null;
}

/** A bed as bed-management derived it last. */
export interface BedCopy {
  readonly id: string;
  readonly facility: string;
  readonly version: number;
  readonly unit: string;
  readonly isClean: boolean;
  /** When it was ready last, after having been dirty; kept when a patient is in it. */
  readonly cleanAt: number | null;
  readonly hold: HoldCopy | null;
  /** The hold before, once it ended. */
  readonly lastHold?: EndedHold | null;
  /** Encounters that are in it. */
  readonly occupants: readonly string[];
}

/** A patient of whom nothing but a number is known yet. */
export const unknownPatient: PatientBrief = { initials: '', ageBand: null, sex: 'unknown' };
