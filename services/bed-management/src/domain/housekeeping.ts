import { deterministicId } from '@wardstream/kernel';
import type { BedSetup, JobKind, JobPriority } from './bed-facts.js';
import type { Carry, Job } from './carry.js';

/**
 * Makes the bed dirty and opens its job. The id follows from what made the bed dirty, so deriving the bed again gives the
 * same job.
 */
export function openJob(
  carry: Carry,
  setup: BedSetup,
  because: readonly string[],
  at: number,
  wish: { readonly jobKind?: JobKind; readonly priority?: JobPriority },
): void {
  // Nobody is sent to clean what is not there; listed again it is dirty still.
  if (carry.unlisted !== null) {
    carry.housekeeping = 'dirty';
    return;
  }
  carry.job = {
    id: deterministicId('cleaning-job', setup.facility, setup.bedId, ...because),
    kind: carry.contaminated ? 'terminal' : (wish.jobKind ?? 'standard'),
    priority: wish.priority ?? 'normal',
    requestedAt: at,
    claimedAt: null,
    claimedBy: null,
    startedAt: null,
    completedAt: null,
    cancelledAt: null,
    cancelReason: null,
  };
  carry.contaminated = false;
  carry.housekeeping = 'dirty';
}

/** A contaminated bed needs a terminal clean: the open job becomes one, or the next. */
export function contaminate(carry: Carry): void {
  if (carry.job === null) carry.contaminated = true;
  else carry.job = { ...carry.job, kind: 'terminal' };
}

/**
 * Ends the open job, if there is one, and so the dirty state. A job that ended the moment it was opened, without anybody
 * starting it, was none: some senders report 'unoccupied' in the same second as the departure.
 */
export function closeJob(carry: Carry, at: number, how: 'completed' | { cancelled: string }, ended: Job[]): void {
  const job = carry.job;
  carry.job = null;
  carry.housekeeping = 'clean';
  if (job === null || (job.startedAt === null && job.requestedAt === at)) return;
  ended.push(
    how === 'completed' ? { ...job, completedAt: at } : { ...job, cancelledAt: at, cancelReason: how.cancelled },
  );
}
