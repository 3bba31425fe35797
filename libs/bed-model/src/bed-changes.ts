import type { Hold, Leave, StayInBed } from './bed-facts.js';
import type { Claim, Conflict, Job, Segment } from './fold-state.js';
import type { DerivedBed } from './derive-bed.js';

/** What a derivation changes in what is stored: everything that was not over before `from`. */
export interface BedChanges {
  readonly from: number;
  readonly segments: readonly Segment[];
  readonly claims: readonly Claim[];
  readonly conflicts: readonly Conflict[];
  readonly jobs: readonly Job[];
}

/**
 * The part of a derivation that replaces stored items which reach `from` or beyond. What was over before `from`, the
 * earliest event time that changed, is the same as before and stays as it is.
 */
export function changesFrom(derived: DerivedBed, from: number): BedChanges {
  const reaches = (item: { readonly to: number | null }) => item.to === null || item.to >= from;
  return {
    from,
    segments: derived.segments.filter(reaches),
    claims: derived.claims.filter(reaches),
    conflicts: lastOfEach(derived.conflicts.filter(reaches)),
    jobs: lastOfEach(derived.jobs.filter((j) => reaches({ to: j.completedAt ?? j.cancelledAt }))),
  };
}

/** A conflict may close and open again; it is one conflict, as it is last. */
function lastOfEach<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}

/** The earliest event time at which the two lists of stays in one bed tell something different; null if nowhere. */
export function staysDifferFrom(before: readonly StayInBed[], after: readonly StayInBed[]): number | null {
  const [old, is] = [byKey(before), byKey(after)];
  let from = Infinity;
  for (const [key, stay] of is) {
    const was = old.get(key);
    old.delete(key);
    const isOther = was === undefined || was.person !== stay.person || was.mother !== stay.mother;
    from = Math.min(from, isOther ? beginning(stay) : endsDifferFrom(was, stay));
  }
  for (const gone of old.values()) from = Math.min(from, beginning(gone));
  return from === Infinity ? null : from;
}

/** Two stays may begin alike: one of no length, where the patient was known to have been, and the one that follows. */
function byKey(stays: readonly StayInBed[]): Map<string, StayInBed> {
  const keyed = new Map<string, StayInBed>();
  for (const stay of [...stays].sort((a, b) => (a.to ?? Infinity) - (b.to ?? Infinity))) {
    const key = `${stay.encounterId}/${stay.movementId}/${stay.from}`;
    let nth = 0;
    while (keyed.has(`${key}/${nth}`)) nth += 1;
    keyed.set(`${key}/${nth}`, stay);
  }
  return keyed;
}

function beginning(stay: StayInBed): number {
  return Math.min(stay.from, stay.to ?? stay.from);
}

function endsDifferFrom(was: StayInBed, is: StayInBed): number {
  const same = was.to === is.to && was.leavesDirty === is.leavesDirty && was.endedBy === is.endedBy;
  const ends = same ? Infinity : Math.min(was.to ?? Infinity, is.to ?? Infinity, Number.MAX_SAFE_INTEGER);
  return Math.min(ends, leavesDifferFrom(was.leaves ?? [], is.leaves ?? []));
}

/** From the earliest leave that is told in one of them only; Infinity where they tell the same. */
function leavesDifferFrom(was: readonly Leave[], is: readonly Leave[]): number {
  const text = (l: Leave) => `${l.from}/${l.to}`;
  const [old, now] = [new Set(was.map(text)), new Set(is.map(text))];
  const differing = [...was.filter((l) => !now.has(text(l))), ...is.filter((l) => !old.has(text(l)))];
  return Math.min(Infinity, ...differing.map((l) => l.from));
}

/** When a hold is over as far as its own facts tell; a stay may fulfil it earlier. */
export function holdOver(hold: Pick<Hold, 'until' | 'releasedAt' | 'endedAt'>): number {
  return Math.min(hold.until ?? Infinity, hold.releasedAt ?? Infinity, hold.endedAt ?? Infinity);
}

/** What is remembered of a hold while it is open. */
function shownOf({ encounterId, kind, plan, expectedAt, since, until, begins }: Hold): string {
  return JSON.stringify([encounterId, kind, plan, expectedAt, since, until, begins]);
}

/** From when on a bed may differ because a hold of it changed. */
export function holdDiffersFrom(before: Hold | undefined, after: Hold): number | null {
  if (before === undefined) return after.since;
  if (shownOf(before) !== shownOf(after)) return Math.min(before.since, after.since);
  const [was, is] = [holdOver(before), holdOver(after)];
  return was === is ? null : Math.min(was, is);
}
