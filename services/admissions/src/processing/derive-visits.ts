import type { Tx } from '@wardstream/persistence';
import { Turns } from '@wardstream/service-kit';
import { deriveEncounter, type DerivedEncounter } from '../domain/derive-encounter.js';
import type { Directory } from '../domain/directory.js';
import type { VisitFact } from '../domain/visit-fact.js';
import { lastToldOf, type PersonFact } from '../persistence/person.rows.js';
import { housesOf } from './houses.js';
import { ToldPersons } from './told-persons.js';

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
  const persons = await ToldPersons.of(tx, visits);
  const houses = await housesOf(tx, visits, directoryOf);
  const derive = (visit: ToldVisit, more: readonly PersonFact[]): DerivedEncounter => {
    const { encounterId, facts, facility } = visit;
    return deriveEncounter(encounterId, facts, directoryOf(facility), persons.of(visit, more), houses(visit));
  };
  const turns = new Turns(FACTS_A_TURN);
  const derived: DerivedEncounter[] = [];
  for (const visit of visits) {
    derived.push(derive(visit, []));
    await turns.after(visit.facts.length);
  }
  const over = visits.flatMap((visit, i) => {
    const until = derived[i]!.dischargedAt;
    return until === null ? [] : persons.toldSince(visit, until).map((survivor) => ({ i, survivor, until }));
  });
  if (over.length === 0) return derived;
  const before = await lastToldOf(tx, over);
  for (const i of new Set(over.map((o) => o.i))) derived[i] = derive(visits[i]!, before);
  return derived;
}
