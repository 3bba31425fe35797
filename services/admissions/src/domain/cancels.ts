import type { Place } from '@wardstream/events';
import { compareMovements, compareRecorded } from './event-order.js';
import { type MergedVisits, speaksOf } from './merges.js';
import type { Cancel, Movement, Update } from './movements.js';
import { agree, samePlace } from './places.js';
import { cancelledElse, type CancelKind, type MovementKind } from './visit-fact.js';

export interface ResolvedCancels {
  /** Movements that did not happen, and by which cancel; those that an A11 took along included. */
  readonly cancelled: ReadonlyMap<string, Cancel>;
  /** What each cancel names; absent where nothing known fits. */
  readonly named: ReadonlyMap<string, Movement>;
  /** Cancels that an A11 took along with what they restored. */
  readonly voided: ReadonlySet<string>;
}

/** Where a movement left from, if it and all not in `cancelled` happened. */
export type OriginOf = (movement: Movement, cancelled: ReadonlySet<string>) => Place | null;

/**
 * Which movement each cancel names (docs/encounter-rules.md no. 4): the one of its ZBE-1; else one of a cancelled kind with the very event
 * time, whatever was recorded when; else the latest recorded before it and not yet cancelled, or cancelled by another sender where its
 * own sender stated it, too. An A12 with PV1-3 names the latest
 * transfer that left that place, also where that is cancelled already: then it only says so again.
 */
export function resolveCancels(
  movements: readonly Movement[],
  cancels: readonly Cancel[],
  originOf: OriginOf,
  merged: MergedVisits,
): ResolvedCancels {
  const named = new Map<string, Movement>();
  const cancelled = new Map<string, Cancel>();
  const namedBy = new Map<Movement, Set<string>>();
  const isNamedBy = (source: string, movement: Movement): boolean => namedBy.get(movement)?.has(source) === true;
  const name = (cancel: Cancel, movement: Movement | undefined): void => {
    if (movement === undefined) return;
    named.set(cancel.id, movement);
    namedBy.set(movement, (namedBy.get(movement) ?? new Set()).add(cancel.source));
    const before = cancelled.get(movement.id);
    if (before === undefined || saidAgain(movement, before, cancel.recordedAt)) cancelled.set(movement.id, cancel);
  };
  const ordered = [...cancels].sort(compareRecorded);
  const voided = deleteAll(ordered, movements, cancelled);
  const open: Cancel[] = [];
  for (const cancel of ordered) {
    if (voided.has(cancel.id) || cancel.kind === 'delete') continue;
    const exact = byExactName(cancel, movements, cancelled, merged);
    if (exact === undefined) open.push(cancel);
    else name(cancel, exact);
  }
  for (const cancel of open) {
    const spoken = movements.filter((m) => speaksOf(merged, cancel, m));
    const otherKinds = cancel.kind in cancelledElse ? cancelledElse[cancel.kind as CancelKind]! : [];
    const latest = (of: Cancel) => byRecency(of, spoken, cancelled, originOf, isNamedBy);
    name(cancel, latest(cancel) ?? latest({ ...cancel, names: otherKinds }));
  }
  const inOrder = [...movements].sort(compareMovements);
  for (const [id, cancel] of [...cancelled]) {
    if (cancel.kind === 'delete') continue;
    const index = inOrder.findIndex((m) => m.id === id);
    for (const m of saidTwice(inOrder, index))
      if (!cancelled.has(m.id) && meansAlso(cancel, m) && speaksOf(merged, cancel, m)) cancelled.set(m.id, cancel);
  }
  for (const [id, cancel] of [...cancelled]) {
    const movement = movements.find((m) => m.id === id)!;
    if (cancel.kind === 'delete') continue;
    if (!isBeginning(movement.kind)) continue;
    const followed = spanAfter(movement, cancel, movements, cancelled);
    for (const m of movements)
      if (!cancelled.has(m.id) && !outlasts(m.kind) && followed(m)) cancelled.set(m.id, cancel);
    for (const other of cancels) if (other !== cancel && followed(other)) voided.add(other.id);
  }
  for (const m of movements) {
    const cancel = cancelled.get(m.id);
    if (cancel !== undefined && saidAgain(m, cancel)) cancelled.delete(m.id);
  }
  return { cancelled, named, voided };
}

/**
 * Movements that say what the one at `index` says, at another time: two senders' clocks differ, or one corrects its time. Nobody
 * leaves the house, is admitted to a bed or goes from one to another twice, with nothing between that brought them back.
 */
