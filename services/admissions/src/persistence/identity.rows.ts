import type { Tx } from '@wardstream/persistence';
import type { Identity } from '../domain/identities.js';

/** All identities that go by the same one as any of `ids`. Usually none: few identifiers are ever merged. */
export async function identitiesOf(tx: Tx, ids: readonly string[]): Promise<Identity[]> {
  if (ids.length === 0) return [];
  return (await tx.query(
    `SELECT id, facility, number, domain, survivor FROM identity
      WHERE survivor = ANY(ARRAY(SELECT survivor FROM identity WHERE id = ANY($1::uuid[])))`,
    [ids],
  )) as Identity[];
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
