import { canonicalText, differingKeys } from '@wardstream/kernel';
import type { BedView, Claim, Conflict, Job } from '@wardstream/bed-model';

/** One field in which a bed that is kept is not what is known of it. Names no value: values may be personal. */
export interface BedDifference {
  readonly facility: string;
  readonly bedId: string;
  readonly field: string;
}

/** The parts of a conflict that are compared; what it is about is in its id. */
export type ConflictCourse = Pick<Conflict, 'id' | 'from' | 'to'> & { readonly closedBy: string | null };

/** What a bed shows, and its history as it is told to others. */
export interface BedRecord {
  readonly view: BedView;
  readonly claims: readonly Claim[];
  readonly conflicts: readonly ConflictCourse[];
  readonly jobs: readonly Job[];
}

/** The fields in which a bed that is kept differs from the same derived anew. */
export function bedDifferences(kept: BedRecord, derived: BedRecord): BedDifference[] {
  const { facility, id: bedId } = derived.view;
  const fields = differingKeys(kept.view, derived.view);
  for (const list of ['claims', 'conflicts', 'jobs'] as const)
    if (sorted(kept[list]) !== sorted(derived[list])) fields.push(`history.${list}`);
  return fields.map((field) => ({ facility, bedId, field }));
}

function sorted(items: readonly unknown[]): string {
  return items.map(canonicalText).sort().join();
}
