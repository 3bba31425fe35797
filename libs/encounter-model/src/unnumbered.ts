import type { MovementFact } from '@wardstream/events';
import { isMovementKind, type VisitFact } from './visit-fact.js';

/** A visit of a patient, with what was said of it under its number, and under those that were merged into it. */
export interface NumberedVisit {
  readonly number: string;
  readonly domain: string | null;
  readonly facts: readonly VisitFact[];
}

type VisitNumber = Pick<NumberedVisit, 'number' | 'domain'>;

/** A number that a visit went by, and when that began. */
interface Part {
  readonly from: string;
  readonly goesBy: VisitNumber;
}

/** What of a visit tells when it was open, in the order it was recorded, and when that was by all of it. */
interface OpenTimes {
  readonly from: string;
  readonly telling: VisitFact[];
  closed: readonly Closing[];
  reopened: readonly string[];
}

interface Closing {
  readonly at: string;
  readonly recordedAt: string;
  readonly byDischarge: boolean;
}

/**
 * The visits that facts without a visit number belong to (docs/encounter-rules.md no. 2): for each, the only one of its patient that
 * was open at its event time, or that was cancelled only after it had been said; where none was, the only one that begins later, or, of
 * what takes a discharge back, the only one that was over. Null where there is none, or several: then it waits. Of a visit that went by
 * several numbers it is the one that began last by then, as its sender would have said.
 *
 * A function of what is said and of its event times alone, whatever came first: the facts are taken in the order of their event
 * times, and one that ends its visit, or opens it again, does so for those behind it. `visits` and `unnumbered`: all of one patient.
 */
export function visitsOfUnnumbered(
  visits: readonly NumberedVisit[],
  unnumbered: readonly VisitFact[],
): Map<string, VisitNumber | null> {
  const known = visits.flatMap((visit) => {
    const times = openTimesOf(visit.facts);
    return times === null ? [] : [{ parts: partsOf(visit), times }];
  });
  const found = new Map<string, VisitNumber | null>();
  for (const told of [...unnumbered].sort(byEventTime)) {
    const { fact } = told;
    const begun = known.filter(({ times }) => times.from <= fact.at);
    const isOpen = begun.filter(({ times }) => isOpenAt(times, fact.at));
    const wasOpen = begun.filter(({ times }) => isOpenAt({ ...times, closed: knownBy(times, fact) }, fact.at));
    const isOver = begun.filter((visit) => !isOpen.includes(visit));
    const choices = [
      ...[isOpen, wasOpen],
      fact.kind === 'cancel-discharge' ? isOver : known.filter(({ times }) => times.from > fact.at),
    ];
    const among = choices.find((choice) => choice.length > 0) ?? [];
    const only = among.length === 1 ? among[0]! : null;
    found.set(told.id, only === null ? null : numberAt(only.parts, fact.at));
    if (only !== null) note(only.times, told);
  }
  return found;
}

function byEventTime(a: VisitFact, b: VisitFact): number {
  return compare(a.fact.at, b.fact.at) || compare(a.fact.recordedAt, b.fact.recordedAt) || compare(a.id, b.id);
}