function saidTwice(inOrder: readonly Movement[], index: number): Movement[] {
  const movement = inOrder[index]!;
  const { kind, place, prior } = movement;
  const movesOn = kind === 'transfer' || kind === 'swap';
  if (!placing.has(kind) || (movesOn && prior === null)) return [];
  const between = kind === 'discharge' ? begins : placing;
  const same = (m: Movement): boolean =>
    m.kind === kind &&
    (kind === 'discharge' || samePlace(m.place, place)) &&
    (!movesOn || (samePlace(m.prior, prior) && !samePlace(prior, place)));
  const found: Movement[] = [];
  for (const step of [1, -1]) {
    for (let i = index + step; i >= 0 && i < inOrder.length; i += step) {
      const m = inOrder[i]!;
      if (same(m)) found.push(m);
      else if (between.has(m.kind)) break;
    }
  }
  return found;
}

const begins: ReadonlySet<MovementKind> = new Set(['admit', 'register', 'to-inpatient']);
const placing: ReadonlySet<MovementKind> = new Set([...begins, 'to-outpatient', 'transfer', 'swap', 'discharge']);

/** Whether a cancel that names a movement takes this one back, too, which says the same. */
function meansAlso(cancel: Cancel, { recordedAt, senderId }: Movement): boolean {
  const numbers = cancel.senderId !== null && !cancel.numbersItself && senderId !== null;
  return recordedAt <= cancel.recordedAt && (!numbers || cancel.senderId === senderId);
}

/** Whether the sender of the cancel said again after it (and by `until`) that the movement happened: then it did. */
function saidAgain(movement: Movement, cancel: Cancel, until?: string): boolean {
  if (movement.recordedAt > cancel.saidLastAt) return false;
  return movement.stated.some(
    (s) =>
      s.source === cancel.source && s.recordedAt > cancel.saidLastAt && (until === undefined || s.recordedAt <= until),
  );
}

/** A23, A29: nothing of what was recorded until then happened; what is recorded later stands. Returns the cancels it took along. */
function deleteAll(
  ordered: readonly Cancel[],
  movements: readonly Movement[],
  cancelled: Map<string, Cancel>,
): Set<string> {
  const voided = new Set<string>();
  for (const deletion of ordered.filter((c) => c.kind === 'delete')) {
    for (const m of movements) {
      if (m.recordedAt <= deletion.recordedAt && !cancelled.has(m.id)) cancelled.set(m.id, deletion);
    }
    for (const c of ordered) if (c.kind !== 'delete' && c.recordedAt <= deletion.recordedAt) voided.add(c.id);
  }
  return voided;
}

/** Kinds that an A11 of something else leaves alone. */
function outlasts(kind: MovementKind): boolean {
  return isBeginning(kind) || kind === 'preadmit' || kind === 'pending-admit';
}

/** Kinds that begin a visit, or begin it again. */
export function isBeginning(kind: MovementKind): boolean {
  return kind === 'admit' || kind === 'register';
}

/** Updates that change what they say, without those that a deletion or a cancelled admission took along. */
export function standing(
  updates: readonly Update[],
  movements: readonly Movement[],
  cancels: readonly Cancel[],
  { cancelled }: ResolvedCancels,
): Update[] {
  const changing = updates.filter((u) => u.changes.length > 0);
  if (changing.length === 0) return [];
  const deletions = cancels.filter((c) => c.kind === 'delete');
  const spans = [...cancelled].flatMap(([id, cancel]) => {
    const movement = movements.find((m) => m.id === id)!;
    if (cancel.kind === 'delete' || !isBeginning(movement.kind)) return [];
    return [spanAfter(movement, cancel, movements, cancelled)];
  });
  return changing.filter(
    (u) => !deletions.some((d) => u.recordedAt <= d.recordedAt) && !spans.some((follows) => follows(u)),
  );
}

function byExactName(
  cancel: Cancel,
  movements: readonly Movement[],
  cancelled: ReadonlyMap<string, Cancel>,
  merged: MergedVisits,
): Movement | undefined {
  if (cancel.senderId !== null) {
    const called = movements.filter((m) => m.senderId === cancel.senderId).sort(compareMovements);
    const own = called.filter((m) => m.visit === cancel.visit);
    const named = numbered(cancel, own.length > 0 ? own : called);
    if (named !== undefined) return named;
  }
  if (!cancel.atNames) return undefined;
  const same = movements.filter((m) => m.at === cancel.at && mayName(cancel, m) && speaksOf(merged, cancel, m));
  if (same.length <= 1) return same[0];
  const score = (m: Movement): number =>
    (cancelled.has(m.id) ? 0 : 4) +
    (cancel.kind !== 'cancel-transfer' && cancel.place !== null && samePlace(m.place, cancel.place) ? 2 : 0) +
    (m.recordedAt < cancel.recordedAt ? 1 : 0);
  return [...same].sort((a, b) => score(b) - score(a) || compareMovements(b, a))[0];
}

