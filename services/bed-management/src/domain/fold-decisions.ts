import type { BedFact, BedSetup } from './bed-facts.js';
import type { Carry, Conflict, InForce, Occupant } from './carry.js';
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
export function chooseOccupant(carry: Carry, fact: Fact<'occupant-chosen'>): void {
  const { encounterId, notInBed } = fact;
  const position = carry.occupants.findIndex((o) => o.encounterId === notInBed.encounterId);
  const other = carry.occupants[position];
  if (other === undefined || lastStatedBy(other) !== notInBed.movementId) return;
  if (notInBed.encounterId === encounterId || !carry.occupants.some((o) => o.encounterId === encounterId)) return;
  carry.occupants.splice(position, 1);
  carry.setAside.push({ ...inForce(fact), occupant: other });
}

/**
 * A person found nobody in a bed that was reported occupied, by nobody's visit. It is dirty then: somebody may have lain in it.
 * Where somebody is in it by a stay, the decision does not hold; a later report that it is occupied outweighs it.
 */
export function findEmpty(carry: Carry, fact: Fact<'found-empty'>, setup: BedSetup): void {
  if (carry.occupants.length > 0 || carry.reported?.code !== 'O') return;
  carry.reported = null;
  carry.foundEmpty = inForce(fact);
  openJob(carry, setup, ['fact', fact.id], fact.at, {});
}

/** A person closed a conflict, leaving the facts as they are: of a disputed bed that both are in it. That the facts are still those they saw is found when the moment is over. */
export function settle(carry: Carry, fact: Fact<'conflict-closed'>): void {
  const { conflictId, facts } = fact;
  carry.settled = carry.settled.filter((s) => s.conflictId !== conflictId);
  carry.settled.push({ ...inForce(fact), facts });
  const kind = carry.conflicts.find((c) => c.id === conflictId)?.kind;
  carry.contradictions = carry.contradictions.map((c) => (c.kind === kind ? { ...c, decided: true as const } : c));
}

/** Who closed a conflict that ends at this moment, where a person did. */
export function decisionOn(carry: Carry, { id }: Conflict, at: number): Pick<Conflict, 'decision'> {
  const settled = carry.settled.find((s) => s.conflictId === id);
  const ended = withEffect(carry).find((s) => s.conflictId === id && s.at === at);
  const decision = settled?.decision ?? ended?.decision;
  return decision === undefined ? {} : { decision };
}

/** Every decision that can be taken back. */
export function decisionsInForce(carry: Carry): readonly InForce[] {
  return [...carry.settled, ...withEffect(carry)];
}

/** Decisions that change what the bed is, and end their conflict by that. */
function withEffect({ setAside, foundEmpty }: Carry): readonly InForce[] {
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
