import type { Tx } from '@wardstream/persistence';
import { settledSurvivors, standingFacts, type VisitFact } from '@wardstream/encounter-model';
import { identitiesOf } from '../../encounters/index.js';
import { retiringFacts, survivorsAfter } from '../persistence/replay-check.rows.js';
import { firstId, type Page, ROWS_A_PAGE } from './check-page.js';

/** What identifiers go by, against what all merges among them say. Those that go by one are looked at together, once. */
export async function identityPage(tx: Tx, after: string | null): Promise<Page> {
  const survivors = await survivorsAfter(tx, after ?? firstId, ROWS_A_PAGE);
  const rows = await identitiesOf(tx, survivors);
  const ids = rows.map((row) => row.id);
  const told = new Map<string, VisitFact[]>(ids.map((id) => [id, []]));
  for (const { encounterId, ...fact } of await retiringFacts(tx, ids)) told.get(encounterId)!.push(fact);
  const settled = settledSurvivors(rows, (id) => standingFacts(told.get(id)!));
  const known = new Map(rows.map((row) => [row.id, row.survivor]));
  // What a merge names goes by the same as what it was merged into, so it is among these, or else it is wrong.
  const named = new Set([...known.keys(), ...settled.keys()]);
  const differences = [...named].flatMap((id) =>
    known.get(id) === (settled.get(id) ?? id) ? [] : [{ encounterId: id, field: 'identity.survivor' }],
  );
  return { looked: rows.length, counts: {}, differences, last: survivors.at(-1) };
}
