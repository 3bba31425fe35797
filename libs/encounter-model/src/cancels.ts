import type { Place } from '@wardstream/events';
import { type Candidates, ManyCandidates } from './cancel-candidates.js';
import { compareMovements, compareRecorded, type Ordered, PLACEMENT_RANK, rankOf } from './event-order.js';
import { FEW, FewCandidates } from './few-candidates.js';
import { type MergedVisits, speaksOf } from './merges.js';
import { compare } from './movements.js';
import type { Cancel, Movement, VisitHistory } from './visit-history.js';
import { samePlace } from './places.js';
import { inNoPlace, type Placement } from './stated-place.js';
import { cancelRepeats, takeAlong } from './taken-along.js';
import { cancelledElse, type CancelKind } from './visit-fact.js';
import { Whereabouts } from './whereabouts.js';

export interface ResolvedCancels {
  /** Movements that did not happen, and by which cancel; those that an A11 took along included. */
  readonly cancelled: ReadonlyMap<string, Cancel>;
  /** What each cancel names; absent where nothing known fits. */
  readonly named: ReadonlyMap<string, Movement>;
  /** Cancels and updates that a deletion took along, or an A11 with what they restored. */
  readonly voided: ReadonlySet<string>;
  /** Where what a cancel names had left from, by the history without the cancels recorded after it. */
  readonly leftFrom: ReadonlyMap<string, Place | null>;
  /** Cancels that said where the patient was known to be anyway: they move nobody, whatever is taken back after them. */
  readonly knownAnyway: ReadonlySet<string>;
}

/** Most visits have no cancel at all. */
const nothingCancelled: ResolvedCancels = {
  cancelled: new Map(),
  named: new Map(),
  voided: new Set(),
  leftFrom: new Map(),
  knownAnyway: new Set(),
};

/**
 * Which movement each cancel names (docs/encounter-rules.md no. 4): the one of its ZBE-1; else one of a cancelled kind with the very event
 * time, whatever was recorded when; else the latest recorded before it and not yet cancelled, or cancelled by another sender where its
 * own sender stated it, too. An A12 with PV1-3 names the latest transfer that left that place, also where that is cancelled already:
 * then it only says so again; and none where no known transfer left it (no. 16). Each is read by the history as it was before the
 * cancels recorded after it. `few`: up to so many movements each question looks at all; the answers are the same. `goings`: out of the
 * house, as another one says (no. 37).
 */
export function resolveCancels(
  statements: VisitHistory,
  merged: MergedVisits,
  few = FEW,
  goings: readonly Going[] = [],
): ResolvedCancels {
  const { movements, cancels, updates } = statements;
  if (cancels.length === 0) return nothingCancelled;
  const inOrder = [...movements].sort(compareMovements);
  const cancelled = new Map<string, Cancel>();
  const voided = deleteAll(statements, cancelled);
  const naming = new Naming(inOrder, statements, merged, cancelled, few);
  for (const cancel of [...cancels].sort(compareRecorded))
    if (cancel.kind !== 'delete' && !voided.has(cancel.id)) naming.take(cancel);
  const moving = updates.filter((u) => u.changes.includes('place'));
  const placements = [
    ...naming.believed,
    ...moving.map((u) => ({ ...u, rank: PLACEMENT_RANK })),
    ...goings.map((g) => ({ ...g, rank: rankOf('discharge'), deletes: inNoPlace })),
  ];
  cancelRepeats(inOrder, placements, cancelled, merged);
  const others = [...cancels.filter((c) => c.kind !== 'delete'), ...updates];
  for (const id of takeAlong(inOrder, others, cancelled)) voided.add(id);
  for (const m of movements) {
    const cancel = cancelled.get(m.id);
    if (cancel !== undefined && isRestated(m, cancel)) cancelled.delete(m.id);
  }
  const { named, leftFrom, knownAnyway } = naming;
  return { cancelled, named, voided, leftFrom, knownAnyway };
}

/** That the patient left the house, by no movement of its own. */
type Going = Ordered & { readonly at: string };

/** Names what each cancel means, in the order the cancels were recorded. */
class Naming {
  readonly named = new Map<string, Movement>();
  readonly leftFrom = new Map<string, Place | null>();
  readonly knownAnyway = new Set<string>();
  /** Cancels that said where the patient is, and were not known to be right anyway; at the time from when. */
  readonly believed: Placement[] = [];
  /** What was recorded before the cancel that is taken; and by then. */
  private readonly before: Candidates;
  private readonly byThen: Candidates;
  private readonly whereabouts: Whereabouts;
  private readonly exact: ExactNames;
  private readonly arrivals: readonly Arrival[];
  private readonly joins: readonly { readonly visit: string; readonly at: string }[];
  private readonly next = { before: 0, byThen: 0, joins: 0 };
  /** Where movements had left from when they were cancelled, and by which senders that was. */
  private readonly origins = new Map<Movement, Place | null>();
  private readonly namedBy = new Map<Movement, Set<string>>();

