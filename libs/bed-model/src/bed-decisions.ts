import type { CleaningStep } from '@wardstream/api-contract';
import { DomainError, instantOf } from '@wardstream/kernel';
import type { FactContent } from './bed-facts.js';
import type { Barrier, BedFoldState, OpenHold } from './fold-state.js';
import type { BedView } from './bed-view.js';

/** Who asks for a hold, and when it begins. */
export interface HoldRequest {
  readonly encounterId: string;
  readonly kind: OpenHold['kind'];
  /** Milliseconds. */
  readonly until: number | null;
  /** Nobody said until when: it is the usual time from now. */
  readonly isUsual?: boolean;
}

/** A reservation for the usual time that would end no later than this after the one there is, is that one said again. */
const repeatMs = 60_000;

/** What making a hold comes to: nothing new, or a new hold in the place of those the same visit had on the bed. */
export type HoldDecision = 'kept' | { readonly replaces: readonly string[] };

/**
 * Whether the bed may be kept for the visit. A dirty or a running clean is no obstacle: the bed is ready when the patient is.
 *
 * A command asks of the bed as it is; a fact of a department system (`asFact`) tells what was done, so only another visit's
 * hold speaks against it: two holds at once are what must not be.
 *
 * @throws DomainError 'conflict' with the code of what came first; no personal data
 */
export function decideHold(
  bed: BedView,
  holds: readonly OpenHold[],
  request: HoldRequest,
  asFact: boolean,
): HoldDecision {
  if (!asFact) refuseUnlessUsable(bed, request.encounterId);
  const other = holds.find((h) => h.encounterId !== request.encounterId);
  if (other) {
    const kept = other.kind === 'assignment' ? 'assigned' : 'reserved';
    throw new DomainError('conflict', 'bed-held', `Bed ${bed.id} is ${kept} for another patient.`, {
      first: {
        kind: other.kind,
        since: instantOf(other.since),
        until: other.until === null ? null : instantOf(other.until),
        bedRequestId: other.bedRequestId,
      },
    });
  }
  const away = bed.onLeave?.find((o) => o.encounterId !== request.encounterId);
  if (away !== undefined)
    throw new DomainError('conflict', 'bed-held', `Bed ${bed.id} is kept for a patient on leave.`, {
      first: { kind: 'leave', since: away.since, until: null, bedRequestId: null },
    });
  const own = holds.filter((h) => h.encounterId === request.encounterId);
  const same = own.some((h) => h.kind === 'assignment' || (request.kind === 'reservation' && endsAlike(h, request)));
  return same ? 'kept' : { replaces: own.map((h) => h.id) };
}

function endsAlike(held: OpenHold, { until, isUsual = false }: HoldRequest): boolean {
  if (held.until === until) return true;
  return isUsual && held.until !== null && until !== null && held.until <= until && until - held.until < repeatMs;
}

/** Whether a command says what stands already: then it is a repeat, and there is nothing to record. */
export function standsAlready({ block, closure, job }: BedFoldState, content: FactContent): boolean {
  switch (content.kind) {
    case 'blocked':
      return isSame(block, content);
    case 'closed':
      return isSame(closure, { ...content, note: null });
    case 'cleaning-requested':
      return job !== null && job.kind === content.jobKind && job.priority === content.priority;
    case 'cleaning-claimed':
      return job !== null && job.claimedBy === content.claimedBy;
    default:
      return false;
  }
}

function isSame(standing: Barrier | null, said: Omit<Barrier, 'fact'>): boolean {
  if (standing === null) return false;
  return standing.reason === said.reason && standing.note === said.note && standing.until === said.until;
}

