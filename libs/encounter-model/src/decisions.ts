import type { MovementFact } from '@wardstream/events';
import { DomainError } from '@wardstream/kernel';
import { factIdOf } from './identify.js';
import type { Visit } from './one-visit.js';
import type { VisitFact } from './visit-fact.js';

interface Spoken {
  /** When the person decided, ISO. */
  readonly now: string;
}

/** The fact that says no more than this. */
function stated(
  { number, domain }: Pick<Visit, 'number' | 'domain'>,
  more: Pick<MovementFact, 'kind' | 'at' | 'recordedAt'>,
): MovementFact {
  return {
    ...{ ...more, trigger: 'decision', visit: { number, domain } },
    patient: { id: null, domain: null, family: null, given: null, birthDate: null, sex: 'unknown' },
    ...{ class: null, specialty: null, location: null, priorLocation: null, pendingLocation: null },
    ...{ temporaryLocation: null, atFrom: 'given', expectedAt: null, movement: null },
  };
}

/**
 * These visits are one, and were from the start: it goes by the number with an authority, of several by the one that began first.
 * @throws DomainError 'visits-changed' where fewer than two are left
 */
export function joinVisits(
  visits: readonly (Visit & { readonly beganAt: string | null })[],
  { now }: Spoken,
): MovementFact[] {
  const rank = (v: (typeof visits)[number]): string =>
    `${v.domain === null ? 1 : 0} ${v.beganAt ?? '9'} ${v.encounterId}`;
  const [survivor, ...others] = [...visits].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  if (survivor === undefined || others.length === 0)
    throw new DomainError('conflict', 'visits-changed', 'There are no two visits left to join.');
  return others.map(({ number, domain }) => ({
    ...stated(survivor, { kind: 'merge-visit', at: now, recordedAt: now }),
    ...{ retires: { number, domain }, decision: { oneVisit: true as const } },
  }));
}

/** The visit was over when the other one began, but not before it began itself. */
export function endVisit(visit: Visit, own: string, other: string, { now }: Spoken): MovementFact[] {
  const at = other < own ? own : other;
  return [{ ...stated(visit, { kind: 'discharge', at, recordedAt: now }), decision: {} }];
}

/** The visit is that of the newborn of this patient. */
export function nameMother(
  visit: Visit,
  mother: { readonly number: string; readonly domain: string | null },
  { now }: Spoken,
): MovementFact[] {
  const fact = stated(visit, { kind: 'update', at: now, recordedAt: now });
  return [{ ...fact, patient: { ...fact.patient, mother }, decision: {} }];
}

/** What takes the facts of a decision back. `messageId`: of the message that stated them. */
export function withdrawDecision(messageId: string, facts: readonly MovementFact[], { now }: Spoken): MovementFact[] {
  return facts.map((fact, i) => ({
    ...{ ...fact, kind: fact.kind === 'merge-visit' ? 'merge-visit' : 'update', at: now, recordedAt: now },
    decision: { withdraws: factIdOf(messageId, i) },
  }));
}

/** Facts without those that a person took back, and without what took them back. The same whatever order they came in. */
export function standingFacts<T extends VisitFact>(facts: readonly T[]): readonly T[] {
  const withdrawn = new Set(facts.flatMap(({ fact }) => fact.decision?.withdraws ?? []));
  if (withdrawn.size === 0) return facts;
  return facts.filter(({ id, fact }) => fact.decision?.withdraws === undefined && !withdrawn.has(id));
}