/** Of the movements of a cancel's number. They are several where a sender gave it again: those it may cancel, the time it says, the last. */
function numbered(cancel: Cancel, called: readonly Movement[]): Movement | undefined {
  if (called.length <= 1) return called[0];
  const mayBe = called.filter((m) => cancel.names === null || cancel.names.includes(m.kind));
  const among = mayBe.length > 0 ? mayBe : called;
  return among.find((m) => m.at === cancel.at) ?? among.findLast((m) => m.recordedAt <= cancel.recordedAt) ?? among[0];
}

function byRecency(
  cancel: Cancel,
  movements: readonly Movement[],
  cancelled: ReadonlyMap<string, Cancel>,
  originOf: OriginOf,
  isNamedBy: (source: string, movement: Movement) => boolean,
): Movement | undefined {
  const before = movements.filter((m) => mayName(cancel, m) && m.recordedAt <= cancel.recordedAt);
  if (cancel.kind === 'cancel-transfer' && cancel.place !== null) {
    const gone = new Set(cancelled.keys());
    const leftThere = before.filter((m) => {
      gone.delete(m.id);
      const origin = originOf(m, gone) ?? m.prior;
      if (cancelled.has(m.id)) gone.add(m.id);
      return (origin !== null && agree(origin, cancel.place)) || samePlace(m.prior, cancel.place);
    });
    const latest = latestBefore(cancel, leftThere);
    if (latest !== undefined) return latest;
  }
  const stood = (m: Movement): boolean => {
    const by = cancelled.get(m.id);
    if (by === undefined || by.recordedAt > cancel.recordedAt || saidAgain(m, by, cancel.recordedAt)) return true;
    return by.source !== cancel.source && stated(m, cancel) && !isNamedBy(cancel.source, m);
  };
  const left = before.filter(stood);
  const latest = latestBefore(cancel, left);
  if (latest === undefined || cancel.place === null || cancel.kind === 'cancel-transfer') return latest;
  const alike = (m: Movement): boolean => m.at === latest.at && m.recordedAt === latest.recordedAt;
  return left.find((m) => alike(m) && samePlace(m.place, cancel.place)) ?? latest;
}

/** Whether the sender of a cancel stated the movement before it. */
function stated(movement: Movement, { source, recordedAt }: Cancel): boolean {
  return movement.stated.some((s) => s.source === source && s.recordedAt <= recordedAt);
}

/** The latest by event time; one recorded before the cancel rather than one recorded at the same time. */
function latestBefore(cancel: Cancel, candidates: readonly Movement[]): Movement | undefined {
  const strictly = candidates.filter((m) => m.recordedAt < cancel.recordedAt);
  return [...(strictly.length > 0 ? strictly : candidates)].sort((a, b) => compareMovements(b, a))[0];
}

/** A sender that numbers its movements means the number: another number is another movement, but where it numbers the cancel itself. */
function mayName(cancel: Cancel, movement: Movement): boolean {
  if (cancel.names === null || !cancel.names.includes(movement.kind)) return false;
  if (cancel.numbersItself) return true;
  return cancel.senderId === null || movement.senderId === null || cancel.senderId === movement.senderId;
}

/**
 * What a cancelled admission takes along (rule 9): all that followed it until the visit began anew, as far as it was recorded
 * when the cancel was. Plans to admit stay: the visit falls back to them.
 */
function spanAfter(
  beginning: Movement,
  cancel: Cancel,
  movements: readonly Movement[],
  cancelled: ReadonlyMap<string, Cancel>,
): (statement: Movement | Cancel | Update) => boolean {
  const anew = movements
    .filter((m) => isBeginning(m.kind) && !cancelled.has(m.id) && compareMovements(m, beginning) > 0)
    .sort(compareMovements)[0];
  const after = (s: Movement | Cancel | Update, m: Movement): boolean =>
    'prior' in s ? compareMovements(s, m) > 0 : s.at >= m.at;
  return (statement) =>
    statement.recordedAt <= cancel.recordedAt &&
    after(statement, beginning) &&
    (anew === undefined || !after(statement, anew));
}
