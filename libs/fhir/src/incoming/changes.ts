import type { FactKind } from '@wardstream/events';
import { agree, placeText } from './places.js';
import type { Slot, FactDraft } from './fact-drafts.js';

/** A statement that was made, under the id that its movement has for good. */
export interface Remembered extends FactDraft {
  readonly id: string;
  /** A plan that came true. It is remembered for the day when what fulfilled it is taken back. */
  readonly fulfilled?: true;
}

/** What is to be told because of a new version. */
export interface Change {
  readonly action: 'insert' | 'update' | 'cancel';
  readonly kind: FactKind;
  readonly statement: Remembered;
}

export interface Changes {
  readonly changes: readonly Change[];
  readonly statements: readonly Remembered[];
  /**
   * Grows with withdrawals: what is stated again after one is a new movement, since a cancelled one stays cancelled. And whenever an
   * id is taken by a movement that was corrected away from it.
   */
  readonly generation: number;
}

const singles: ReadonlySet<Slot> = new Set(['plan', 'begin', 'next', 'expected-end', 'end']);

/** How a movement is taken back. Those without a cancel of their own are cancelled by their movement id. */
const cancels: Partial<Record<FactKind, FactKind>> = {
  admit: 'cancel-admit',
  register: 'cancel-admit',
  preadmit: 'cancel-preadmit',
  'pending-admit': 'cancel-pending-admit',
  transfer: 'cancel-transfer',
  discharge: 'cancel-discharge',
  depart: 'cancel-depart',
  arrive: 'cancel-arrive',
  leave: 'cancel-leave',
  return: 'cancel-return',
  'pending-transfer': 'cancel-pending-transfer',
  'pending-discharge': 'cancel-pending-discharge',
};

/**
 * What changed between what was stated and what is stated now: the same movement with another time or place is corrected, what
 * is no longer stated is cancelled, unless it was a plan that came true. A first version states all of it. `planCalledOff`: the
 * plan to come is taken back, although the patient is there by another Encounter of the visit.
 */
export function changesFrom(
  before: readonly Remembered[],
  now: readonly FactDraft[],
  generation: number,
  planCalledOff = false,
): Changes {
  const pairs = match(
    before.filter((old) => old.fulfilled !== true),
    now,
  );
  const paired = new Set(pairs.values());
  const kept: Remembered[] = [];
  const withdrawn: Remembered[] = [];
  for (const old of before.filter((b) => !paired.has(b))) {
    if (!cameTrue(old, now) || (planCalledOff && old.slot === 'plan')) withdrawn.push(old);
    // The plan to admit can be wanted again as it was; other plans are spent.
    else kept.push(old.slot === 'plan' ? old : { ...old, fulfilled: true });
  }
  const used = new Set(before.map((old) => old.id));
  let next = withdrawn.length > 0 ? generation + 1 : generation;
  // A movement that was corrected keeps the id of what it was; what is stated there now is another one.
  while (now.some((statement) => !pairs.has(statement) && used.has(idOf(statement, next)))) next += 1;
  const changes: Change[] = [];
  const statements: Remembered[] = [];
  for (const statement of now) {
    const old = pairs.get(statement);
    if (old === undefined) {
      const made = { ...statement, id: idOf(statement, next) };
      statements.push(made);
      changes.push({ action: 'insert', kind: made.kind, statement: made });
    } else if (equal(old, statement)) statements.push(old);
    else {
      const corrected = { ...statement, id: old.id };
      statements.push(corrected);
      changes.push({ action: 'update', kind: corrected.kind, statement: corrected });
    }
  }
  const taken = withdrawn.map((old): Change => ({
    action: 'cancel',
    kind: cancels[old.kind] ?? old.kind,
    statement: old,
  }));
  return { changes: [...taken, ...changes], statements: [...kept, ...statements], generation: next };
}

/** Which statement of before each of now is. */
function match(before: readonly Remembered[], now: readonly FactDraft[]): Map<FactDraft, Remembered> {
  const pairs = new Map<FactDraft, Remembered>();
  const free = new Set(before);
  const pass = (fits: (old: Remembered, statement: FactDraft) => boolean): void => {
    for (const statement of now) {
      if (pairs.has(statement)) continue;
      const old = [...free].find((o) => o.slot === statement.slot && fits(o, statement));
      if (old === undefined) continue;
      pairs.set(statement, old);
      free.delete(old);
    }
  };
  pass((o, s) => singles.has(s.slot) || equal(o, s));
  pass((o, s) => samePlace(o, s) && o.class === s.class);
  pass((o, s) => o.at.at === s.at.at);
  return pairs;
}

/** Times that nobody said do not make a difference: they are when the statement was first recorded. */
function equal(a: FactDraft, b: FactDraft): boolean {
  return (
    a.kind === b.kind &&
    (a.at.at === b.at.at || !b.at.said) &&
    a.class === b.class &&
    samePlace(a, b) &&
    a.nowhere === b.nowhere &&
    placeText(a.prior) === placeText(b.prior) &&
    placeText(a.target) === placeText(b.target) &&
    a.expectedAt === b.expectedAt
  );
}

function samePlace(a: FactDraft, b: FactDraft): boolean {
  return placeText(a.place) === placeText(b.place);
}

function cameTrue(old: Remembered, now: readonly FactDraft[]): boolean {
  const ended = now.some(({ slot }) => slot === 'end');
  switch (old.slot) {
    case 'plan':
      return now.some(({ slot }) => slot === 'begin');
    case 'next':
      return (
        ended || now.some((s) => (s.slot === 'move' || s.slot === 'begin') && old.target !== null && arrived(s, old))
      );
    case 'expected-end':
      return ended;
    default:
      return false;
  }
}

function arrived(statement: FactDraft, plan: Remembered): boolean {
  return statement.place !== null && agree(statement.place, plan.target) && statement.at.at >= plan.at.at;
}

/** The same for the same statement of whichever version, so that a repeat without memory is the same movement. */
function idOf({ kind, at, place, target, class: patientClass, slot }: FactDraft, generation: number): string {
  const what = slot === 'class' ? (patientClass ?? '') : placeText(place ?? target);
  const again = generation === 0 ? '' : ` #${generation}`;
  return `${kind} ${at.at} ${what}`.trim() + again;
}
