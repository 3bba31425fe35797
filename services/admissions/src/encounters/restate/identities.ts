import type { Tx } from '@wardstream/persistence';
import {
  identitiesNamed,
  type Identity,
  isPersonal,
  mayBeOthers,
  mergesVisits,
  nobodyKnown,
  patientIdsOf,
  type Persons,
  personsAmong,
  type PlacedFact,
  retirementAmong,
  settledSurvivors,
  settleMore,
  statesIdentity,
  type Visit,
  type VisitFact,
} from '@wardstream/encounter-model';
import { encountersById, encountersOfPatients, factsOf } from '../persistence/encounter.rows.js';
import { goesBy, type GoesBy, identitiesOf, regroup, saveIdentities } from '../persistence/identity.rows.js';
import { lastRetirements } from '../persistence/person.rows.js';
import { visitsOfOthers } from './visits-of-others.js';

/**
 * Keeps which identifier goes by which, as all merges together say, whatever order they came in. To be called with new facts after
 * they were stored; `former`: those in place of which some of them are kept now. Gives the encounters that may be others now.
 */
export async function keepIdentities(
  tx: Tx,
  facts: readonly PlacedFact[],
  former: readonly PlacedFact[],
): Promise<Visit[]> {
  const retold = former.filter(({ fact }) => statesIdentity(fact));
  const telling = [...retold, ...facts.filter(({ fact }) => statesIdentity(fact))];
  if (telling.length === 0) return [];
  const named = new Map<string, Identity>();
  for (const stated of telling) for (const row of identitiesNamed(stated)) named.set(row.id, row);
  // What was stated otherwise before, or taken back by a person, may part what was one.
  const isReinterpreted = retold.length > 0;
  const mayPart = isReinterpreted || telling.some(({ fact }) => fact.decision !== undefined);
  const visits =
    (mayPart ? null : await addTo(tx, telling, named)) ?? (await settleAnew(tx, telling, named, isReinterpreted));
  return [...visits, ...mergedVisitsOf(telling)];
}

/**
 * Settles what is new of these identities from what they went by before; null where it takes all merges of them. Costs what it
 * touches: the rows of those that go by another now.
 */
async function addTo(
  tx: Tx,
  telling: readonly PlacedFact[],
  named: ReadonlyMap<string, Identity>,
): Promise<Visit[] | null> {
  const known = await goesBy(tx, [...named.keys()]);
  const survivorOf = (id: string): string => known.get(id)?.survivor.id ?? id;
  const merged = new Set([...known.values()].flatMap((row) => (row.isMerged ? [row.survivor.id] : [])));
  const retirements = telling.flatMap(retirementAmong);
  const retired = new Set(retirements.map((r) => survivorOf(r.retired)).filter((id) => merged.has(id)));
  const last = await lastRetirements(
    tx,
    [...retired],
    retirements.map((r) => r.id),
  );
  const settled = settleMore(retirements, {
    survivorOf,
    isMerged: (id) => merged.has(id),
    last: (id) => last.get(id),
  });
  if (settled === null) return null;
  const after = (id: string): string => settled.get(survivorOf(id)) ?? survivorOf(id);
  const personal = telling.filter(({ fact }) => isPersonal(fact));
  const identifiers = new Map<string, GoesBy['survivor']>();
  for (const { survivor: _, ...identifier } of personal.flatMap(identitiesNamed)) {
    identifiers.set(identifier.id, identifier);
    const row = known.get(identifier.id);
    if (row !== undefined) identifiers.set(row.survivor.id, row.survivor);
  }
  const others = await visitsOfOthers(tx, personal, { survivorOf, after, identifiers });
  const fresh = [...named.values()].filter((row) => !known.has(row.id));
  await saveIdentities(
    tx,
    fresh.map((row) => ({ ...row, survivor: after(row.id) })),
  );
  await regroup(
    tx,
    [...settled].flatMap(([from, to]) => (from === to ? [] : [{ from, to }])),
  );
  const own = await encountersById(tx, [...named.keys()]);
  return [...own.values(), ...others];
}

/** Settles these identities from all that is kept of them. */
async function settleAnew(
  tx: Tx,
  telling: readonly PlacedFact[],
  named: ReadonlyMap<string, Identity>,
  isReinterpreted: boolean,
): Promise<Visit[]> {
  const rows = new Map(named);
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
  const isOther = (row: Identity): boolean => known.get(row.id)?.survivor !== row.survivor;
  await saveIdentities(tx, kept.filter(isOther));
  const changed = kept.filter((row) => isOther(row) || named.has(row.id));
  const visits = await encountersById(
    tx,
    changed.map((row) => row.id),
  );
  const after = new Map(kept.map((row) => [row.id, row]));
  const shown = await encountersOfPatients(tx, kept);
  const others = isReinterpreted ? shown : mayBeOthers(shown, telling, known, after, statedOf);
  return [...visits.values(), ...others];
}

/** Survivors of merged visits, of which nothing else may be known yet. */
function mergedVisitsOf(telling: readonly PlacedFact[]): Visit[] {
  return telling.flatMap(({ encounterId, facility, fact }) =>
    fact.visit === null || !mergesVisits(fact) ? [] : [{ encounterId, facility, ...fact.visit }],
  );
}

/** All that is said of persons who may be the patients of some visits. */
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
