import type { Tx } from '@wardstream/persistence';
import { identifierKey, PersonHistory, patientIdsOf, type VisitFact } from '@wardstream/encounter-model';
import { goesBy, type GoesBy } from '../persistence/identity.rows.js';
import { latestFactsOf, type PersonFact } from '../persistence/person.rows.js';

interface VisitFacts {
  readonly facility: string;
  readonly facts: readonly VisitFact[];
}

/** What was told last of the persons who may be the patients of some visits, apart from these: however much was told of them. */
export class LatestPersons<V extends VisitFacts> {
  private constructor(
    private readonly identities: ReadonlyMap<V, readonly string[]>,
    private readonly goBy: ReadonlyMap<string, GoesBy>,
    private readonly latest: ReadonlyMap<string, readonly PersonFact[]>,
  ) {}

  /** Two statements for any number of visits. */
  static async of<V extends VisitFacts>(tx: Tx, visits: readonly V[]): Promise<LatestPersons<V>> {
    const identities = new Map(visits.map((v) => [v, patientIdsOf(v.facility, v.facts)]));
    const goBy = await goesBy(tx, [...new Set([...identities.values()].flat())]);
    const survivors = new Set([...goBy.values()].map((row) => row.survivor.id));
    const latest = await latestFactsOf(
      tx,
      [...survivors].map((survivor) => ({ survivor, until: null })),
    );
    return new LatestPersons(identities, goBy, groupedBySurvivor(latest));
  }

  /** Of those of one of these visits. `more`: what was told before of some persons; of it that of these counts, too. */
  of(visit: V, more: readonly PersonFact[]): PersonHistory {
    return personHistory(this.rowsOf(visit), this.latest, more);
  }

  /** Ids of what the persons of a visit go by of whom something was told that is dated after `until`. */
  statedSince(visit: V, until: string): string[] {
    const persons = new Set(this.rowsOf(visit).map((row) => row.survivor.id));
    return [...persons].filter((id) => this.latest.get(id)?.some(({ fact }) => fact.at > until) === true);
  }

  private rowsOf(visit: V): GoesBy[] {
    return this.identities.get(visit)!.flatMap((id) => this.goBy.get(id) ?? []);
  }
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
function personHistory(
  rows: readonly GoesBy[],
  latest: ReadonlyMap<string, readonly PersonFact[]>,
  more: readonly PersonFact[],
): PersonHistory {
  const survivors = new Map(rows.map(({ survivor }) => [survivor.id, identifierKey(survivor)]));
  const facts = [...survivors.keys()].flatMap((id) => latest.get(id) ?? []);
  facts.push(...more.filter((fact) => survivors.has(fact.survivor)));
  const keys = new Map(rows.map((row) => [identifierKey(row), survivors.get(row.survivor.id)!]));
  for (const { survivor, fact } of facts)
    keys.set(identifierKey({ number: fact.patient.id!, domain: fact.patient.domain }), survivors.get(survivor)!);
  return new PersonHistory(facts, keys);
}
