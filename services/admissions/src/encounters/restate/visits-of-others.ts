import type { MovementFact } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import { type PlacedFact, addsNothing, type Visit } from '@wardstream/encounter-model';
import type { GoesBy } from '../persistence/identity.rows.js';
import { allToldOf, shownOf, visitsShowing, visitsShownAs, visitsThatDiffer } from '../persistence/person.rows.js';

type Identifier = GoesBy['survivor'];

/** What identifiers go by, before something was told of persons and after. */
interface BeforeAndAfter {
  survivorOf(id: string): string;
  after(id: string): string;
  /** Those that something was told of, and what they went by before. */
  readonly identifiers: ReadonlyMap<string, Identifier>;
}

/**
 * Which visits may be others now that this was told of persons, where what went by one identifier still does: those of whoever goes by
 * another one, and of the others those that show something else than what was told. To be called before the identities are kept.
 */
export async function visitsOfOthers(
  tx: Tx,
  stated: readonly PlacedFact[],
  { survivorOf, after, identifiers }: BeforeAndAfter,
): Promise<Visit[]> {
  if (stated.length === 0) return [];
  const moved: Identifier[] = [];
  const stay = new Map<string, Identifier>();
  const joined = new Map<string, string[]>();
  for (const identifier of identifiers.values()) {
    const { id } = identifier;
    // What an identifier went by is shown, and it is not.
    if (survivorOf(id) !== id) continue;
    if (after(id) === id) stay.set(id, identifier);
    else {
      moved.push(identifier);
      joined.set(after(id), [...(joined.get(after(id)) ?? []), id]);
    }
  }
  const others = await visitsShownAs(tx, moved);
  const shown = await shownOf(tx, [...stay.values()]);
  if (shown.length === 0) return others;
  const seen = new Set(shown.map((s) => s.patient));
  const statedFor = new Map<string, MovementFact[]>([...seen].map((id) => [id, []]));
  for (const { encounterId, fact } of stated) statedFor.get(after(encounterId))?.push(fact);
  const joinedToSeen = [...joined].flatMap(([id, former]) => (seen.has(id) ? former : []));
  for (const { survivor, fact } of await allToldOf(tx, joinedToSeen)) statedFor.get(after(survivor))!.push(fact);
  const wanted = shown.flatMap(({ patient, digest, shown: person }) => {
    const fresh = statedFor.get(patient)!.filter((fact) => !addsNothing(fact, person));
    return fresh.length === 0 ? [] : [{ ...stay.get(patient)!, digest, since: sinceOf(fresh) }];
  });
  const differing = [...joined.keys()].flatMap((id) => stay.get(id) ?? []);
  return [...others, ...(await visitsShowing(tx, wanted)), ...(await visitsThatDiffer(tx, differing))];
}

/** What became known of a person after a visit was over says nothing of it; that the person is deleted does. */
function sinceOf(fresh: readonly MovementFact[]): string {
  if (fresh.some(({ kind }) => kind === 'delete-person')) return '';
  return fresh.reduce((least, { at }) => (at < least ? at : least), fresh[0]!.at);
}