  constructor(
    inOrder: readonly Movement[],
    { updates }: VisitHistory,
    merged: MergedVisits,
    private readonly cancelled: Map<string, Cancel>,
    few: number,
  ) {
    const candidates = (): Candidates =>
      inOrder.length <= few ? new FewCandidates(merged) : new ManyCandidates(merged);
    this.before = candidates();
    this.byThen = candidates();
    this.exact = new ExactNames(inOrder, merged);
    this.whereabouts = new Whereabouts(inOrder, updates, (m) => {
      for (const list of [this.before, this.byThen]) list.moved(m, this.whereabouts.before(m));
    });
    this.arrivals = inOrder
      .flatMap((movement) => [
        { at: movement.recordedAt, movement, source: null },
        ...movement.stated.map(({ source, recordedAt }) => ({ at: recordedAt, movement, source })),
      ])
      .sort((a, b) => compare(a.at, b.at));
    this.joins = [...merged.oneSince]
      .map(([visit, at]) => ({ visit, at }))
      .sort((a, b) => compare(a.at, b.at) || compare(a.visit, b.visit));
    for (const m of inOrder) {
      const deletion = cancelled.get(m.id);
      if (deletion !== undefined) this.takeOut(m, deletion);
    }
  }

  take(cancel: Cancel): void {
    this.recordedUntil(cancel.recordedAt);
    const movement = this.meaning(cancel);
    if (movement === undefined) {
      if (saysWhere(cancel)) this.believe(cancel, cancel.at);
      return;
    }
    this.named.set(cancel.id, movement);
    const known = this.cancelled.get(movement.id);
    const stands = known === undefined || isRestated(movement, known, cancel.recordedAt);
    if (stands) this.origins.set(movement, this.whereabouts.before(movement));
    this.leftFrom.set(cancel.id, this.origins.get(movement) ?? null);
    if (stands) this.cancelled.set(movement.id, cancel);
    this.takeOut(movement, cancel);
    if (cancel.kind === 'cancel-discharge') this.believe(cancel, backAt(cancel, movement));
  }

  private believe(cancel: Cancel, at: string): void {
    if (cancel.place === null) return;
    if (this.whereabouts.believe(cancel, at)) this.believed.push({ ...cancel, at, rank: PLACEMENT_RANK });
    else this.knownAnyway.add(cancel.id);
  }

  private takeOut(movement: Movement, { source }: Cancel): void {
    const by = this.namedBy.get(movement) ?? new Set();
    this.namedBy.set(movement, by.add(source));
    for (const list of [this.before, this.byThen]) list.cancelled(movement, by);
    this.whereabouts.without(movement);
  }

  /** Takes up what was recorded until then. */
  private recordedUntil(at: string): void {
    for (; (this.joins[this.next.joins]?.at ?? '~') <= at; this.next.joins += 1)
      for (const list of [this.before, this.byThen]) list.join(this.joins[this.next.joins]!.visit);
    for (; (this.arrivals[this.next.before]?.at ?? '~') < at; this.next.before += 1)
      this.enter(this.before, this.arrivals[this.next.before]!);
    for (; (this.arrivals[this.next.byThen]?.at ?? '~') <= at; this.next.byThen += 1) {
      const arrival = this.arrivals[this.next.byThen]!;
      this.enter(this.byThen, arrival);
      this.again(arrival);
    }
  }

  private enter(list: Candidates, { movement, source }: Arrival): void {
    if (source === null) list.add(movement, this.origins.get(movement) ?? this.whereabouts.before(movement));
  }

  /** Its sender says again what it had cancelled. */
  private again({ movement, at, source }: Arrival): void {
    const cancel = this.cancelled.get(movement.id);
    if (cancel === undefined || cancel.source !== source || !isRestated(movement, cancel, at)) return;
    this.namedBy.delete(movement);
    this.whereabouts.again(movement);
    for (const list of [this.before, this.byThen]) list.stands(movement);
  }

  private meaning(cancel: Cancel): Movement | undefined {
    const exact = this.exact.of(cancel, this.cancelled);
    if (exact !== undefined) return exact;
    const { before, byThen } = this;
    if (cancel.kind === 'cancel-transfer' && cancel.place !== null) {
      const { place } = cancel;
      const left = before.latestThatLeft(cancel, place) ?? byThen.latestThatLeft(cancel, place);
      return left ?? before.latestFromNowhere(cancel) ?? byThen.latestFromNowhere(cancel);
    }
    const latestOf = (kinds: readonly string[]): Movement | undefined =>
      before.latest(cancel, kinds) ?? byThen.latest(cancel, kinds);
    const latest = latestOf(cancel.names ?? []) ?? latestOf(cancelledElse[cancel.kind as CancelKind] ?? []);
    if (latest === undefined || cancel.place === null) return latest;
    return byThen.alike(cancel, latest).find((m) => samePlace(m.place, cancel.place)) ?? latest;
  }
}

/** A movement that is recorded; or, with its source, that was stated. */
interface Arrival {
  readonly at: string;
  readonly movement: Movement;
  readonly source: string | null;
}

/** Movements by what a cancel says exactly: their number, else their time. */
class ExactNames {
  private readonly byKey = new Map<string, Movement[]>();

