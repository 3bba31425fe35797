import type { Tx } from '@wardstream/persistence';
import { Turns } from '@wardstream/service-kit';
import { type DerivedEncounter, deriveEncounter, type Directory, type VisitFact } from '@wardstream/encounter-model';
import { latestFactsOf, type PersonFact } from '../persistence/person.rows.js';
import { housesOf } from './houses.js';
import { LatestPersons } from './latest-persons.js';

/** So many facts are read in one turn of the loop, or those of one visit: whatever else there is to do has its turn between. */
const FACTS_A_TURN = 100;

interface VisitWithFacts {
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
  visits: readonly VisitWithFacts[],
  directoryOf: (facility: string) => Directory,
): Promise<DerivedEncounter[]> {
  const persons = await LatestPersons.of(tx, visits);
  const houses = await housesOf(tx, visits, directoryOf);
  const derive = (visit: VisitWithFacts, more: readonly PersonFact[]): DerivedEncounter => {
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
    return until === null ? [] : persons.statedSince(visit, until).map((survivor) => ({ i, survivor, until }));
  });
  if (over.length === 0) return derived;
  const before = await latestFactsOf(tx, over);
  for (const i of new Set(over.map((o) => o.i))) derived[i] = derive(visits[i]!, before);
  return derived;
}
