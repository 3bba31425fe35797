import type { MovementFact, Stay } from '@wardstream/events';
import { encounterIdOf, identifierKey, patientIdOf } from './identify.js';
import { conflictIdOf } from './conflicts.js';
import { PersonHistory, type Patient, addsNothing } from './patient.js';
import { type Retirement, retirementOf, survivorsOf } from './merges.js';
import { isPersonal, mergesVisits, type VisitFact } from './visit-fact.js';

/** An identifier that was merged, or of whose bearer something was said apart from any visit. */
export interface Identity {
  readonly id: string;
  readonly facility: string;
  readonly number: string;
  readonly domain: string | null;
  /** Id of the identity that it goes by. */
  readonly survivor: string;
}

/** A fact with what it speaks of: an encounter of a facility, or a patient apart from any. */
export interface PlacedFact extends VisitFact {
  readonly encounterId: string;
  readonly facility: string;
}

/** The visit or the person that a fact speaks of; null where it names neither. */
export function subjectOf(facility: string, fact: MovementFact): string | null {
  if (!isPersonal(fact)) return fact.visit === null ? null : encounterIdOf(facility, fact.visit);
  const { id, domain } = fact.patient;
  return id === null ? null : patientIdOf(facility, { number: id, domain });
}

/** A fact of a facility as somebody stated it; it may name neither a visit nor a person. */
export interface StatedFact extends VisitFact {
  readonly facility: string;
}

/** Of these facts those that name a visit or a person, each under it. */
export function placedFacts(facts: readonly StatedFact[]): PlacedFact[] {
  return facts.flatMap((stated) => {
    const encounterId = subjectOf(stated.facility, stated.fact);
    return encounterId === null ? [] : [{ ...stated, encounterId }];
  });
}

/** The identifiers that a fact of persons or merges names. Each goes by itself until it is known what it was merged into. */
export function identitiesNamed({ fact, facility, encounterId }: PlacedFact): Identity[] {
  const own = mergesVisits(fact) ? fact.visit : { number: fact.patient.id ?? '', domain: fact.patient.domain };
  const rows = own === null ? [] : [{ id: encounterId, facility, ...own, survivor: encounterId }];
  if (fact.retires === null || fact.retires === undefined) return rows;
  const id = idOf(fact)(facility, fact.retires);
  return [...rows, { id, facility, ...fact.retires, survivor: id }];
}

/** What each of these goes by, from all merges among them. `statedOf`: all facts that are kept under an identity. */
export function settledSurvivors(
  identities: Iterable<Identity>,
  statedOf: (id: string) => readonly VisitFact[],
): Map<string, string> {
  return survivorsOf(
    [...identities].flatMap(({ id, facility }) =>
      statedOf(id).flatMap((stated) => retirementAmong({ ...stated, facility, encounterId: id })),
    ),
  );
}

/** What a fact retires and for what, by the ids of identities; none if it retires nothing. */
export function retirementAmong(placed: PlacedFact): Retirement[] {
  if (retirementOf(placed) === null) return [];
  const { id, facility, encounterId: survivor, fact } = placed;
  return [{ id, recordedAt: fact.recordedAt, retired: idOf(fact)(facility, fact.retires!), survivor }];
}

/** An encounter that is shown as of one of some patients. */
export interface ShownAs {
  readonly encounterId: string;
  readonly facility: string;
  readonly shown: Patient;
  readonly conflictIds: readonly string[];
}

/**
 * Which of the encounters of some persons may be others now that something was told of these. `before` and `after`: all identities
 * concerned; `statedOf`: what is kept under each of them. A merge changes those of the patient that it retires; of the other it says,
 * as a rule, what is shown already, and so does what was told of the retired one.
 */
