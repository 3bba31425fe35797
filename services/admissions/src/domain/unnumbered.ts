import type { MovementFact } from '@wardstream/events';
import { isMovementKind, type VisitFact } from './visit-fact.js';

/** A visit of a patient, with what was said of it under its number. */
export interface NumberedVisit {
  readonly number: string;
  readonly domain: string | null;
  readonly facts: readonly VisitFact[];
}

/** When a visit began, and what closed it or opened it again; in the order of event times. */
interface OpenTimes {
  from: string;
  readonly closed: { readonly at: string; readonly recordedAt: string; readonly byDischarge: boolean }[];
  readonly reopened: string[];
}

/**
 * The visits that facts without a visit number belong to (docs/encounter-rules.md no. 2): for each, the only one of its patient that
 * was open at its event time; where none was, the only one that begins later, or, of what takes a discharge back, the only one that
 * was over. Null where there is none, or several: then it waits.
 *
 * A function of what is said and of its event times alone, whatever came first: the facts are taken in the order of their event
 * times, and one that ends its visit ends it for those behind it. `visits` and `unnumbered`: all of one patient.
 */
export function visitsOfUnnumbered(
  visits: readonly NumberedVisit[],
  unnumbered: readonly VisitFact[],
): Map<string, NumberedVisit | null> {
  const known = visits.flatMap((visit) => {
    const times = openTimesOf(visit.facts);
    return times === null ? [] : [{ visit, times }];
  });
  const found = new Map<string, NumberedVisit | null>();
  for (const { id, fact } of [...unnumbered].sort(byEventTime)) {
    const isOver = known.filter(({ times }) => times.from <= fact.at && !isOpenAt(times, fact.at));
    const isOpen = known.filter(({ times }) => times.from <= fact.at && isOpenAt(times, fact.at));
    const among =
      isOpen.length > 0
        ? isOpen
        : fact.kind === 'cancel-discharge'
          ? isOver
          : known.filter(({ times }) => times.from > fact.at);
    const only = among.length === 1 ? among[0]! : null;
    found.set(id, only?.visit ?? null);
    if (only !== null) note(only.times, fact);
  }
  return found;
}

function byEventTime(a: VisitFact, b: VisitFact): number {
  return compare(a.fact.at, b.fact.at) || compare(a.fact.recordedAt, b.fact.recordedAt) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Null where nothing said of it makes it a visit: an update alone does not. */
function openTimesOf(facts: readonly VisitFact[]): OpenTimes | null {
  const beginning = facts.filter(({ fact }) => isMovementKind(fact.kind) || fact.kind.startsWith('cancel-'));
  if (beginning.length === 0) return null;
  const from = beginning.map(({ fact }) => fact.at).reduce((a, b) => (a < b ? a : b));
  const times: OpenTimes = { from, closed: [], reopened: [] };
  const planned = facts.some(({ fact }) => ['preadmit', 'pending-admit', 'register'].includes(fact.kind));
  const admitted = facts.some(({ fact }) => ['admit', 'register', 'to-inpatient'].includes(fact.kind));
  // What takes something back is taken after what it may name.
  const inOrder = [...facts].sort((a, b) => compare(a.fact.recordedAt, b.fact.recordedAt) || byEventTime(a, b));
  for (const { fact } of inOrder) {
    const kind = effectOf(fact);
    if (kind === 'cancel-admit' && planned) continue;
    if ((kind === 'cancel-preadmit' || kind === 'cancel-pending-admit') && admitted) continue;
    note(times, fact);
  }
  return times;
}

/** A movement that ZBE cancels is as one that its own trigger cancels. */
function effectOf({ kind, movement }: MovementFact): string {
  return movement?.action === 'cancel' && isMovementKind(kind) ? `cancel-${kind}` : kind;
}

function note({ closed, reopened }: OpenTimes, fact: MovementFact): void {
  const { at, recordedAt } = fact;
  switch (effectOf(fact)) {
    case 'discharge':
      closed.push({ at, recordedAt, byDischarge: true });
      return;
    case 'delete':
    case 'cancel-admit':
    case 'cancel-register':
    case 'cancel-preadmit':
    case 'cancel-pending-admit':
      closed.push({ at, recordedAt, byDischarge: false });
      return;
    case 'cancel-discharge': {
      const named = closed.findLastIndex((c) => c.byDischarge && c.recordedAt <= recordedAt);
      if (named >= 0) closed.splice(named, 1);
      return;
    }
    case 'admit':
      reopened.push(at);
      return;
    default:
      return;
  }
}

/** What says that it ends belongs to it, and so does all of that instant. */
function isOpenAt({ closed, reopened }: OpenTimes, at: string): boolean {
  return !closed.some((c) => c.at < at && !reopened.some((r) => r > c.at && r <= at));
}