function refuseUnlessUsable(bed: BedView, encounterId: string): void {
  const refuse = (code: string, why: string, details: Record<string, unknown> = {}): never => {
    throw new DomainError('conflict', code, `Bed ${bed.id} ${why}.`, details);
  };
  switch (bed.state) {
    case 'occupied':
      if (bed.occupants.some((o) => o.encounterId === encounterId))
        refuse('already-in-bed', 'already has this patient');
      if (bed.conflicts.some((c) => c.kind === 'bed-disputed'))
        refuse('bed-disputed', 'counts as occupied while the facts disagree');
      return refuse('bed-occupied', 'is occupied', { since: bed.since });
    case 'blocked':
      return refuse('bed-blocked', 'is blocked', { blocked: bed.blocked });
    case 'closed':
      return refuse('bed-closed', 'is closed', { closed: bed.closed });
    case 'surge':
      return refuse('bed-surge-not-open', 'is a surge bed that has not been opened');
    case 'available':
    case 'reserved':
    case 'dirty':
    case 'cleaning':
      return;
  }
}

export const useCommands = ['block', 'unblock', 'close', 'open', 'open-surge', 'close-surge'] as const;
export type UseCommand = (typeof useCommands)[number];

/** Whether the bed may be taken out of use or given back now. @throws DomainError 'conflict' */
export function checkUse(bed: BedView, command: UseCommand): void {
  const refuse = (code: string, why: string): never => {
    throw new DomainError('conflict', code, `Bed ${bed.id} ${why}.`, { state: bed.state });
  };
  const empties = command === 'block' || command === 'close' || command === 'close-surge';
  if (empties && bed.state === 'occupied') refuse('bed-occupied', 'is occupied; move the patient first');
  if (command === 'unblock' && bed.blocked === null) refuse('bed-not-blocked', 'is not blocked');
  if (command === 'open' && bed.closed === null) refuse('bed-not-closed', 'is not closed');
  if (command === 'open-surge' || command === 'close-surge') {
    if (!bed.surge) refuse('no-surge-bed', 'is no surge bed');
    if ((command === 'open-surge') !== (bed.state === 'surge'))
      refuse('surge-unchanged', command === 'open-surge' ? 'is open already' : 'is not open');
  }
}

/** The open job as a decision needs it. */
export interface OpenJob {
  readonly startedAt: number | null;
  readonly pausedAt?: number;
  readonly claimedAt: number | null;
  readonly claimedBy: string | null;
}

/**
 * Whether the step may be taken now.
 * @throws DomainError 'conflict'; where somebody else was first, `first` says who and when
 */
export function checkCleaning(
  bed: BedView,
  job: OpenJob | null,
  step: CleaningStep,
  request: { readonly claimedBy: string | null; readonly changesJob: boolean },
): void {
  const refuse = (code: string, why: string, details: Record<string, unknown> = {}): never => {
    throw new DomainError('conflict', code, `Bed ${bed.id} ${why}.`, { state: bed.state, ...details });
  };
  if (bed.state === 'occupied') refuse('bed-occupied', 'is occupied');
  if (step === 'request') {
    if (job !== null && !request.changesJob) refuse('cleaning-already-requested', 'is on the cleaning list already');
    return;
  }
  if (job === null) return refuse('no-cleaning-job', 'has no open cleaning job');
  const { claimedBy, claimedAt, startedAt } = job;
  const since = startedAt ?? claimedAt;
  const first = { by: claimedBy, at: since === null ? null : instantOf(since) };
  const isAnothers = claimedBy !== null && request.claimedBy !== null && claimedBy !== request.claimedBy;
  if ((step === 'claim' || step === 'start') && startedAt !== null)
    refuse('cleaning-already-started', 'is being cleaned already', { first });
  if ((step === 'claim' || step === 'start') && isAnothers)
    refuse('job-claimed', `has been taken by ${claimedBy}`, { first });
  if (step === 'pause' && startedAt === null) refuse('cleaning-not-started', 'is not being cleaned');
  if (step === 'pause' && job.pausedAt !== undefined)
    refuse('cleaning-paused', 'is left half cleaned already', { since: instantOf(job.pausedAt) });
  if (step === 'resume' && job.pausedAt === undefined) refuse('cleaning-not-paused', 'is not left half cleaned');
}