export function mayBeOthers<T extends ShownAs>(
  encounters: readonly T[],
  stated: readonly Pick<PlacedFact, 'encounterId' | 'fact'>[],
  before: ReadonlyMap<string, Identity>,
  after: ReadonlyMap<string, Identity>,
  statedOf: (id: string) => readonly VisitFact[],
): T[] {
  const survivorOf = (id: string): string => after.get(id)?.survivor ?? id;
  // Where a merge was turned round or taken back it may be anybody's.
  const turned = new Set(
    [...before.values()]
      .filter((row) => row.survivor !== row.id && survivorOf(row.id) !== row.survivor)
      .flatMap((row) => [survivorOf(row.id), survivorOf(row.survivor)]),
  );
  const said = new Map<string, MovementFact[]>();
  const joined = [...after.values()].filter((row) => (before.get(row.id)?.survivor ?? row.id) !== row.survivor);
  const statedOfJoined = joined.flatMap(({ id }) => statedOf(id).map(({ fact }) => ({ encounterId: id, fact })));
  for (const { encounterId, fact } of [...stated, ...statedOfJoined]) {
    const survivor = survivorOf(encounterId);
    const list = said.get(survivor);
    if (list === undefined) said.set(survivor, [fact]);
    else list.push(fact);
  }
  return encounters.filter(({ encounterId, facility, shown, conflictIds }) => {
    // Of a newborn it may be the mother of whom something was told.
    if (shown.id === null || shown.mother !== undefined) return true;
    const own = patientIdOf(facility, { number: shown.id, domain: shown.domain });
    if (survivorOf(own) !== own || turned.has(own)) return true;
    if (conflictIds.includes(conflictIdOf(encounterId, 'patient-differs', 'visit'))) return true;
    return !(said.get(own) ?? []).every((fact) => addsNothing(fact, shown));
  });
}

function idOf(fact: MovementFact): typeof encounterIdOf {
  return mergesVisits(fact) ? encounterIdOf : patientIdOf;
}

/** What is said of persons who may be the patients of some visits. */
export interface Persons {
  /** What is known of the patients of these facts; the same for all visits of one. */
  about(facility: string, facts: readonly VisitFact[]): PersonHistory;
  /** Patients with more than one identifier that were merged; all identifiers of each. */
  readonly merged: readonly (readonly Identity[])[];
}

/** Of patients of whom nothing is said apart from their visits. */
export const nobodyKnown = new PersonHistory([]);

/** `identities`: all members of all patients concerned; `statedOf`: what is kept under each of them. */
export function personsAmong(identities: readonly Identity[], statedOf: (id: string) => readonly VisitFact[]): Persons {
  const groups = new Map<string, Identity[]>();
  for (const row of identities) {
    const group = groups.get(row.survivor);
    if (group === undefined) groups.set(row.survivor, [row]);
    else group.push(row);
  }
  const survivorOf = new Map(identities.map((row) => [row.id, row.survivor]));
  const known = new Map<string, PersonHistory>([['', nobodyKnown]]);
  return {
    about: (facility, facts) => {
      const survivors = [...new Set(patientIdsOf(facility, facts).flatMap((id) => survivorOf.get(id) ?? []))].sort();
      const key = survivors.join();
      const before = known.get(key);
      if (before !== undefined) return before;
      const rows = survivors.flatMap((survivor) => groups.get(survivor)!);
      const fresh = new PersonHistory(rows.flatMap((row) => statedOf(row.id)));
      known.set(key, fresh);
      return fresh;
    },
    merged: [...groups.values()].filter((rows) => rows.length > 1),
  };
}

/** Ids of the patients that these facts name. */
export function patientIdsOf(facility: string, facts: readonly VisitFact[]): string[] {
  const seen = new Map<string, string>();
  for (const { fact } of facts) {
    const { id, domain, mother } = fact.patient;
    const named = id === null ? [] : [{ number: id, domain }];
    // The mother's identifier, too, may have been merged.
    for (const identifier of mother === undefined ? named : [...named, mother]) {
      const key = identifierKey(identifier);
      if (!seen.has(key)) seen.set(key, patientIdOf(facility, identifier));
    }
  }
  return [...seen.values()];
}

/** An encounter that is under way, and by which identifier its patient goes. */
export interface UnderWay {
  readonly encounterId: string;
  readonly facility: string;
  readonly patient: { readonly number: string; readonly domain: string | null };
  readonly stays: readonly Stay[];
}

/** The beds that one patient holds by these encounters; more than one where merged identifiers are in two beds at once. */
export function bedsHeldBy(
  identifiers: readonly Identity[],
  underWay: readonly UnderWay[],
): { readonly encounterId: string; readonly stay: Stay }[] {
  const keys = new Set(identifiers.map((row) => `${row.facility} ${identifierKey(row)}`));
  return underWay
    .filter((e) => keys.has(`${e.facility} ${identifierKey(e.patient)}`))
    .flatMap(({ encounterId, stays }) => {
      const stay = stays.find((s) => s.to === null && s.holdsBed);
      return stay === undefined ? [] : [{ encounterId, stay }];
    })
    .sort((a, b) => (a.encounterId < b.encounterId ? -1 : 1));
}
