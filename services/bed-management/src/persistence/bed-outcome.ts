import { orInfinity } from '@wardstream/persistence';
import type { BedChanges, BedFoldState } from '@wardstream/bed-model';
import type { BedRef } from './bed.rows.js';

/** What one derivation of a bed leaves behind, beside the bed itself. */
export interface BedOutcome extends BedRef {
  readonly unit: string;
  /**
   * Something changed at or before the last event time that was folded, so that what was derived then may be gone. Where all
   * that is new came after, nothing that was derived can be undone.
   */
  readonly isLate: boolean;
  readonly changes: BedChanges;
  readonly checkpoints: readonly BedFoldState[];
  readonly endedHolds: ReadonlyMap<string, number>;
  /** Holds that were read and have not ended. */
  readonly openHolds: readonly string[];
}

/** SQL for the windows that `windowsOf` wrote: what reaches `from` and is not among `ids` is no longer true. */
export const windowed = `json_to_recordset($1::json) AS t (facility text, "bedId" text, "from" timestamptz, ids text[])`;

export function windowsOf(outcomes: readonly BedOutcome[], ids?: (o: BedOutcome) => readonly { id: string }[]): string {
  return JSON.stringify(
    outcomes.map((o) => ({
      facility: o.facility,
      bedId: o.bedId,
      from: orInfinity(o.changes.from),
      ids: ids?.(o).map((x) => x.id) ?? [],
    })),
  );
}
