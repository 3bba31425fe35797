import type { MovementFact, PatientBrief, Sex } from '@wardstream/events';
import { compare, compareFacts, inRecordedOrder } from './movements.js';
import { identifierKey, SEPARATOR } from './identify.js';
import { retirementOf, survivorsOf } from './merges.js';
import type { VisitFact } from './visit-fact.js';

/** Who the patient is, as the facts of the visit say it last. Stays in this service; only the brief leaves it. */
export interface Patient {
  readonly id: string | null;
  readonly domain: string | null;
  readonly family: string | null;
  readonly given: string | null;
  readonly birthDate: string | null;
  readonly sex: Sex;
  /** By which identifier the mother of a newborn goes; left out where nobody said. */
  readonly mother?: { readonly number: string; readonly domain: string | null };
}

type PatientReading = MovementFact['patient'];

/** The parts of who somebody is, each told last by a fact of its own; null where a fact says nothing of it. */
const parts = {
  name: (p: PatientReading) => (p.family === null && p.given === null ? null : p),
  birthDate: (p: PatientReading) => p.birthDate,
  sex: (p: PatientReading) => (p.sex === 'unknown' ? null : p.sex),
  mother: (p: PatientReading) => p.mother ?? null,
};
type Part = keyof typeof parts;

/** Also what takes a part back. */
function says({ patient, deletes }: MovementFact, part: Part): boolean {
  return parts[part](patient) !== null || (part !== 'mother' && deletes?.includes(part) === true);
}

/** What is known of persons apart from any visit; made once for all visits of the persons concerned. */
export class PersonHistory {
  /** Deletions of persons, and what tells who they are, as recorded. */
  readonly deletions: readonly VisitFact[];
  readonly identityFacts: readonly VisitFact[];
  /** Of `telling` what says each part: most facts say nothing of some, and every visit asks for all. */
  private readonly byPart = new Map<Part, readonly VisitFact[]>();
  private readonly survivors: ReadonlyMap<string, string>;

  /**
   * `survivors`: by which identifier each one goes that these facts or those of the visits name, where `facts` are not all. Facts that
   * are left out are those after which all that they say was recorded anew (`latestFactsOf`).
   */
  constructor(facts: readonly VisitFact[], survivors?: ReadonlyMap<string, string>) {
    const ordered = inRecordedOrder(facts);
    const merges = ordered.filter(({ fact }) => fact.kind === 'merge-patient');
    this.survivors = survivors ?? survivorsOf(merges.flatMap((f) => retirementOf(f) ?? []));
    this.deletions = ordered.filter(({ fact }) => fact.kind === 'delete-person');
    this.identityFacts = ordered.filter(({ fact }) => fact.kind === 'person' || fact.kind === 'merge-patient');
  }

  /** What tells a part of who they are, as recorded. */
  factsOf(part: Part): readonly VisitFact[] {
    const known = this.byPart.get(part);
    if (known !== undefined) return known;
    const found = this.identityFacts.filter(({ fact }) => says(fact, part));
    this.byPart.set(part, found);
    return found;
  }

  /** The identifier that the patient of a fact goes by; null where it names none. */
  keyOf({ patient }: MovementFact): string | null {
    if (patient.id === null) return null;
    const key = identifierKey({ number: patient.id, domain: patient.domain });
    return this.survivors.get(key) ?? key;
  }

  survivorOf(identifier: { readonly number: string; readonly domain: string | null }) {
    const key = this.survivors.get(identifierKey(identifier));
    if (key === undefined) return identifier;
    const [domain = '', number = ''] = key.split(SEPARATOR);
    return { number, domain: domain === '' ? null : domain };
  }
}

/**
 * Who the patient is by the facts of a visit, and by those of persons that may be its patient. `facts` of the visit in recorded order. A
 * visit that was moved to another patient is theirs from then on; identifiers that were merged are one.
 */
export class Persons {
  private readonly ofVisit: readonly VisitFact[];
  private readonly own: string | null;

  constructor(
    facts: readonly VisitFact[],
    private readonly known: PersonHistory,
  ) {
    const moved = facts.findLastIndex(({ fact }) => fact.kind === 'move-visit');
    this.ofVisit = moved === -1 ? facts : facts.slice(moved);
    const identified = this.ofVisit.findLast(({ fact }) => fact.patient.id !== null);
    this.own = identified === undefined ? null : known.keyOf(identified.fact);
  }

