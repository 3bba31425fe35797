import type { Tx } from '@wardstream/persistence';
import {
  identitiesNamed,
  type Identity,
  mayBeOthers,
  nobodyKnown,
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
 * they were stored; `readAnew`: some of them in place of others. Gives the encounters that may be others now.
 */
export async function keepIdentities(tx: Tx, facts: readonly PlacedFact[], readAnew: boolean): Promise<Visit[]> {
  const telling = facts.filter(({ fact }) => tellsOfIdentity(fact));
  if (telling.length === 0) return [];
  const rows = new Map<string, Identity>();
  for (const stated of telling) for (const row of identitiesNamed(stated)) rows.set(row.id, row);
  const named = new Set(rows.keys());
  const known = new Map((await identitiesOf(tx, [...rows.keys()])).map((row) => [row.id, row]));
  for (const row of known.values()) rows.set(row.id, row);
  const merges = telling.some(({ fact }) => fact.retires !== null && fact.retires !== undefined);
  const stated = merges ? await factsOf(tx, [...rows.keys()]) : new Map<string, readonly VisitFact[]>();
  const statedOf = (id: string): readonly VisitFact[] => stated.get(id) ?? [];
  const survivors = merges ? settledSurvivors(rows.values(), statedOf) : new Map<string, string>();
  // What no merge names any more goes by itself: the merge was taken back.
  const kept = [...rows.values()].map((row) => ({
    ...row,
    survivor: merges ? (survivors.get(row.id) ?? row.id) : row.survivor,
  }));
  await saveIdentities(
    tx,
    kept.filter((row) => known.get(row.id)?.survivor !== row.survivor),
  );
  const changed = kept.filter((row) => known.get(row.id)?.survivor !== row.survivor || named.has(row.id));
  const visits = [
    ...(
      await encountersById(
        tx,
        changed.map((row) => row.id),
      )
    ).values(),
  ];
  const after = new Map(kept.map((row) => [row.id, row]));
  const shown = await encountersOfPatients(tx, kept);
  const others = readAnew ? shown : mayBeOthers(shown, telling, known, after, statedOf);
  return [...visits, ...mergedVisitsOf(telling), ...others];
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
  if (identities.length === 0) return { about: () => nobodyKnown, merged: [] };
  const stated = await factsOf(
    tx,
    identities.map((row) => row.id),
  );
  return personsAmong(identities, (id) => stated.get(id)!);
}
