import { identifierKey } from './identify.js';
import { compare, type Cancel, type Movement } from './movements.js';
import { samePlace } from './places.js';
import type { VisitFact } from './visit-fact.js';

/** One identifier took the place of another. */
export interface Retirement {
  readonly id: string;
  readonly retired: string;
  readonly survivor: string;
  readonly recordedAt: string;
}

/** What a fact retires, and for what; null if it retires nothing. */
export function retirementOf({ id, fact }: VisitFact): Retirement | null {
  const { retires, recordedAt } = fact;
  if (retires === null || retires === undefined) return null;
  const to =
    fact.kind === 'merge-visit'
      ? fact.visit
      : fact.kind === 'merge-patient' && fact.patient.id !== null
        ? { number: fact.patient.id, domain: fact.patient.domain }
        : null;
  if (to === null) return null;
  return { id, retired: identifierKey(retires), survivor: identifierKey(to), recordedAt };
}

/**
 * Which identifier each one goes by (docs/encounter-rules.md no. 12): a merge into a retired identifier goes to what that one goes
 * by, and a later merge the other way turns it round. A function of the set of merges; every identifier of them has an entry.
 */
export function survivorsOf(retirements: readonly Retirement[]): Map<string, string> {
  const survivor = new Map<string, string>();
  const ordered = [...retirements].sort((a, b) => compare(a.recordedAt, b.recordedAt) || compare(a.id, b.id));
  for (const { retired, survivor: stated } of ordered) {
    const from = survivor.get(retired) ?? retired;
    const to = survivor.get(stated) ?? stated;
    for (const key of [retired, stated]) if (!survivor.has(key)) survivor.set(key, key);
    const target = from !== to ? to : from === retired ? stated : from;
    for (const [key, by] of survivor) if (by === from || by === to) survivor.set(key, target);
  }
  return survivor;
}

/** Two statements of merged visits, and whether they speak of the same thing. */
export interface MergedVisits {
  /** When it was first recorded that each retired visit is another one, '' where it was so from the start, as the survivor was itself. */
  readonly oneSince: ReadonlyMap<string, string>;
}

export function mergedVisits(facts: readonly VisitFact[]): MergedVisits {
  const oneSince = new Map<string, string>();
  for (const stated of facts) {
    const retirement = stated.fact.kind === 'merge-visit' ? retirementOf(stated) : null;
    if (retirement === null || retirement.retired === retirement.survivor) continue;
    const known = oneSince.get(retirement.retired);
    const since = stated.fact.decision?.oneVisit === true ? '' : retirement.recordedAt;
    if (known === undefined || since < known) oneSince.set(retirement.retired, since);
  }
  return { oneSince };
}

/** Whether a statement recorded at `recordedAt` under one visit number can mean what was said under the other. */
export function areOne({ oneSince }: MergedVisits, a: string, b: string, recordedAt: string): boolean {
  if (a === b) return true;
  return recordedAt >= (oneSince.get(a) ?? '') && recordedAt >= (oneSince.get(b) ?? '');
}

/**
 * Movements of a visit that was over before it became one with another, while the patient was in the house by that other: the
 * patient did not leave the house with it, and is where the other visit says. By movement, the discharge that ended them.
 */
export function endedBeforeMerge(movements: readonly Movement[], merged: MergedVisits): Map<string, Movement> {
  const aside = new Map<string, Movement>();
  if (merged.oneSince.size === 0) return aside;
  const visits = new Set(movements.map((m) => m.visit));
  const inHouse = (visit: string, at: string): boolean => {
    const told = movements
      .filter((m) => m.visit === visit && m.at <= at && (begins(m) || m.kind === 'discharge'))
      .sort((a, b) => compare(a.at, b.at) || (a.kind === 'discharge' ? 1 : 0) - (b.kind === 'discharge' ? 1 : 0));
    const last = told.at(-1);
    return last !== undefined && last.kind !== 'discharge';
  };
  for (const end of movements) {
    if (end.kind !== 'discharge') continue;
    const other = [...visits].some(
      (visit) => !areOne(merged, visit, end.visit, end.recordedAt) && inHouse(visit, end.at),
    );
    if (!other) continue;
    for (const m of movements) {
      if (m.visit === end.visit && m.at <= end.at && m.recordedAt <= end.recordedAt && !aside.has(m.id))
        aside.set(m.id, end);
    }
  }
  return aside;
}

/** Where the patient was in the end by movements that were set aside. */
export function leftBy(end: Movement, aside: ReadonlyMap<string, Movement>, movements: readonly Movement[]): Movement {
  const placed = movements
    .filter((m) => aside.get(m.id) === end && m.place !== null)
    .sort((a, b) => compare(a.at, b.at) || compare(a.id, b.id));
  return placed.findLast((m) => end.place === null || samePlace(m.place, end.place)) ?? placed.at(-1) ?? end;
}

function begins({ kind }: Movement): boolean {
  return kind === 'admit' || kind === 'register' || kind === 'to-inpatient';
}

/** Whether a cancel can name a movement of another visit. */
export function speaksOf(merged: MergedVisits, cancel: Cancel, movement: Movement): boolean {
  return areOne(merged, cancel.visit, movement.visit, cancel.recordedAt);
}
