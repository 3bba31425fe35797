import type { MovementFact } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import {
  type Directory,
  type Elsewhere,
  encounterIdOf,
  type Houses,
  type Identity,
  isPersonal,
  oneHouse,
  type PlacedFact,
  type Visit,
} from '@wardstream/encounter-model';
import type { Directories } from '../../directory/index.js';
import { encountersById, factsOf } from '../persistence/encounter.rows.js';
import { identitiesOf } from '../persistence/identity.rows.js';
import { type HouseMove, houseMovesOf, lockMoreFacilities, saveHouseMoves } from '../persistence/house-move.rows.js';
import { LatestPersons } from './latest-persons.js';

/** The other house that PV1-6.4 of a fact names; null where it names none that is configured here. */
export function houseLeft(
  { priorLocation }: MovementFact,
  own: string,
  directories: Pick<Directories, 'facility'>,
): string | null {
  const named = priorLocation?.facility ?? null;
  const house = named === null ? undefined : directories.facility(named)?.facility.id;
  return house === undefined || house === own ? null : house;
}

/** Keeps which visits say that their patient came from another house. To be called in the locks of both. */
export async function noteHouseMoves(tx: Tx, facts: readonly PlacedFact[], directories: Directories): Promise<void> {
  const moves = new Map<string, HouseMove>();
  for (const { encounterId, facility, fact } of facts) {
    if (isPersonal(fact) || fact.visit === null) continue;
    const leftFacility = houseLeft(fact, facility, directories);
    if (leftFacility === null) continue;
    const named = fact.priorLocation!.facility!;
    const leftId = encounterIdOf(leftFacility, fact.visit);
    moves.set(`${encounterId} ${named}`, { encounterId, facility, named, leftId, leftFacility });
  }
  await saveHouseMoves(tx, [...moves.values()]);
}

/**
 * The visits in other houses that these say the patient came from, or those that are one with them, as far as anything is known of
 * them: they are to be derived anew, too. Their facilities are locked. `identities`: all members of all merged visits among them.
 * @throws EncounterMoved
 */
export async function visitsLeft<T extends Visit>(
  tx: Tx,
  touched: readonly T[],
  identities: readonly Identity[],
): Promise<T[]> {
  const byId = new Map(touched.map((t) => [t.encounterId, t]));
  const asOne = groupsOf(identities);
  for (const t of touched) for (const { id } of asOne(t.encounterId)) if (!byId.has(id)) byId.set(id, t);
  const moves = await houseMovesOf(tx, [...byId.keys()]);
  const left = moves.filter((m) => byId.has(m.encounterId) && !byId.has(m.leftId));
  if (left.length === 0) return [];
  await lockMoreFacilities(tx, [...new Set(left.map((m) => m.leftFacility))]);
  const known = await encountersById(
    tx,
    left.map((m) => m.leftId),
  );
  const visits = new Map<string, T>();
  for (const { encounterId, leftId } of left) {
    const row = known.get(leftId);
    if (row === undefined || visits.has(leftId)) continue;
    const { facility, number, domain } = row;
    visits.set(leftId, { ...byId.get(encounterId)!, encounterId: leftId, facility, number, domain });
  }
  return [...visits.values()];
}

/** By the id of an identity all that go by the same one; none where it goes by itself alone. */
function groupsOf(identities: readonly Identity[]): (id: string) => readonly Identity[] {
  const survivors = new Map(identities.map((row) => [row.id, row.survivor]));
  const groups = new Map<string, Identity[]>();
  for (const row of identities) {
    const group = groups.get(row.survivor);
    if (group === undefined) groups.set(row.survivor, [row]);
    else group.push(row);
  }
  return (id) => groups.get(survivors.get(id) ?? '') ?? [];
}

/** What other houses say of these visits. */
export async function housesOf(
  tx: Tx,
  visits: readonly { readonly members: readonly string[] }[],
  directoryOf: (facility: string) => Directory,
): Promise<(visit: { readonly facility: string; readonly members: readonly string[] }) => Houses> {
  const moves = await houseMovesOf(
    tx,
    visits.flatMap((v) => v.members),
  );
  if (moves.length === 0) return () => oneHouse;
  const asOne = groupsOf(
    await identitiesOf(
      tx,
      moves.map((m) => m.encounterId),
    ),
  );
  const leaving = new Map<string, { readonly facility: string; readonly ids: readonly string[] }>();
  for (const { encounterId, facility } of moves) {
    const ids = asOne(encounterId).map(({ id }) => id);
    leaving.set(encounterId, { facility, ids: ids.length === 0 ? [encounterId] : ids });
  }
  const stored = await factsOf(tx, [...new Set([...leaving.values()].flatMap(({ ids }) => ids))]);
  const told = new Map(
    [...leaving].map(([id, { facility, ids }]) => [id, { facility, facts: ids.flatMap((own) => stored.get(own)!) }]),
  );
  const persons = await LatestPersons.of(tx, [...told.values()]);
  return ({ facility, members }) => {
    const own = new Set(members);
    const elsewhere = new Map<string, Elsewhere & { names: Map<string, string> }>();
    for (const move of moves) {
      if (!own.has(move.leftId) || own.has(move.encounterId)) continue;
      // Visits that are one there tell of it once.
      const [visit = move.encounterId] = leaving.get(move.encounterId)!.ids;
      const { facility: house, facts } = told.get(move.encounterId)!;
      const fresh = { facility: house, directory: directoryOf(house), facts, names: new Map<string, string>() };
      const of = elsewhere.get(visit) ?? { ...fresh, persons: persons.of(told.get(move.encounterId)!, []) };
      of.names.set(move.named, move.leftFacility);
      elsewhere.set(visit, of);
    }
    const named = moves.filter((m) => own.has(m.encounterId)).map((m) => [m.named, m.leftFacility] as const);
    return { own: facility, names: new Map(named), elsewhere: [...elsewhere.values()] };
  };
}
