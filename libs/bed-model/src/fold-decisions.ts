import type { BedFact, BedSetup } from './bed-facts.js';
import type { BedFoldState, Conflict, InForce, Occupant } from './fold-state.js';
import { openJob } from './housekeeping.js';

type Fact<K extends BedFact['kind']> = Extract<BedFact, { readonly kind: K }>;

/** The movement that last said that somebody is in the bed. */
export function lastStatedBy(occupant: Occupant): string {
  return occupant.restatedBy ?? occupant.movementId;
}

/**
 * A person said who of two is in the bed. It holds while both facts do: where, by what is known now, the chosen one was not in
 * the bed at that moment, or a movement of the other speaks of it that the person could not know, both stay as their facts say.
 */
export function chooseOccupant(fold: BedFoldState, fact: Fact<'occupant-chosen'>): void {
  const { encounterId, notInBed } = fact;
  const position = fold.occupants.findIndex((o) => o.encounterId === notInBed.encounterId);
  const other = fold.occupants[position];
  if (other === undefined || lastStatedBy(other) !== notInBed.movementId) return;
  if (notInBed.encounterId === encounterId || !fold.occupants.some((o) => o.encounterId === encounterId)) return;
  fold.occupants.splice(position, 1);
  fold.setAside.push({ ...inForce(fact), occupant: other });
}

/**
 * A person found nobody in a bed that was reported occupied, by nobody's visit. It is dirty then: somebody may have lain in it.
 * Where somebody is in it by a stay, the decision does not hold; a later report that it is occupied outweighs it.
 */
export function findEmpty(fold: BedFoldState, fact: Fact<'found-empty'>, setup: BedSetup): void {
  if (fold.occupants.length > 0 || fold.reported?.code !== 'O') return;
  fold.reported = null;
  fold.foundEmpty = inForce(fact);
  openJob(fold, setup, ['fact', fact.id], fact.at, {});
}

/** A person closed a conflict, leaving the facts as they are: of a disputed bed that both are in it. That the facts are still those they saw is found when the moment is over. */
export function settle(fold: BedFoldState, fact: Fact<'conflict-closed'>): void {
  const { conflictId, facts } = fact;
  fold.settled = fold.settled.filter((s) => s.conflictId !== conflictId);
  fold.settled.push({ ...inForce(fact), facts });
  const kind = fold.conflicts.find((c) => c.id === conflictId)?.kind;
  fold.contradictions = fold.contradictions.map((c) => (c.kind === kind ? { ...c, decided: true as const } : c));
}

/** Who closed a conflict that ends at this moment, where a person did. */
export function decisionOn(fold: BedFoldState, { id }: Conflict, at: number): Pick<Conflict, 'decision'> {
  const settled = fold.settled.find((s) => s.conflictId === id);
  const ended = withEffect(fold).find((s) => s.conflictId === id && s.at === at);
  const decision = settled?.decision ?? ended?.decision;
  return decision === undefined ? {} : { decision };
}

/** Every decision that can be taken back. */
export function decisionsInForce(fold: BedFoldState): readonly InForce[] {
  return [...fold.settled, ...withEffect(fold)];
}

/** Decisions that change what the bed is, and end their conflict by that. */
function withEffect({ setAside, foundEmpty }: BedFoldState): readonly InForce[] {
  return foundEmpty === null ? setAside : [...setAside, foundEmpty];
}

function inForce({
  conflictId,
  closedBy,
  reason,
  id,
  at,
}: Fact<'occupant-chosen' | 'found-empty' | 'conflict-closed'>) {
  return { conflictId, decision: { closedBy, reason }, factId: id, at };
}
