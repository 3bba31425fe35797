import type { BedState, FitOverride } from '@wardstream/events';
import type { BedSetup, FactSource, JobKind, JobPriority } from './bed-facts.js';

/** A cleaning job while it is open and when it has ended. */
export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly priority: JobPriority;
  readonly requestedAt: number;
  readonly claimedAt: number | null;
  readonly claimedBy: string | null;
  readonly startedAt: number | null;
  /** Since when a job that was started rests, and why; left out while it does not. */
  readonly pausedAt?: number;
  readonly pauseReason?: string;
  readonly completedAt: number | null;
  readonly cancelledAt: number | null;
  readonly cancelReason: string | null;
}

/** One fact as a conflict tells it. */
export interface ConflictFact {
  readonly source: string;
  readonly says: string;
  readonly at: number;
  readonly recordedAt: number | null;
  readonly receivedAt: number | null;
  readonly encounterId?: string;
}

export interface Conflict {
  /** Deterministic in facility, bed, kind and the facts involved. */
  readonly id: string;
  readonly kind: string;
  readonly severity: 'low' | 'medium' | 'high';
  readonly facts: readonly ConflictFact[];
  readonly from: number;
  readonly to: number | null;
  /** Who closed it and why, where a person did. */
  readonly decision?: { readonly closedBy: string; readonly reason: string };
}

/** A right to the bed over a time. In any bed at any time at most one claim is active. */
export interface Claim {
  readonly kind: 'occupancy' | 'reservation' | 'assignment';
  readonly encounterId: string;
  /** The movement that began the stay, or the hold's id. */
  readonly ref: string;
  readonly role: 'active' | 'contesting';
  readonly from: number;
  readonly to: number | null;
}

/** An unbroken time in one state with the same occupants. */
export interface Segment {
  readonly from: number;
  readonly to: number | null;
  readonly state: BedState;
  /** Who is in the bed, the active one first; of a reserved bed, whom it is kept for. */
  readonly encounterIds: readonly string[];
}

export interface Occupant {
  readonly encounterId: string;
  readonly movementId: string;
  readonly since: number;
  /** The last of their movements that says so, where it is not the one that began the stay. */
  readonly restatedBy?: string;
  readonly person?: string;
  readonly mother?: string;
}

/** What a person decided about a conflict, as long as it is in force. */
export interface InForce {
  readonly conflictId: string;
  readonly decision: NonNullable<Conflict['decision']>;
  /** The fact that the decision is. */
  readonly factId: string;
  readonly at: number;
}

/** A conflict that a person closed by saying that one side is as it is. It stays closed while the same facts disagree. */
export interface Settled extends InForce {
  /** Digest of the facts. */
  readonly facts: string;
}

/** Somebody whose facts say that they are in the bed, and of whom a person said that they are not. */
export interface SetAside extends InForce {
  readonly occupant: Occupant;
}

export interface OpenHold {
  readonly id: string;
  readonly encounterId: string;
  readonly kind: 'reservation' | 'assignment';
  readonly bedRequestId: string | null;
  readonly plan: 'admit' | 'transfer' | null;
  readonly expectedAt: number | null;
  readonly since: number;
  readonly until: number | null;
  readonly override?: FitOverride;
}

export interface Barrier {
  readonly fact: FactSource;
  readonly reason: string;
  readonly note: string | null;
  readonly until: number | null;
}

/** A status or a cleaning step that was reported while the facts had a patient in the bed. */
export interface Contradiction {
  readonly fact: FactSource;
  readonly says: string;
  /** Whoever was in the bed then: when one of them leaves, that is who it spoke of. */
  readonly against: readonly string[];
  readonly kind: 'status-contradicts-occupancy' | 'cleaning-contradicts-occupancy';
  /** A person closed the conflict about it. */
  readonly decided?: true;
}

/**
 * Everything that is known of a bed after all facts up to and including `at`, and all that later facts need to go on from
 * there: folding from here gives the same as folding from the beginning. Plain data: it is stored as a checkpoint.
 */
