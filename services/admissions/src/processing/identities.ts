import type { MovementFact } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import { encounterIdOf, identifierKey, patientIdOf } from '../domain/identify.js';
import { retirementOf, survivorsOf } from '../domain/merges.js';
import { tellsOfIdentity, type VisitFact } from '../domain/visit-fact.js';
import {
  encountersById,
  encountersOfPatients,
  factsOf,
  type NewFact,
  type Visit,
} from '../persistence/encounter.rows.js';
import { identitiesOf, type IdentityRow, saveIdentities } from '../persistence/identity.rows.js';

export interface PlacedFact extends NewFact {
  readonly facility: string;
}

/**
 * Keeps which identifier goes by which, as all merges together say, whatever order they came in. To be called with new facts after
 * they were stored. Gives the encounters that may be others now.
 */
export async function keepIdentities(tx: Tx, facts: readonly PlacedFact[]): Promise<Visit[]> {
  const telling = facts.filter(({ fact }) => tellsOfIdentity(fact));
  if (telling.length === 0) return [];
  const rows = new Map<string, IdentityRow>();
  for (const stated of telling) for (const row of mentioned(stated)) rows.set(row.id, row);
  for (const row of await identitiesOf(tx, [...rows.keys()])) rows.set(row.id, row);
  const merges = telling.some(({ fact }) => fact.retires !== null && fact.retires !== undefined);
  const survivors = merges ? await settled(tx, rows) : new Map<string, string>();
  const saved = [...rows.values()].map((row) => ({ ...row, survivor: survivors.get(row.id) ?? row.survivor }));
  await saveIdentities(tx, saved);
  const visits = [...(await encountersById(tx, [...rows.keys()])).values()];
  return [...visits, ...mergedVisitsOf(telling), ...(await encountersOfPatients(tx, saved))];
}

/** What each of these goes by, from all merges among them. */
async function settled(tx: Tx, rows: ReadonlyMap<string, IdentityRow>): Promise<Map<string, string>> {
  const stated = await factsOf(tx, [...rows.keys()]);
  const retirements = [...rows.values()].flatMap(({ id, facility }) =>
    stated.get(id)!.flatMap((f) => {
      if (retirementOf(f) === null) return [];
      const retired = idOf(f.fact)(facility, f.fact.retires!);
      return [{ id: f.id, recordedAt: f.fact.recordedAt, retired, survivor: id }];
    }),
  );
  return survivorsOf(retirements);
}

function idOf({ kind }: MovementFact): typeof encounterIdOf {
  return kind === 'merge-visit' ? encounterIdOf : patientIdOf;
}

/** Survivors of merged visits, of which nothing else may be known yet. */
function mergedVisitsOf(telling: readonly PlacedFact[]): Visit[] {
  return telling.flatMap(({ encounterId, facility, fact }) =>
    fact.visit === null || fact.kind !== 'merge-visit' ? [] : [{ encounterId, facility, ...fact.visit }],
  );
}

function mentioned({ fact, facility, encounterId }: PlacedFact): IdentityRow[] {
  const own = fact.kind === 'merge-visit' ? fact.visit : { number: fact.patient.id ?? '', domain: fact.patient.domain };
  const rows = own === null ? [] : [{ id: encounterId, facility, ...own, survivor: encounterId }];
  if (fact.retires === null || fact.retires === undefined) return rows;
  const id = idOf(fact)(facility, fact.retires);
  return [...rows, { id, facility, ...fact.retires, survivor: id }];
}

/** What is said of persons who may be the patients of some visits. */
export interface Persons {
  /** The facts about the patients of these facts. */
  factsAbout(facility: string, facts: readonly VisitFact[]): VisitFact[];
  /** Patients with more than one identifier that were merged; all identifiers of each. */
  readonly merged: readonly (readonly IdentityRow[])[];
}

export async function personsOf(
  tx: Tx,
  visits: readonly { readonly facility: string; readonly facts: readonly VisitFact[] }[],
): Promise<Persons> {
  const ids = new Set<string>();
  for (const { facility, facts } of visits) for (const id of patientIds(facility, facts)) ids.add(id);
  const identities = await identitiesOf(tx, [...ids]);
  if (identities.length === 0) return { factsAbout: () => [], merged: [] };
  const stated = await factsOf(
    tx,
    identities.map((row) => row.id),
  );
  const groups = new Map<string, IdentityRow[]>();
  for (const row of identities) groups.set(row.survivor, [...(groups.get(row.survivor) ?? []), row]);
  const groupOf = new Map(identities.map((row) => [row.id, groups.get(row.survivor)!]));
  return {
    factsAbout: (facility, facts) => {
      const about = new Set(patientIds(facility, facts).flatMap((id) => groupOf.get(id) ?? []));
      return [...about].flatMap((row) => stated.get(row.id)!);
    },
    merged: [...groups.values()].filter((rows) => rows.length > 1),
  };
}

function patientIds(facility: string, facts: readonly VisitFact[]): string[] {
  const seen = new Map<string, string>();
  for (const { fact } of facts) {
    const { id, domain } = fact.patient;
    if (id === null) continue;
    const key = identifierKey({ number: id, domain });
    if (!seen.has(key)) seen.set(key, patientIdOf(facility, { number: id, domain }));
  }
  return [...seen.values()];
}
