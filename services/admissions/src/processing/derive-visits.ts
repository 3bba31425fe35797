import type { Tx } from '@wardstream/persistence';
import { deriveEncounter, type DerivedEncounter } from '../domain/derive-encounter.js';
import type { Directory } from '../domain/directory.js';
import { patientIdsOf } from '../domain/identities.js';
import { identifierKey } from '../domain/identify.js';
import { KnownPersons } from '../domain/patient.js';
import type { VisitFact } from '../domain/visit-fact.js';
import { goesBy, type GoesBy } from '../persistence/identity.rows.js';
import { lastToldOf, type PersonFact } from '../persistence/person.rows.js';
import { housesOf } from './houses.js';

/** So many facts are read in one turn of the loop, or those of one visit: whatever else there is to do has its turn between. */
const FACTS_A_TURN = 100;

interface ToldVisit {
  readonly encounterId: string;
  readonly facility: string;
  readonly facts: readonly VisitFact[];
  /** Ids of all encounters that are one with it. */
  readonly members: readonly string[];
}

/**
 * Derives visits from their facts, and from what was told last of the persons who may be their patients: however much was told of
 * these apart from their visits. What was told after a visit was over says nothing of it; then what was told before that is asked, too.
 */
export async function deriveVisits(
  tx: Tx,
  visits: readonly ToldVisit[],
  directoryOf: (facility: string) => Directory,
): Promise<DerivedEncounter[]> {
  const identities = new Map(visits.map((v) => [v, patientIdsOf(v.facility, v.facts)]));
  const known = await goesBy(tx, [...new Set([...identities.values()].flat())]);
  const survivors = new Set([...known.values()].map((row) => row.survivor.id));
  const told = groupedBySurvivor(
    await lastToldOf(
      tx,
      [...survivors].map((survivor) => ({ survivor, until: null })),
    ),
  );
  const houses = await housesOf(tx, visits, directoryOf);
  const derive = (visit: ToldVisit, more: readonly PersonFact[]): DerivedEncounter => {
    const rows = identities.get(visit)!.flatMap((id) => known.get(id) ?? []);
    const persons = knownPersons(rows, told, more);
    return deriveEncounter(visit.encounterId, visit.facts, directoryOf(visit.facility), persons, houses(visit));
  };
  const derived: DerivedEncounter[] = [];
  let read = 0;
  for (const visit of visits) {
    derived.push(derive(visit, []));
    read += visit.facts.length;
    if (read < FACTS_A_TURN) continue;
    read = 0;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  const over = visits.flatMap((visit, i) => {
    const until = derived[i]!.dischargedAt;
    if (until === null) return [];
    const persons = new Set(identities.get(visit)!.flatMap((id) => known.get(id)?.survivor.id ?? []));
    const later = [...persons].filter((id) => told.get(id)?.some(({ fact }) => fact.at > until) === true);
    return later.map((survivor) => ({ i, survivor, until }));
  });
  if (over.length === 0) return derived;
  const before = await lastToldOf(tx, over);
  for (const i of new Set(over.map((o) => o.i))) derived[i] = derive(visits[i]!, before);
  return derived;
}

function groupedBySurvivor(facts: readonly PersonFact[]): Map<string, PersonFact[]> {
  const groups = new Map<string, PersonFact[]>();
  for (const fact of facts) {
    const group = groups.get(fact.survivor);
    if (group === undefined) groups.set(fact.survivor, [fact]);
    else group.push(fact);
  }
  return groups;
}

/** `rows`: what the identifiers go by that a visit names; of the facts, those of these persons count. */
function knownPersons(
  rows: readonly GoesBy[],
  told: ReadonlyMap<string, readonly PersonFact[]>,
  more: readonly PersonFact[],
): KnownPersons {
  const survivors = new Map(rows.map(({ survivor }) => [survivor.id, identifierKey(survivor)]));
  const facts = [...survivors.keys()].flatMap((id) => told.get(id) ?? []);
  facts.push(...more.filter((fact) => survivors.has(fact.survivor)));
  const keys = new Map(rows.map((row) => [identifierKey(row), survivors.get(row.survivor.id)!]));
  for (const { survivor, fact } of facts)
    keys.set(identifierKey({ number: fact.patient.id!, domain: fact.patient.domain }), survivors.get(survivor)!);
  return new KnownPersons(facts, keys);
}
