import { deterministicId, digest } from '@wardstream/kernel';
import type { BedSetup, FactSource } from './bed-facts.js';
import {
  awayFrom,
  holdsByVisit,
  seenAfterLeaving,
  type BedFoldState,
  type Conflict,
  type ConflictFact,
  type Occupant,
  type OpenHold,
} from './fold-state.js';

type Found = Omit<Conflict, 'from' | 'to'>;

/** Conflicts that got an id: counted for tests of what a derivation costs. */
export interface Tally {
  identified: number;
}

/** Ids of the conflicts of one bed, each made once however often the conflict is found. */
export class ConflictIds {
  private readonly known = new Map<string, string>();

  constructor(
    private readonly setup: BedSetup,
    private readonly tally: Tally = { identified: 0 },
  ) {}

  of(kind: string, refs: readonly string[]): string {
    const key = `${kind} ${refs.join(' ')}`;
    let id = this.known.get(key);
    if (id === undefined) {
      id = deterministicId('conflict', this.setup.facility, this.setup.bedId, kind, ...refs);
      this.tally.identified += 1;
      this.known.set(key, id);
    }
    return id;
  }
}

/**
 * Every disagreement between the facts that hold at one moment. A conflict's id follows from the bed, its kind and the facts
 * in it, so deriving the bed again finds the same one.
 */
export function conflictsIn(fold: BedFoldState, ids: ConflictIds): Found[] {
  const found: Found[] = [];
  const add = (kind: string, severity: Conflict['severity'], refs: string[], facts: ConflictFact[]) =>
    found.push({ id: ids.of(kind, refs), kind, severity, facts });

  const [active, ...contesting] = fold.occupants;
  const holds = holdsByVisit(fold);
  const [firstHold, ...otherHolds] = holds;

  for (const other of contesting) {
    if (active && !areFamily(active, other))
      add('bed-disputed', 'high', [key(active), key(other)].sort(), [inBed(active), inBed(other)]);
  }
  if (active && fold.block) {
    const says = `Bed is blocked: ${fold.block.reason}`;
    const facts = [inBed(active), told(fold.block.fact, says)];
    add('patient-in-blocked-bed', 'medium', [key(active), fold.block.fact.id], facts);
  }
  if (active && fold.closure) {
    const facts = [inBed(active), told(fold.closure.fact, `Bed is closed: ${fold.closure.reason}`)];
    add('patient-in-closed-bed', 'medium', [key(active), fold.closure.fact.id], facts);
  }
  if (active && !fold.staffed) {
    const facts = [inBed(active), configuredAs('Bed is configured without staff', active.since)];
    add('patient-in-closed-bed', 'medium', [key(active), fold.shutBy], facts);
  }
  if (active && fold.configured.surge && !fold.surgeOpen) {
    const facts = [inBed(active), configuredAs('Surge bed has not been opened', active.since)];
    add('patient-in-unopened-surge-bed', 'low', [key(active), fold.shutBy], facts);
  }
  const theirs = active ?? awayFrom(fold)[0];
  if (theirs && fold.unlisted) {
    const unlisted = { source: 'configuration', says: 'Bed is not listed any more', ...times(fold.unlisted.at) };
    add('patient-in-unlisted-bed', 'medium', [key(theirs), fold.unlisted.factId], [inBed(theirs), unlisted]);
  }
  for (const hold of active ? holds : []) {
    // Who is planned for a bed that is still taken is expected; only who comes into a bed that is kept contradicts the plan.
    if (active && (hold.plan === null || active.since > hold.since))
      add('bed-held-for-another', 'medium', [key(active), hold.id], [inBed(active), held(hold)]);
  }
  for (const hold of otherHolds) {
    if (firstHold) add('bed-held-for-two', 'medium', [firstHold.id, hold.id].sort(), [held(firstHold), held(hold)]);
  }
  for (const c of fold.contradictions) {
    if (active) add(c.kind, 'medium', [key(active), c.fact.id], [inBed(active), told(c.fact, c.says)]);
  }
  if (!active && fold.reported?.code === 'O') {
    const { fact, seenBy } = fold.reported;
    const says = seenBy === 'cleaning' ? 'Patient in bed' : 'Bed is occupied';
    const seen = seenAfterLeaving(fold);
    if (seen !== null && fold.lastLeft) {
      const departed = { source: 'admissions', says: 'Patient left', ...times(fold.lastLeft.at), encounterId: seen };
      add('patient-seen-after-leaving', 'medium', [seen, fact.id], [departed, told(fact, says)]);
    } else {
      const nobody = { source: 'admissions', says: 'No patient is recorded in the bed', ...times(fact.at) };
      add('occupied-without-encounter', 'medium', [fact.id], [nobody, told(fact, says)]);
    }
  }
  return found;
}

/** The same for the same facts, whichever of them is told first. */
export function factsDigest({ facts }: Pick<Conflict, 'facts'>): string {
  return digest(
    facts
      .map((f) => JSON.stringify([f.source, f.says, f.at, f.recordedAt, f.receivedAt, f.encounterId ?? null]))
      .sort()
      .join('\n'),
  );
}

/** A mother and her newborn, or newborns of one mother: in one bed they are no dispute (docs/encounter-rules.md no. 21). */
function areFamily(a: Occupant, b: Occupant): boolean {
  const isNewbornOf = (one: Occupant, other: Occupant): boolean =>
    one.mother !== undefined && (one.mother === other.person || one.mother === other.mother);
  return isNewbornOf(a, b) || isNewbornOf(b, a);
}

function key(occupant: Occupant): string {
  return `${occupant.encounterId}/${occupant.movementId}`;
}

function times(at: number): Pick<ConflictFact, 'at' | 'recordedAt' | 'receivedAt'> {
  return { at, recordedAt: null, receivedAt: null };
}

function inBed(occupant: Occupant): ConflictFact {
  const { encounterId, since } = occupant;
  return { source: 'admissions', says: 'Patient in bed', ...times(since), encounterId };
}

function held(hold: Pick<OpenHold, 'encounterId' | 'kind' | 'plan' | 'since'>): ConflictFact {
  const { kind, plan } = hold;
  const says = plan !== null ? 'Bed is planned' : kind === 'assignment' ? 'Bed is assigned' : 'Bed is reserved';
  return {
    source: plan === null ? 'bed-management' : 'admissions',
    says,
    ...times(hold.since),
    encounterId: hold.encounterId,
  };
}

function configuredAs(says: string, at: number): ConflictFact {
  return { source: 'configuration', says, ...times(at) };
}

function told(fact: FactSource, says: string): ConflictFact {
  const { by, at, recordedAt, receivedAt } = fact;
  return { source: by, says, at, recordedAt, receivedAt };
}
