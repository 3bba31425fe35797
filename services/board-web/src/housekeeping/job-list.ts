import type { HousekeepingItem } from '@wardstream/api-contract';

/** What a crew sees of the list: what is theirs, what is next, what is with others. */
export interface JobSections {
  readonly mine: readonly HousekeepingItem[];
  readonly next: readonly HousekeepingItem[];
  readonly others: readonly HousekeepingItem[];
}

/** Each job once, each part in the order of dispatch; of mine the one that is being cleaned first. */
export function jobSections(items: readonly HousekeepingItem[], me: string): JobSections {
  const isMine = ({ job }: HousekeepingItem): boolean => job.claimedBy === me;
  const isTaken = ({ job }: HousekeepingItem): boolean => job.claimedBy !== null || job.status === 'started';
  const rank = ({ job }: HousekeepingItem): number =>
    job.status === 'started' ? (job.pausedAt === undefined ? 0 : 1) : 2;
  return {
    mine: items.filter(isMine).sort((a, b) => rank(a) - rank(b)),
    next: items.filter((item) => !isTaken(item)),
    others: items.filter((item) => isTaken(item) && !isMine(item)),
  };
}

/** The one that somebody is cleaning now; null where none is. */
export function running(mine: readonly HousekeepingItem[]): HousekeepingItem | null {
  return mine.find(({ job }) => job.status === 'started' && job.pausedAt === undefined) ?? null;
}

export type JobStep = 'claim' | 'start' | 'resume' | 'complete' | 'problem';

/** What may be done with a job by me, the main thing first. Nothing with what is with others: that is theirs. */
export function stepsOf({ job }: HousekeepingItem, me: string): readonly JobStep[] {
  if (job.claimedBy !== null && job.claimedBy !== me) return [];
  if (job.status === 'started') return job.pausedAt === undefined ? ['complete', 'problem'] : ['resume', 'problem'];
  return job.claimedBy === null ? ['start', 'claim'] : ['start', 'problem'];
}
