import type { JobKind, JobPriority } from './bed-facts.js';

/** What the order of dispatch needs of an open job. Times are milliseconds. */
export interface DispatchedJob {
  readonly id: string;
  readonly kind: JobKind;
  readonly priority: JobPriority;
  readonly requestedAt: number;
  readonly startedAt: number | null;
  /** Who waits for the bed: a patient it is assigned to or reserved for, or somebody for whom its unit was asked for a bed. */
  readonly waiting: { readonly by: 'assigned' | 'reserved' | 'unit'; readonly since: number } | null;
}

/** Why a job stands where it does, in the order of dispatch. */
export const dispatchGroups = ['stat', 'patient-waits', 'next', 'reserved', 'unit-waits', 'rest'] as const;
export type DispatchGroup = (typeof dispatchGroups)[number];

export function dispatchGroupOf({ priority, waiting }: DispatchedJob): DispatchGroup {
  if (priority === 'stat') return 'stat';
  if (waiting?.by === 'assigned') return 'patient-waits';
  if (priority === 'next') return 'next';
  if (waiting?.by === 'reserved') return 'reserved';
  return waiting?.by === 'unit' ? 'unit-waits' : 'rest';
}

/**
 * The order in which beds are to be cleaned: what is stat, then beds with a patient waiting, then what a person put next, reserved beds, beds
 * of a unit that was asked for one, the rest. Within each whose patient waits longest, then which is dirty longest. Where two beds are alike
 * the standard clean comes first, as it gives a bed sooner. Jobs that were started keep their place: who is at one finishes it.
 */
export function dispatchOrder<J extends DispatchedJob>(jobs: readonly J[]): J[] {
  const group = (job: J): number => dispatchGroups.indexOf(dispatchGroupOf(job));
  const waits = ({ waiting }: J): number => waiting?.since ?? Infinity;
  const compared = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...jobs].sort(
    (a, b) =>
      group(a) - group(b) ||
      compared(waits(a), waits(b)) ||
      compared(a.requestedAt, b.requestedAt) ||
      Number(a.kind === 'terminal') - Number(b.kind === 'terminal') ||
      (a.id < b.id ? -1 : 1),
  );
}
