import type { BedData } from '@wardstream/events';
import type { BedDefinition } from '@wardstream/bed-model';
import { asMs, type Tx } from '@wardstream/persistence';

/** What a crew needs to know of a bed to be cleaned. */
export interface BedToClean {
  readonly bedId: string;
  readonly version: number;
  readonly definition: BedDefinition;
  readonly view: Pick<BedData, 'state' | 'reservedFor' | 'clocks'>;
}

export async function bedsToClean(tx: Tx, facility: string, ids: readonly string[]): Promise<Map<string, BedToClean>> {
  const rows = await tx.query<BedToClean>(
    `SELECT id AS "bedId", version, definition, view FROM bed WHERE facility = $1 AND id = ANY ($2) AND view IS NOT NULL`,
    [facility, ids],
  );
  return new Map(rows.map((row) => [row.bedId, row]));
}

/** Since when each unit has been asked for a bed that nobody has been given yet: the oldest open request; milliseconds. */
export async function unitsAskedForBeds(tx: Tx, facility: string): Promise<Map<string, number>> {
  const rows = await tx.query<{ unit: string; since: number }>(
    `SELECT asked ->> 'toUnit' AS unit, ${asMs('min(requested_at)', 'since')} FROM bed_request
      WHERE facility = $1 AND status = 'requested' AND ended_at IS NULL AND asked ->> 'toUnit' IS NOT NULL GROUP BY 1`,
    [facility],
  );
  return new Map(rows.map(({ unit, since }) => [unit, since]));
}
