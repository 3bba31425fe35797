import type { MovementFact } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import type { Directory } from '../domain/directory.js';
import { type Elsewhere, type Houses, oneHouse } from '../domain/houses.js';
import { encounterIdOf } from '../domain/identify.js';
import type { PlacedFact } from '../domain/identities.js';
import type { Visit } from '../domain/one-visit.js';
import { isPersonal } from '../domain/visit-fact.js';
import type { Directories } from '../facilities/directories.js';
import { encountersById, factsOf } from '../persistence/encounter.rows.js';
import { type HouseMove, houseMovesOf, lockMoreFacilities, saveHouseMoves } from '../persistence/house-move.rows.js';

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
 * The visits in other houses that these say the patient came from, as far as anything is known of them: they are to be derived anew, too.
 * Their facilities are locked. @throws EncounterMoved
 */
export async function visitsLeft<T extends Visit>(tx: Tx, touched: readonly T[]): Promise<T[]> {
  const byId = new Map(touched.map((t) => [t.encounterId, t]));
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
  const leaving = [...new Set(moves.map((m) => m.encounterId))];
  const facts = await factsOf(tx, leaving);
  return ({ facility, members }) => {
    const own = new Set(members);
    const elsewhere = new Map<string, Elsewhere & { names: Map<string, string> }>();
    for (const move of moves) {
      if (!own.has(move.leftId) || own.has(move.encounterId)) continue;
      const directory = directoryOf(move.facility);
      const known = elsewhere.get(move.encounterId);
      const of = known ?? { facility: move.facility, directory, facts: facts.get(move.encounterId)!, names: new Map() };
      of.names.set(move.named, move.leftFacility);
      elsewhere.set(move.encounterId, of);
    }
    const named = moves.filter((m) => own.has(m.encounterId)).map((m) => [m.named, m.leftFacility] as const);
    return { own: facility, names: new Map(named), elsewhere: [...elsewhere.values()] };
  };
}
