import type { Tx } from '@wardstream/persistence';
import {
  identitiesNamed,
  type Identity,
  patientIdsOf,
  type Persons,
  personsAmong,
  type PlacedFact,
  settledSurvivors,
} from '../domain/identities.js';
import type { Visit } from '../domain/one-visit.js';
import { mergesVisits, tellsOfIdentity, type VisitFact } from '../domain/visit-fact.js';
import { encountersById, encountersOfPatients, factsOf } from '../persistence/encounter.rows.js';
import { identitiesOf, saveIdentities } from '../persistence/identity.rows.js';

/**
 * Keeps which identifier goes by which, as all merges together say, whatever order they came in. To be called with new facts after
 * they were stored. Gives the encounters that may be others now.
 */
export async function keepIdentities(tx: Tx, facts: readonly PlacedFact[]): Promise<Visit[]> {
  const telling = facts.filter(({ fact }) => tellsOfIdentity(fact));
  if (telling.length === 0) return [];
  const rows = new Map<string, Identity>();
  for (const stated of telling) for (const row of identitiesNamed(stated)) rows.set(row.id, row);
  for (const row of await identitiesOf(tx, [...rows.keys()])) rows.set(row.id, row);
  const merges = telling.some(({ fact }) => fact.retires !== null && fact.retires !== undefined);
  const survivors = merges ? await settled(tx, rows) : new Map<string, string>();
  // What no merge names any more goes by itself: the merge was taken back.
  const saved = [...rows.values()].map((row) => ({
    ...row,
    survivor: merges ? (survivors.get(row.id) ?? row.id) : row.survivor,
  }));
  await saveIdentities(tx, saved);
  const visits = [...(await encountersById(tx, [...rows.keys()])).values()];
  return [...visits, ...mergedVisitsOf(telling), ...(await encountersOfPatients(tx, saved))];
}

async function settled(tx: Tx, rows: ReadonlyMap<string, Identity>): Promise<Map<string, string>> {
  const stated = await factsOf(tx, [...rows.keys()]);
  return settledSurvivors(rows.values(), (id) => stated.get(id)!);
}

/** Survivors of merged visits, of which nothing else may be known yet. */
function mergedVisitsOf(telling: readonly PlacedFact[]): Visit[] {
  return telling.flatMap(({ encounterId, facility, fact }) =>
    fact.visit === null || !mergesVisits(fact) ? [] : [{ encounterId, facility, ...fact.visit }],
  );
}

/** What is said of persons who may be the patients of some visits. */
export async function personsOf(
  tx: Tx,
  visits: readonly { readonly facility: string; readonly facts: readonly VisitFact[] }[],
): Promise<Persons> {
  const ids = new Set<string>();
  for (const { facility, facts } of visits) for (const id of patientIdsOf(facility, facts)) ids.add(id);
  const identities = await identitiesOf(tx, [...ids]);
  if (identities.length === 0) return { factsAbout: () => [], merged: [] };
  const stated = await factsOf(
    tx,
    identities.map((row) => row.id),
  );
  return personsAmong(identities, (id) => stated.get(id)!);
}