/** What takes something back comes after what it may name. */
function byRecording(a: VisitFact, b: VisitFact): number {
  const isCancel = ({ fact }: VisitFact): number => Number(effectOf(fact).startsWith('cancel-'));
  return compare(a.fact.recordedAt, b.fact.recordedAt) || isCancel(a) - isCancel(b) || byEventTime(a, b);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The numbers a visit went by, the earliest first. What was merged into it is told under its own. */
function partsOf({ number, domain, facts }: NumberedVisit): Part[] {
  const parts = new Map<string, Part>();
  for (const { fact } of facts) {
    const goesBy = fact.visit ?? { number, domain };
    const key = JSON.stringify([goesBy.number, goesBy.domain]);
    const known = parts.get(key);
    if (beginsVisit(fact) && (known === undefined || fact.at < known.from)) parts.set(key, { from: fact.at, goesBy });
  }
  return [...parts.values()].sort((a, b) => compare(a.from, b.from) || compare(a.goesBy.number, b.goesBy.number));
}

function numberAt(parts: readonly Part[], at: string): VisitNumber {
  const { number, domain } = (parts.findLast((part) => part.from <= at) ?? parts[0]!).goesBy;
  return { number, domain };
}

/** An update alone does not. */
function beginsVisit({ kind }: MovementFact): boolean {
  return isMovementKind(kind) || kind.startsWith('cancel-');
}

/** Null where nothing said of it makes it a visit: an update alone does not. */
function openTimesOf(facts: readonly VisitFact[]): OpenTimes | null {
  const beginning = facts.filter(({ fact }) => beginsVisit(fact));
  if (beginning.length === 0) return null;
  const from = beginning.map(({ fact }) => fact.at).reduce((a, b) => (a < b ? a : b));
  const telling = facts.filter(({ fact }) => tells.has(effectOf(fact))).sort(byRecording);
  return retold({ from, telling, closed: [], reopened: [] });
}

/** One more fact is of the visit. */
function note(times: OpenTimes, told: VisitFact): void {
  if (!tells.has(effectOf(told.fact))) return;
  const before = times.telling.findLastIndex((other) => byRecording(other, told) <= 0);
  times.telling.splice(before + 1, 0, told);
  retold(times);
}

/** A movement that ZBE cancels is as one that its own trigger cancels. */
function effectOf({ kind, movement }: MovementFact): string {
  return movement?.action === 'cancel' && isMovementKind(kind) ? `cancel-${kind}` : kind;
}

const plans = ['preadmit', 'pending-admit'];
const admissions = ['admit', 'register', 'to-inpatient'];
const cancels = ['delete', 'cancel-admit', 'cancel-register', 'cancel-preadmit', 'cancel-pending-admit'];
const tells: ReadonlySet<string> = new Set([...plans, ...admissions, ...cancels, 'discharge', 'cancel-discharge']);

/** Tells closing and opening anew from everything that is said of them. */
function retold(times: OpenTimes): OpenTimes {
  const kinds = new Set(times.telling.map(({ fact }) => fact.kind as string));
  const isPlanned = [...plans, 'register'].some((kind) => kinds.has(kind));
  const isAdmitted = admissions.some((kind) => kinds.has(kind));
  let closed: Closing[] = [];
  const reopened: string[] = [];
  for (const { fact } of times.telling) {
    const { at, recordedAt } = fact;
    const effect = effectOf(fact);
    if (effect === 'admit') reopened.push(at);
    else if (effect === 'discharge') closed.push({ at, recordedAt, byDischarge: true });
    else if (effect === 'cancel-discharge') {
      const discharges = closed.filter((c) => c.byDischarge && (c.at === at || c.recordedAt <= recordedAt));
      const named = discharges.find((c) => c.at === at) ?? discharges.at(-1);
      // What says the same discharge once more, under another MSH-10, is taken back with it.
      closed = closed.filter((c) => !c.byDischarge || c.at !== named?.at);
    } else if (cancels.includes(effect)) {
      // Of a visit that was planned an A11 leaves the plan, and the cancel of a plan leaves an admission.
      const leaves = effect === 'cancel-admit' ? isPlanned : effect.startsWith('cancel-p') && isAdmitted;
      if (!leaves) closed.push({ at, recordedAt, byDischarge: false });
    }
  }
  return Object.assign(times, { closed, reopened });
}

/** What had ended the visit when a fact was recorded: what is cancelled later was a visit until then. */
function knownBy({ closed }: OpenTimes, { recordedAt }: MovementFact): readonly Closing[] {
  return closed.filter((c) => c.byDischarge || c.recordedAt <= recordedAt);
}

/** What says that it ends belongs to it, and so does all of that instant. */
function isOpenAt({ closed, reopened }: OpenTimes, at: string): boolean {
  return !closed.some((c) => c.at < at && !reopened.some((r) => r > c.at && r <= at));
}
