import type { PatientBrief, Sex } from '@wardstream/events';
import { compare } from './movements.js';
import type { VisitFact } from './visit-fact.js';

/** Who the patient is, as the facts of the visit say it last. Stays in this service; only the brief leaves it. */
export interface Patient {
  readonly id: string | null;
  readonly domain: string | null;
  readonly family: string | null;
  readonly given: string | null;
  readonly birthDate: string | null;
  readonly sex: Sex;
}

/** The latest that was recorded of each part. `facts` in recorded order. */
export function patientOf(facts: readonly VisitFact[]): Patient {
  const last = <T>(pick: (p: VisitFact['fact']['patient']) => T | null): T | null => {
    for (let i = facts.length - 1; i >= 0; i -= 1) {
      const value = pick(facts[i]!.fact.patient);
      if (value !== null) return value;
    }
    return null;
  };
  // Two parts of one identifier, and of one name, come from one fact.
  const named = last((p) => (p.family === null && p.given === null ? null : p));
  const identified = last((p) => (p.id === null ? null : p));
  return {
    id: identified?.id ?? null,
    domain: identified?.domain ?? null,
    family: named?.family ?? null,
    given: named?.given ?? null,
    birthDate: last((p) => p.birthDate),
    sex: last((p) => (p.sex === 'unknown' ? null : p.sex)) ?? 'unknown',
  };
}

/** Facts that say another patient of the same identifier domain than the first recorded one does. */
export function otherPatients(facts: readonly VisitFact[]): readonly [VisitFact, VisitFact] | null {
  const first = new Map<string, VisitFact>();
  for (const stated of facts) {
    const { id, domain } = stated.fact.patient;
    if (id === null) continue;
    const known = first.get(domain ?? '');
    if (known === undefined) first.set(domain ?? '', stated);
    else if (known.fact.patient.id !== id) return [known, stated];
  }
  return null;
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
