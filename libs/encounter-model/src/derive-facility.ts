import { standingFacts } from './decisions.js';
import { deriveEncounter, type DerivedEncounter } from './derive-encounter.js';
import type { Directory } from './directory.js';
import {
  bedsHeldBy,
  identitiesNamed,
  type Identity,
  personsAmong,
  type PlacedFact,
  settledSurvivors,
} from './identities.js';
import { asOneVisit, type Visit } from './one-visit.js';
import { isPersonal, statesIdentity, type VisitFact } from './visit-fact.js';

/** One encounter as all facts of its facility make it. */
export interface FacilityEncounter extends Visit {
  readonly derived: DerivedEncounter;
  /** Visits that were merged into it. */
  readonly retired: readonly Visit[];
}

export interface FacilityEncounters {
  readonly encounters: readonly FacilityEncounter[];
  /** Encounters of one patient, merged from several identifiers, that hold a bed each. */
  readonly inSeveralBeds: readonly (readonly string[])[];
}

/**
 * All encounters of one facility from all its facts at once: what processing must have come to, one batch after another,
 * whatever order the messages came in. A function of the set of facts. For proving that; processing itself derives only what a
 * batch touches.
 */
export function deriveFacility(facts: readonly PlacedFact[], directory: Directory): FacilityEncounters {
  const stated = new Map<string, VisitFact[]>();
  const touched = new Map<string, Visit>();
  const identities = new Map<string, Identity>();
  for (const placed of new Map(facts.map((f) => [f.id, f])).values()) {
    const { encounterId, facility, fact } = placed;
    const of = stated.get(encounterId);
    if (of === undefined) stated.set(encounterId, [placed]);
    else of.push(placed);
    if (!isPersonal(fact)) touched.set(encounterId, { encounterId, facility, ...fact.visit! });
    if (statesIdentity(fact)) for (const named of identitiesNamed(placed)) identities.set(named.id, named);
  }
  const standing = new Map([...stated].map(([id, of]) => [id, standingFacts(of)]));
  const statedOf = (id: string): readonly VisitFact[] => standing.get(id) ?? [];
  const survivors = settledSurvivors(identities.values(), statedOf);
  const settled = [...identities.values()].map((row) => ({ ...row, survivor: survivors.get(row.id) ?? row.survivor }));
  const persons = personsAmong(settled, statedOf);
  const encounters = asOneVisit([...touched.values()], settled).map(({ members, retired, ...visit }) => {
    const own = members.flatMap(statedOf);
    const { encounterId, facility } = visit;
    const derived = deriveEncounter(encounterId, own, directory, persons.about(facility, own));
    return { ...visit, retired, derived };
  });
  const underWay = encounters.flatMap(({ encounterId, facility, derived: { status, patient, stays } }) =>
    (status === 'in-progress' || status === 'on-leave') && patient.id !== null
      ? [{ encounterId, facility, patient: { number: patient.id, domain: patient.domain }, stays }]
      : [],
  );
  const held = persons.merged.map((rows) => bedsHeldBy(rows, underWay).map((h) => h.encounterId));
  return { encounters, inSeveralBeds: held.filter((ids) => ids.length > 1) };
}
