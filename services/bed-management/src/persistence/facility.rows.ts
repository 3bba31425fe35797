import type { FacilityData } from '@wardstream/events';
import { DomainError } from '@wardstream/kernel';
import { iso, type Tx } from '@wardstream/persistence';
import type { BedDefinition } from '@wardstream/bed-model';
import type { FacilityPlan } from '../facilities/hospital-file.js';

export interface FacilityRow {
  readonly version: number;
  readonly digest: string;
  /** The configuration it had. */
  readonly plan: FacilityPlan;
  readonly former: FormerPlaces;
}

/** Units and rooms that the configuration had once. */
export type FormerPlaces = Pick<FacilityData, 'units' | 'rooms'>;

/** The stored facility; made at version 0 if there is none. */
export async function readFacility(tx: Tx, plan: FacilityPlan, now: number): Promise<FacilityRow> {
  await tx.query(
    `INSERT INTO facility (id, aliases, version, plan, digest, configured_at) VALUES ($1, $2, 0, $3, '', $4)
     ON CONFLICT (id) DO NOTHING`,
    [plan.id, plan.aliases, JSON.stringify(plan), iso(now)],
  );
  const [row] = await tx.query<FacilityRow>('SELECT version, digest, plan, former FROM facility WHERE id = $1', [
    plan.id,
  ]);
  return row!;
}

export async function updateFacility(
  tx: Tx,
  plan: FacilityPlan,
  to: Omit<FacilityRow, 'plan'> & { readonly now: number },
): Promise<void> {
  await tx.query(
    'UPDATE facility SET aliases = $2, version = $3, plan = $4, digest = $5, configured_at = $6, former = $7 WHERE id = $1',
    [plan.id, plan.aliases, to.version, JSON.stringify(plan), to.digest, iso(to.now), JSON.stringify(to.former)],
  );
}

/** Every configured facility, as its configuration is published. */
export async function readFacilities(tx: Tx): Promise<FacilityData[]> {
  const rows = await tx.query<RawFacility>('SELECT version, plan FROM facility ORDER BY id');
  return rows.map(toData);
}

/** IANA zones of facilities, by id. */
export async function timeZonesOf(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.query<{ id: string; zone: string }>(
    `SELECT id, plan ->> 'timeZone' AS zone FROM facility WHERE id = ANY ($1)`,
    [ids],
  );
  return new Map(rows.map((r) => [r.id, r.zone]));
}

/** The facility that is called so, by its id or one of its aliases. Throws DomainError 'facility-not-found'. */
export async function facilityCalled(tx: Tx, name: string): Promise<FacilityData> {
  const [row] = await tx.query<RawFacility>(
    'SELECT version, plan FROM facility WHERE id = $1 OR $1 = ANY (aliases) ORDER BY id = $1 DESC LIMIT 1',
    [name],
  );
  if (row === undefined)
    throw new DomainError('not-found', 'facility-not-found', 'No facility of that name is configured.');
  return toData(row);
}

interface RawFacility {
  version: number;
  plan: FacilityPlan;
}

function toData({ version, plan }: RawFacility): FacilityData {
  const { id, name, aliases, timeZone, units, rooms, beds } = plan;
  return { id, name, aliases, timeZone, version, units, rooms, beds };
}

interface StoredDefinition {
  readonly bedId: string;
  readonly definition: BedDefinition;
  readonly retired: boolean;
  /** Its last word says that it is not listed any more. */
  readonly saysSo: boolean;
}

/** Every bed the facility ever had. */
export async function readDefinitions(tx: Tx, facility: string): Promise<StoredDefinition[]> {
  return await tx.query<StoredDefinition>(
    `SELECT id AS "bedId", definition, retired_at IS NOT NULL AS retired,
            coalesce(view ->> 'notListedSince' IS NOT NULL, false) AS "saysSo" FROM bed WHERE facility = $1`,
    [facility],
  );
}

/** Makes new beds and changes those there are, in the order of the file. */
export async function upsertDefinitions(
  tx: Tx,
  definitions: readonly (BedDefinition & { readonly position: number })[],
): Promise<void> {
  const rows = definitions.map(({ position, ...definition }) => {
    const { facility, id, staffed, surge } = definition;
    return { facility, id, position, staffed, surge, definition };
  });
  await tx.query(
    `INSERT INTO bed (facility, id, position, definition, setup_staffed, setup_surge)
     SELECT facility, id, position, definition, staffed, surge
       FROM json_to_recordset($1::json) AS t (facility text, id text, position integer, definition jsonb,
            staffed boolean, surge boolean)
     ON CONFLICT (facility, id) DO UPDATE
        SET position = excluded.position, definition = excluded.definition, retired_at = NULL`,
    [JSON.stringify(rows)],
  );
}

export async function retireBeds(tx: Tx, facility: string, bedIds: readonly string[], now: number): Promise<void> {
  await tx.query('UPDATE bed SET retired_at = $3 WHERE facility = $1 AND id = ANY ($2)', [facility, bedIds, iso(now)]);
}
