import type { Tx } from '@wardstream/persistence';
import { Turns } from '@wardstream/service-kit';
import {
  asOneVisit,
  deriveEncounter,
  type Directory,
  type Joined,
  mergedAt,
  mergedAway,
} from '@wardstream/encounter-model';
import { type Difference, encounterDifferences } from './replay-differences.js';
import { factsOf, housesOf, identitiesOf, personsOf, survivorsOf } from '../../encounters/index.js';
import {
  encountersOfNobodyAfter,
  encountersOfPatientsAfter,
  factCounts,
  type LiveEncounter,
  liveEncounters,
} from '../persistence/replay-check.rows.js';
import { BYTES_A_PAGE, type Page, ROWS_A_PAGE } from './check-page.js';
import { missedPatientConflicts } from './patient-check.js';

type DirectoryOf = (facility: string) => Directory;

/** So many facts are read at once, or those of one visit. */
const FACTS_AT_ONCE = 2_000;
/** So many facts are derived from in one turn of the loop, or those of one visit. */
const FACTS_A_TURN = 100;

/** Encounters against what their facts make of them, and the conflicts between the visits of their patients. */
export async function visitPage(
  tx: Tx,
  after: string | null,
  of: 'patients' | 'nobody',
  directoryOf: DirectoryOf,
): Promise<Page> {
  const size = { limit: ROWS_A_PAGE, bytes: BYTES_A_PAGE };
  const page = await (of === 'patients' ? encountersOfPatientsAfter : encountersOfNobodyAfter)(tx, after, size);
  const live = page.filter((e) => !e.outdated);
  const differences = await visitDifferences(tx, live, directoryOf);
  differences.push(...(await missedPatientConflicts(tx, live, directoryOf)));
  return {
    looked: page.length,
    counts: { encounters: live.length, waiting: page.length - live.length },
    differences,
    last: page.at(-1)?.encounterId,
  };
}

/** What goes by another encounter is compared with that one, once for all that do. */
async function visitDifferences(
  tx: Tx,
  live: readonly LiveEncounter[],
  directoryOf: DirectoryOf,
): Promise<Difference[]> {
  const ids = live.map((e) => e.encounterId);
  const goBy = await survivorsOf(tx, ids);
  const own = live.filter((e) => !goBy.has(e.encounterId));
  const visits = asOneVisit<LiveEncounter>(
    own,
    await identitiesOf(
      tx,
      own.map((e) => e.encounterId),
    ),
  );
  const counts = await factCounts(
    tx,
    visits.flatMap((v) => v.members),
  );
  const turns = new Turns(FACTS_A_TURN);
  const differences: Difference[] = [];
  for (const some of inPortions(visits, ({ members }) => members.reduce((sum, id) => sum + (counts.get(id) ?? 0), 0)))
    differences.push(...(await portionDifferences(tx, some, directoryOf, turns)));
  return differences;
}

type Visit = LiveEncounter & Joined;

async function portionDifferences(
  tx: Tx,
  visits: readonly Visit[],
  directoryOf: DirectoryOf,
  turns: Turns,
): Promise<Difference[]> {
  const stored = await factsOf(
    tx,
    visits.flatMap((v) => v.members),
  );
  const others = await liveEncounters(
    tx,
    visits.flatMap((v) => v.retired.map((r) => r.encounterId)),
  );
  const kept = new Map(others.map((e) => [e.encounterId, e]));
  const told = visits.map((v) => ({ ...v, facts: v.members.flatMap((id) => stored.get(id)!) }));
  const persons = await personsOf(tx, told);
  const houses = await housesOf(tx, told, directoryOf);
  const differences: Difference[] = [];
  for (const { facts, members, retired, ...visit } of told) {
    const { encounterId, facility } = visit;
    const known = persons.about(facility, facts);
    const derived = deriveEncounter(encounterId, facts, directoryOf(facility), known, houses({ facility, members }));
    differences.push(...encounterDifferences(visit, derived, null));
    for (const other of retired) {
      const left = kept.get(other.encounterId);
      if (left !== undefined && !left.outdated)
        differences.push(...encounterDifferences(left, mergedAway(derived, mergedAt(other, facts)), encounterId));
    }
    await turns.after(facts.length + members.length);
  }
  return differences;
}

/** In their order, each portion of so many facts together, or of one visit. */
function* inPortions(visits: readonly Visit[], factsIn: (visit: Visit) => number): Generator<Visit[]> {
  let portion: Visit[] = [];
  let facts = 0;
  for (const visit of visits) {
    const own = factsIn(visit);
    if (portion.length > 0 && facts + own > FACTS_AT_ONCE) {
      yield portion;
      [portion, facts] = [[], 0];
    }
    portion.push(visit);
    facts += own;
  }
  if (portion.length > 0) yield portion;
}
