import { deterministicId } from '@wardstream/kernel';
import type { BedSetup, JobKind, JobPriority } from './bed-facts.js';
import type { BedFoldState, Job } from './fold-state.js';

/**
 * Makes the bed dirty and opens its job. The id follows from what made the bed dirty, so deriving the bed again gives the
 * same job.
 */
export function openJob(
  fold: BedFoldState,
  setup: BedSetup,
  because: readonly string[],
  at: number,
  request: { readonly jobKind?: JobKind; readonly priority?: JobPriority },
): void {
  // Nobody is sent to clean what is not there; listed again it is dirty still.
  if (fold.unlisted !== null) {
    fold.housekeeping = 'dirty';
    return;
  }
  fold.job = {
    id: deterministicId('cleaning-job', setup.facility, setup.bedId, ...because),
    kind: fold.contaminated ? 'terminal' : (request.jobKind ?? 'standard'),
    priority: request.priority ?? 'normal',
    requestedAt: at,
    claimedAt: null,
    claimedBy: null,
    startedAt: null,
    completedAt: null,
    cancelledAt: null,
    cancelReason: null,
  };
  fold.contaminated = false;
  fold.housekeeping = 'dirty';
}

/** A contaminated bed needs a terminal clean: the open job becomes one, or the next. */
export function contaminate(fold: BedFoldState): void {
  if (fold.job === null) fold.contaminated = true;
  else fold.job = { ...fold.job, kind: 'terminal' };
}

/**
 * Ends the open job, if there is one, and so the dirty state. A job that ended the moment it was opened, without anybody
 * starting it, was none: some senders report 'unoccupied' in the same second as the departure.
 */
export function closeJob(fold: BedFoldState, at: number, how: 'completed' | { cancelled: string }, ended: Job[]): void {
  const { pausedAt: _paused, pauseReason: _why, ...rest } = fold.job ?? {};
  const job = fold.job === null ? null : (rest as Job);
  fold.job = null;
  fold.housekeeping = 'clean';
  if (job === null || (job.startedAt === null && job.requestedAt === at)) return;
  ended.push(
    how === 'completed' ? { ...job, completedAt: at } : { ...job, cancelledAt: at, cancelReason: how.cancelled },
  );
}