  /** `inOrder`: by event time. */
  constructor(
    inOrder: readonly Movement[],
    private readonly merged: MergedVisits,
  ) {
    for (const m of inOrder) {
      const { senderId, visit, kind, at } = m;
      const numbers = senderId === null ? [] : [`# ${senderId}`, `# ${senderId} ${visit}`];
      for (const key of [`@ ${at} ${kind}`, ...numbers, ...numbers.map((n) => `${n} ${kind}`)]) {
        const list = this.byKey.get(key);
        if (list === undefined) this.byKey.set(key, [m]);
        else list.push(m);
      }
    }
  }

  of(cancel: Cancel, cancelled: ReadonlyMap<string, Cancel>): Movement | undefined {
    const numbered = this.numbered(cancel);
    if (numbered !== undefined || !cancel.atNames) return numbered;
    const score = (m: Movement): number =>
      (cancelled.has(m.id) ? 0 : 4) +
      (cancel.kind !== 'cancel-transfer' && cancel.place !== null && samePlace(m.place, cancel.place) ? 2 : 0) +
      (m.recordedAt < cancel.recordedAt ? 1 : 0);
    let best: Movement | undefined;
    for (const kind of cancel.names ?? []) {
      for (const m of this.byKey.get(`@ ${cancel.at} ${kind}`) ?? []) {
        if (!mayName(cancel, m) || !speaksOf(this.merged, cancel, m)) continue;
        if (best === undefined || (score(m) - score(best) || compareMovements(m, best)) > 0) best = m;
      }
    }
    return best;
  }

  /** Of the movements of a cancel's number. They are several where a sender gave it again: those it may cancel, the time it says, the last. */
  private numbered({ senderId, visit, names, at, recordedAt }: Cancel): Movement | undefined {
    if (senderId === null) return undefined;
    const ofNumber = `# ${senderId}`;
    const number = this.byKey.has(`${ofNumber} ${visit}`) ? `${ofNumber} ${visit}` : ofNumber;
    const ofKind = (names ?? []).flatMap((kind) => [this.byKey.get(`${number} ${kind}`) ?? []]);
    const called = ofKind.some((list) => list.length > 0) ? ofKind : [this.byKey.get(number) ?? []];
    const known = called.flatMap((list) => [list[firstAt(list, at)]!]).find((m) => m?.at === at);
    if (known !== undefined) return known;
    const before = called.map((list) => list.findLast((m) => m.recordedAt <= recordedAt));
    return before.find((m) => m !== undefined) ?? called.find((list) => list.length > 0)?.[0];
  }
}

/** Index of the first in event order that is not before that time. */
function firstAt(inOrder: readonly Movement[], at: string): number {
  let [low, high] = [0, inOrder.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (inOrder[middle]!.at < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A sender that numbers its movements means the number: another number is another movement, but where it numbers the cancel itself. */
function mayName(cancel: Cancel, movement: Movement): boolean {
  if (cancel.numbersItself) return true;
  return cancel.senderId === null || movement.senderId === null || cancel.senderId === movement.senderId;
}

/** Whether a cancel of nothing known says where the patient is (rules 5, 8, 16). */
export function saysWhere({ kind }: Cancel): boolean {
  return kind === 'cancel-transfer' || kind === 'cancel-discharge';
}

/** When it was cancelled. Where the cancel's event time is that of the movement it names, its own time is when it was recorded. */
export function ownTime(cancel: Cancel, movement: Movement): string {
  return cancel.at === movement.at ? cancel.recordedAt : cancel.at;
}

/** When a patient whose discharge is taken back is where the A13 says. */
export function backAt(cancel: Cancel, movement: Movement): string {
  const own = ownTime(cancel, movement);
  return own > movement.at ? own : movement.at;
}

/** Whether the sender of the cancel said again after it (and by `until`) that the movement happened: then it did. */
function isRestated(movement: Movement, cancel: Cancel, until?: string): boolean {
  if (movement.recordedAt > cancel.lastRecordedAt) return false;
  return movement.stated.some(
    (s) =>
      s.source === cancel.source &&
      s.recordedAt > cancel.lastRecordedAt &&
      (until === undefined || s.recordedAt <= until),
  );
}

/** A23, A29: nothing of what was recorded until then happened; what is recorded later stands. Returns what else they took along. */
function deleteAll({ movements, cancels, updates }: VisitHistory, cancelled: Map<string, Cancel>): Set<string> {
  const deletions = cancels.filter((c) => c.kind === 'delete').sort(compareRecorded);
  const last = deletions.at(-1);
  const voided = new Set<string>();
  if (last === undefined) return voided;
  for (const m of movements) {
    if (m.recordedAt > last.recordedAt) continue;
    let [low, high] = [0, deletions.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (deletions[middle]!.recordedAt < m.recordedAt) low = middle + 1;
      else high = middle;
    }
    cancelled.set(m.id, deletions[low]!);
  }
  for (const s of [...cancels, ...updates])
    if (s.kind !== 'delete' && s.recordedAt <= last.recordedAt) voided.add(s.id);
  return voided;
}
