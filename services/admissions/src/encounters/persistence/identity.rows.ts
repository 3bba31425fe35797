import type { Tx } from '@wardstream/persistence';
import type { Identity } from '@wardstream/encounter-model';

/** All identities that go by the same one as any of `ids`. Usually none: few identifiers are ever merged. */
export async function identitiesOf(tx: Tx, ids: readonly string[]): Promise<Identity[]> {
  if (ids.length === 0) return [];
  return await tx.query<Identity>(
    `SELECT id, facility, number, domain, survivor FROM identity
      WHERE survivor = ANY(ARRAY(SELECT survivor FROM identity WHERE id = ANY($1::uuid[])))`,
    [ids],
  );
}

/** The one that an identifier goes by. */
export interface GoesBy {
  readonly id: string;
  readonly number: string;
  readonly domain: string | null;
  readonly survivor: {
    readonly id: string;
    readonly facility: string;
    readonly number: string;
    readonly domain: string | null;
  };
  /** Whether it, or the one it goes by, was merged with any other. */
  readonly isMerged: boolean;
}

/** What those of these identifiers go by that were merged, or of whose bearers something was said; the others are not in it. */
export async function goesBy(tx: Tx, ids: readonly string[]): Promise<Map<string, GoesBy>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<GoesBy>(
    `SELECT i.id, i.number, i.domain, json_build_object('id', s.id, 'facility', s.facility, 'number', s.number, 'domain', s.domain) AS survivor,
            (SELECT true FROM identity o WHERE o.survivor = i.survivor AND o.id <> o.survivor LIMIT 1) IS NOT NULL AS "isMerged"
       FROM identity i JOIN identity s ON s.id = i.survivor WHERE i.id = ANY($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** By what those of these identifiers go that were merged into another; the others are not in it. */
export async function survivorsOf(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<{ id: string; survivor: string }>(
    'SELECT id, survivor FROM identity WHERE id = ANY($1::uuid[]) AND survivor <> id',
    [ids],
  );
  return new Map(rows.map(({ id, survivor }) => [id, survivor]));
}

/** Whether one of these numbers is of a visit that was merged into this one. */
export async function isNumberOfMerged(
  tx: Tx,
  survivor: { readonly id: string; readonly facility: string },
  numbers: readonly string[],
): Promise<boolean> {
  const rows = await tx.query<unknown>(
    'SELECT FROM identity WHERE survivor = $1 AND id <> survivor AND facility = $2 AND number = ANY($3::text[]) LIMIT 1',
    [survivor.id, survivor.facility, numbers],
  );
  return rows.length > 0;
}

/** All that went by one identity go by another from now on. */
export async function regroup(
  tx: Tx,
  groups: readonly { readonly from: string; readonly to: string }[],
): Promise<void> {
  if (groups.length === 0) return;
  await tx.query(
    `UPDATE identity SET survivor = r."to" FROM unnest($1::uuid[], $2::uuid[]) AS r ("from", "to") WHERE identity.survivor = r."from"`,
    [groups.map((g) => g.from), groups.map((g) => g.to)],
  );
}

export async function saveIdentities(tx: Tx, identities: readonly Identity[]): Promise<void> {
  if (identities.length === 0) return;
  await tx.query(
    `INSERT INTO identity (id, facility, number, domain, survivor)
     SELECT id, facility, number, domain, survivor
       FROM json_to_recordset($1::json) AS r (id uuid, facility text, number text, domain text, survivor uuid)
     ON CONFLICT (id) DO UPDATE SET survivor = excluded.survivor WHERE identity.survivor <> excluded.survivor`,
    [JSON.stringify(identities)],
  );
}
