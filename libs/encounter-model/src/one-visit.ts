import type { DerivedEncounter } from './derive-encounter.js';
import type { Identity } from './identities.js';
import { mergesVisits, type VisitFact } from './visit-fact.js';

export interface Visit {
  readonly encounterId: string;
  readonly facility: string;
  readonly number: string;
  readonly domain: string | null;
}

/** Visits that are one: what they go by, and what was merged into it. Most visits stand alone. */
export interface Joined {
  readonly members: readonly string[];
  readonly retired: readonly Visit[];
}

/** The visits that these go by, each once. `identities`: all members of all merged visits among them. */
export function asOneVisit<T extends Visit>(touched: readonly T[], identities: readonly Identity[]): (T & Joined)[] {
  const byId = new Map(identities.map((row) => [row.id, row]));
  const visits = new Map<string, T & Joined>();
  for (const visit of touched) {
    const survivor = byId.get(byId.get(visit.encounterId)?.survivor ?? '');
    if (survivor === undefined) {
      visits.set(visit.encounterId, { ...visit, members: [visit.encounterId], retired: [] });
      continue;
    }
    const members = identities.filter((row) => row.survivor === survivor.id);
    const retired = members.filter((row) => row.id !== survivor.id).map(visitOf);
    visits.set(survivor.id, { ...visit, ...visitOf(survivor), members: members.map((m) => m.id), retired });
  }
  return [...visits.values()];
}

function visitOf({ id, facility, number, domain }: Identity): Visit {
  return { encounterId: id, facility, number, domain };
}

/** When a visit was merged into another, by the facts of all that are one with it; null where none of them says. */
export function mergedAt({ number, domain }: Visit, facts: readonly VisitFact[]): string | null {
  const merges = facts.filter(
    ({ fact }) => mergesVisits(fact) && fact.retires?.number === number && fact.retires.domain === domain,
  );
  return merges.map(({ fact }) => fact.at).sort()[0] ?? null;
}

/** What is left of a visit that was merged into another (`at`, if known): nobody is anywhere by it. */
export function mergedAway({ patient, brief }: DerivedEncounter, at: string | null): DerivedEncounter {
  return {
    ...{
      status: 'cancelled',
      class: null,
      inNoBed: false,
      specialty: null,
      patient,
      brief,
      location: null,
      inTransit: false,
    },
    ...{
      pendings: [],
      plannedBeds: [],
      stays: [],
      movements: [],
      registeredAt: null,
      admittedAt: null,
      dischargedAt: null,
      ...(at === null ? {} : { cancelledAt: at }),
      conflicts: [],
    },
  };
}