export interface BedFoldState {
  at: number;
  /** What the last configuration said. */
  configured: { staffed: boolean; surge: boolean };
  /** The configuration has the bed no more, since then and by that fact; null while it is listed. */
  unlisted: { factId: string; at: number } | null;
  /** Whether somebody runs it: as configured, or opened since. */
  staffed: boolean;
  surgeOpen: boolean;
  /** The fact that last took the staff away or shut the surge bed: tells two such times apart. */
  shutBy: string;
  /** The active one first; the others contest in the order they came. */
  occupants: Occupant[];
  /** Whose bed it is and who are on leave, in the order they left; `since` is when they came to the bed. */
  onLeave: Occupant[];
  /** In the order they were made. */
  holds: OpenHold[];
  /** The last reported status of an empty bed that keeps it from use. */
  reported: { code: 'C' | 'I' | 'O'; fact: FactSource; seenBy: 'status' | 'cleaning' } | null;
  /** Who left last, until the bed was made ready after them. */
  lastLeft: { encounterId: string; at: number; discharged: boolean } | null;
  housekeeping: 'clean' | 'dirty' | 'cleaning';
  job: Job | null;
  /** Cleaning that was started while the facts still had a patient in the bed. */
  earlyStart: { at: number; claimedBy: string | null } | null;
  /** The next cleaning must be a terminal one. */
  contaminated: boolean;
  block: Barrier | null;
  closure: Barrier | null;
  contradictions: Contradiction[];
  conflicts: Conflict[];
  settled: Settled[];
  setAside: SetAside[];
  /** The bed was reported occupied, and a person found nobody in it; until something else is said of it. */
  foundEmpty: InForce | null;
  claims: Claim[];
  segment: Segment | null;
  /** Since when the bed is in its state with its active occupant, or kept for the same visit. */
  stateSince: number;
  /** Since when nobody is in it and it is clean, whoever it was held for meanwhile; of a bed in another state since when it last was. */
  emptySince: number | null;
  /** Whether anything was ever told of who is in it or of its cleaning: a configuration tells nothing of that. */
  heard: boolean;
}

export function initialFoldState(setup: BedSetup): BedFoldState {
  return {
    at: Number.NEGATIVE_INFINITY,
    configured: { staffed: setup.staffed, surge: setup.surge },
    unlisted: null,
    staffed: setup.staffed,
    surgeOpen: false,
    shutBy: 'setup',
    occupants: [],
    onLeave: [],
    holds: [],
    reported: null,
    lastLeft: null,
    housekeeping: 'clean',
    job: null,
    earlyStart: null,
    contaminated: false,
    block: null,
    closure: null,
    contradictions: [],
    conflicts: [],
    settled: [],
    setAside: [],
    foundEmpty: null,
    claims: [],
    segment: null,
    stateSince: Number.NEGATIVE_INFINITY,
    emptySince: null,
    heard: false,
  };
}

/** Whether the bed is shut: by a person or a report, or because it has no staff. */
export function isClosed(fold: BedFoldState): boolean {
  return fold.unlisted !== null || fold.closure !== null || !fold.staffed || fold.reported?.code === 'C';
}

/** Patients on leave whose bed it is to everyone: while no guest has it, nor has left it to be made ready. */
export function awayFrom(fold: BedFoldState): readonly Occupant[] {
  return fold.occupants.length === 0 && fold.housekeeping === 'clean' ? fold.onLeave : [];
}

/**
 * The state a bed is in. An occupant counts before everything, so that nobody is sent to a bed with a patient in it; then
 * what makes the bed unusable; then what must be done before use; then who it is kept for.
 */
export function stateOf(fold: BedFoldState): BedState {
  if (fold.occupants.length > 0 || fold.reported?.code === 'O') return 'occupied';
  if (awayFrom(fold).length > 0) return 'occupied';
  if (fold.unlisted !== null) return 'closed';
  if (fold.block !== null || fold.reported?.code === 'I') return 'blocked';
  if (isClosed(fold)) return 'closed';
  if (fold.housekeeping !== 'clean') return fold.housekeeping;
  if (fold.configured.surge && !fold.surgeOpen) return 'surge';
  return fold.holds.length > 0 ? 'reserved' : 'available';
}

/** One hold for each visit that the bed is kept for, the first made first. What a person made says more than what a plan did. */
export function holdsByVisit(fold: BedFoldState): OpenHold[] {
  const byVisit = new Map<string, OpenHold>();
  for (const hold of fold.holds) {
    const known = byVisit.get(hold.encounterId);
    if (known === undefined || (known.plan !== null && hold.plan === null)) byVisit.set(hold.encounterId, hold);
  }
  return [...byVisit.values()];
}

/** Who is in the bed, the active one first. A patient a crew found in the bed after a discharge is still that patient. */
export function encountersIn(fold: BedFoldState): string[] {
  if (fold.occupants.length > 0) return fold.occupants.map((o) => o.encounterId);
  const seen = seenAfterLeaving(fold);
  if (seen !== null) return [seen];
  return fold.reported?.code === 'O' ? [] : awayFrom(fold).map((o) => o.encounterId);
}

/** The discharged patient whom somebody saw in the bed afterwards, while nobody else came. */
export function seenAfterLeaving(fold: BedFoldState): string | null {
  if (fold.occupants.length > 0 || fold.reported?.code !== 'O') return null;
  return fold.lastLeft?.discharged === true ? fold.lastLeft.encounterId : null;
}