  /** Whether a fact speaks of the patient of the visit, under whatever identifier. */
  isPatient(fact: MovementFact): boolean {
    return this.own !== null && this.known.keyOf(fact) === this.own;
  }

  /** The latest that was recorded of each part. What became known of the person after the visit was over says nothing of it. */
  patient(dischargedAt: string | null): Patient {
    const last = <P extends Part>(part: P): ReturnType<(typeof parts)[P]> | null => {
      const inVisit = this.ofVisit.findLast(({ fact }) => says(fact, part));
      const apart = this.known
        .factsOf(part)
        .findLast((f) => (dischargedAt === null || f.fact.at <= dischargedAt) && this.isPatient(f.fact));
      const later = inVisit !== undefined && apart !== undefined && compareFacts(inVisit, apart) < 0;
      const found = later ? apart : (inVisit ?? apart);
      return found === undefined ? null : (parts[part](found.fact.patient) as ReturnType<(typeof parts)[P]>);
    };
    // Two parts of one name come from one fact.
    const named = last('name');
    const [domain = '', id = null] = this.own?.split(SEPARATOR) ?? [];
    const mother = last('mother');
    return {
      id,
      domain: domain === '' ? null : domain,
      family: named?.family ?? null,
      given: named?.given ?? null,
      birthDate: last('birthDate'),
      sex: last('sex') ?? 'unknown',
      ...(mother === null ? {} : { mother: this.known.survivorOf(mother) }),
    };
  }

  /** Facts that say another patient of the same identifier domain than the first recorded one does. */
  disagreeing(): readonly [VisitFact, VisitFact] | null {
    const first = new Map<string, { readonly key: string; readonly stated: VisitFact }>();
    for (const stated of this.ofVisit) {
      const key = this.known.keyOf(stated.fact);
      if (key === null) continue;
      const domain = stated.fact.patient.domain ?? '';
      const known = first.get(domain);
      if (known === undefined) first.set(domain, { key, stated });
      else if (known.key !== key) return [known.stated, stated];
    }
    return null;
  }
}

/** What deletes the patient of a visit, by the facts of the visit as they were recorded: the visit goes with the patient. */
export function deletionsOf(facts: readonly VisitFact[], known: PersonHistory): VisitFact[] {
  const patients = new Persons(facts, known);
  return known.deletions.filter(({ fact }) => patients.isPatient(fact));
}

/** Whether what is told of a person says nothing else than is shown of them already, whatever else is known. */
export function addsNothing({ kind, patient, deletes = [] }: MovementFact, shown: Patient): boolean {
  if ((kind !== 'person' && kind !== 'merge-patient') || patient.mother !== undefined || deletes.length > 0)
    return false;
  const { family, given, birthDate, sex } = patient;
  const isNamed = (family === null && given === null) || (family === shown.family && given === shown.given);
  return isNamed && (birthDate ?? shown.birthDate) === shown.birthDate && (sex === 'unknown' || sex === shown.sex);
}

/** The least that tells two patients of a unit apart. `asOf` is an instant of the visit, so that the brief is a function of it. */
export function briefOf(patient: Patient, asOf: string): PatientBrief {
  const initial = (name: string | null): string =>
    name === null ? '' : (Array.from(name.trim())[0] ?? '').toUpperCase();
  return {
    initials: initial(patient.given) + initial(patient.family) || '?',
    ageBand: ageBandOf(patient.birthDate, asOf),
    sex: patient.sex,
  };
}

/** Decade of the age at `asOf`: '0s', '60s'; null without a date of birth, or one after `asOf`. */
function ageBandOf(birthDate: string | null, asOf: string): string | null {
  if (birthDate === null || compare(birthDate, asOf) > 0) return null;
  const years = Number(asOf.slice(0, 4)) - Number(birthDate.slice(0, 4));
  const hadBirthday = asOf.slice(5, birthDate.length) >= birthDate.slice(5);
  const age = hadBirthday ? years : years - 1;
  return `${Math.floor(age / 10) * 10}s`;
}
