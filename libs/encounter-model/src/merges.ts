import { identifierKey } from './identify.js';
import { compare } from './movements.js';
import type { Cancel, Movement } from './visit-history.js';
import { samePlace } from './places.js';
import { Sorted } from './sorted.js';
import { goesOn, mergesVisits, type VisitFact } from './visit-fact.js';

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
  const to = mergesVisits(fact)
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
  const groups = new Map<string, Group>();
  const groupOf = (key: string): Group => {
    const known = groups.get(key);
    if (known !== undefined) return known;
    const fresh = { survivor: key, members: [key] };
    groups.set(key, fresh);
    return fresh;
  };
  const ordered = [...retirements].sort((a, b) => compare(a.recordedAt, b.recordedAt) || compare(a.id, b.id));
  for (const { retired, survivor: stated } of ordered) {
    const [from, to] = [groupOf(retired), groupOf(stated)];
    if (from === to) {
      if (to.survivor === retired) to.survivor = stated;
      continue;
    }
    // The smaller group joins the larger, so that no identifier changes its group often.
    const [small, large] = from.members.length < to.members.length ? [from, to] : [to, from];
    large.survivor = to.survivor;
    for (const key of small.members) {
      large.members.push(key);
      groups.set(key, large);
    }
  }
  return new Map([...groups].map(([key, { survivor }]) => [key, survivor]));
}

interface Group {
  survivor: string;
  readonly members: string[];
}

/** Two statements of merged visits, and whether they speak of the same thing. */
export interface MergedVisits {
  /** When it was first recorded that each retired visit is another one, '' where it was so from the start, as the survivor was itself. */
  readonly oneSince: ReadonlyMap<string, string>;
  /** When a stay went on under another number (rule 22), by its former ones. */
  readonly wentOnAt: ReadonlyMap<string, string>;
}

export function mergedVisits(facts: readonly VisitFact[]): MergedVisits {
  const oneSince = new Map<string, string>();
  const wentOnAt = new Map<string, string>();
  for (const stated of facts) {
    const { fact } = stated;
    const retirement = mergesVisits(fact) ? retirementOf(stated) : null;
    if (retirement === null || retirement.retired === retirement.survivor) continue;
    const wentOn = wentOnAt.get(retirement.retired);
    if (goesOn(fact.kind) && (wentOn === undefined || fact.at < wentOn)) wentOnAt.set(retirement.retired, fact.at);
    const known = oneSince.get(retirement.retired);
    const since = stated.fact.decision?.oneVisit === true ? '' : retirement.recordedAt;
    if (known === undefined || since < known) oneSince.set(retirement.retired, since);
  }
  return { oneSince, wentOnAt };
}

/** Discharges under the former number of a stay that went on under another: they end the part before that only (rule 22). */
export function endsOfParts(movements: readonly Movement[], { wentOnAt }: MergedVisits): string[] {
  if (wentOnAt.size === 0) return [];
  const late = movements.filter((m) => m.kind === 'discharge' && m.at >= (wentOnAt.get(m.visit) ?? '~'));
  return late.map((m) => m.id);
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
  const ends = endsInHouse(movements, merged);
  if (ends.length === 0) return aside;
  const waiting = new Map<string, Movement[]>();
  for (const m of [...movements].sort(byTime)) {
    const list = waiting.get(m.visit);
    if (list === undefined) waiting.set(m.visit, [m]);
    else list.push(m);
  }
  for (const end of ends) {
    const later: Movement[] = [];
    for (const m of waiting.get(end.visit) ?? []) {
      if (m.at <= end.at && m.recordedAt <= end.recordedAt) aside.set(m.id, end);
      else later.push(m);
    }
    waiting.set(end.visit, later);
  }
  return aside;
}

/** Discharges, by event time, while the patient was in the house by another visit that was not yet one with theirs. */
function endsInHouse(movements: readonly Movement[], { oneSince }: MergedVisits): Movement[] {
  const told = movements.filter((m) => begins(m) || m.kind === 'discharge').sort(byTime);
  // Visits by which the patient is in the house, those that were merged last at the end.
  const inHouse = new Sorted<string>((a, b) => compare(oneSince.get(a) ?? '', oneSince.get(b) ?? '') || compare(a, b));
  const ends: Movement[] = [];
  for (let i = 0; i < told.length;) {
    let next = i;
    for (; next < told.length && told[next]!.at === told[i]!.at; next += 1) {
      const { kind, visit } = told[next]!;
      if (kind === 'discharge') inHouse.delete(visit);
      else inHouse.add(visit);
    }
    for (const end of told.slice(i, next)) {
      if (end.kind !== 'discharge') continue;
      const own = inHouse.has(end.visit);
      const last = inHouse.last() === end.visit ? inHouse.at(inHouse.length - 2) : inHouse.last();
      const joinedLater = (visit: string): boolean => end.recordedAt < (oneSince.get(visit) ?? '');
      const alone = inHouse.length === (own ? 1 : 0);
      if (!alone && (joinedLater(end.visit) || (last !== undefined && joinedLater(last)))) ends.push(end);
    }
    i = next;
  }
  return ends;
}

/** By event time; what ends comes last. */
function byTime(a: Movement, b: Movement): number {
  const last = ({ kind }: Movement): number => (kind === 'discharge' ? 1 : 0);
  return compare(a.at, b.at) || last(a) - last(b) || compare(a.recordedAt, b.recordedAt) || compare(a.id, b.id);
}

/** By the discharge of each merged visit, where the patient was in the end by the movements that were set aside with it. */
export function leftByMerged(
  aside: ReadonlyMap<string, Movement>,
  movements: readonly Movement[],
): Map<Movement, Movement> {
  const placed = new Map<Movement, Movement[]>();
  for (const m of [...movements].sort((a, b) => compare(a.at, b.at) || compare(a.id, b.id))) {
    const end = aside.get(m.id);
    if (end === undefined) continue;
    const list = placed.get(end) ?? [];
    placed.set(end, list);
    if (m.place !== null) list.push(m);
  }
  return new Map(
    [...placed].map(([end, list]) => [
      end,
      list.findLast((m) => end.place === null || samePlace(m.place, end.place)) ?? list.at(-1) ?? end,
    ]),
  );
}

function begins({ kind }: Movement): boolean {
  return kind === 'admit' || kind === 'register' || kind === 'to-inpatient';
}

/** Whether a cancel can name a movement of another visit. */
export function speaksOf(merged: MergedVisits, cancel: Cancel, movement: Movement): boolean {
  return areOne(merged, cancel.visit, movement.visit, cancel.recordedAt);
}
