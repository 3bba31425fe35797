import type { MovementFact, Stay } from '@wardstream/events';
import { encounterIdOf, identifierKey, patientIdOf } from './identify.js';
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
  const retirements = [...identities].flatMap(({ id, facility }) =>
    statedOf(id).flatMap((stated): Retirement[] => {
      if (retirementOf(stated) === null) return [];
      const retired = idOf(stated.fact)(facility, stated.fact.retires!);
      return [{ id: stated.id, recordedAt: stated.fact.recordedAt, retired, survivor: id }];
    }),
  );
  return survivorsOf(retirements);
}

function idOf(fact: MovementFact): typeof encounterIdOf {
  return mergesVisits(fact) ? encounterIdOf : patientIdOf;
}

/** What is said of persons who may be the patients of some visits. */
export interface Persons {
  /** The facts about the patients of these facts. */
  factsAbout(facility: string, facts: readonly VisitFact[]): VisitFact[];
  /** Patients with more than one identifier that were merged; all identifiers of each. */
  readonly merged: readonly (readonly Identity[])[];
}

/** `identities`: all members of all patients concerned; `statedOf`: what is kept under each of them. */
export function personsAmong(identities: readonly Identity[], statedOf: (id: string) => readonly VisitFact[]): Persons {
  const groups = new Map<string, Identity[]>();
  for (const row of identities) {
    const group = groups.get(row.survivor);
    if (group === undefined) groups.set(row.survivor, [row]);
    else group.push(row);
  }
  const groupOf = new Map(identities.map((row) => [row.id, groups.get(row.survivor)!]));
  return {
    factsAbout: (facility, facts) => {
      const about = new Set(patientIdsOf(facility, facts).flatMap((id) => groupOf.get(id) ?? []));
      return [...about].flatMap((row) => statedOf(row.id));
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
