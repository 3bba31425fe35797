import type { Place } from '@wardstream/events';
import { type ResolvedCancels, resolveCancels } from './cancels.js';
import { Conflicts, history, side } from './conflicts.js';
import { said } from './movement-effect.js';
import { compareRecorded } from './event-order.js';
import { endedBeforeMerge, endsOfParts, type MergedVisits } from './merges.js';
import { compare } from './movements.js';
import type { Cancel, Correction, Movement, VisitHistory, Update } from './visit-history.js';
import { agree, placeText } from './places.js';
import { agreesWith, saysPlace } from './stated-place.js';
import { readTimeline, type Timeline } from './visit-timeline.js';

/** The updates that change something, and what is set aside, both without what a merged visit said that was over before. */
export function changing(
  { movements, updates }: VisitHistory,
  { voided }: ResolvedCancels,
  aside: ReadonlyMap<string, Movement>,
  merged: MergedVisits,
): { updates: Update[]; aside: ReadonlySet<string> } {
  const ends = [...new Set(aside.values())];
  const over = (u: Update): boolean =>
    ends.some((end) => u.visit === end.visit && u.at <= end.at && u.recordedAt <= end.recordedAt);
  return {
    updates: updates.filter((u) => u.changes.some(statesPresence) && !voided.has(u.id) && !over(u)),
    aside: new Set([...aside.keys(), ...endsOfParts(movements, merged)]),
  };
}

function statesPresence(change: Update['changes'][number]): boolean {
  return change === 'place' || change === 'class';
}

/** Rules 4, 5 and 16: a cancel of nothing known waits for its fact; an A12 whose place the history contradicts is only heard. */
export function judgeCancel(
  cancel: Cancel,
  { named, leftFrom }: ResolvedCancels,
  { effects }: Timeline,
  conflicts: Conflicts,
): void {
  const movement = named.get(cancel.id);
  if (movement === undefined) {
    const lost = cancel.kind === 'cancel-transfer' && cancel.place !== null;
    const known = lost ? `no known transfer left ${placeText(cancel.place)}` : 'nothing known fits';
    conflicts.open('cancel-of-unknown', cancel.id, side(cancel, said(cancel)), history(known));
    return;
  }
  const origin = leftFrom.get(cancel.id) ?? null;
  const settled = effects.get(movement.id)?.from ?? null;
  if (cancel.kind === 'cancel-transfer' && !agree(cancel.place, origin) && !agree(cancel.place, settled)) {
    conflicts.open(
      'cancel-place-differs',
      cancel.id,
      side(cancel, said(cancel)),
      side(movement, `left ${placeText(origin)}`),
    );
  }
}

/** A visit that began in another house: people there must know that it goes on here. */
export function judgeArrival(happening: readonly Movement[], conflicts: Conflicts): void {
  const came = latest(happening.filter((m) => m.cameFrom !== null));
  if (came === undefined) return;
  const { house, place } = came.cameFrom!;
  const from = history(`the visit was in ${placeText({ ...place, bedId: null })} of ${house}`);
  conflicts.open('came-from-another-house', 'visit', from, side(came, said(came)));
}

/** Rule 32: a correction of nothing known waits for what it corrects. */
export function judgeCorrection(correction: Correction, conflicts: Conflicts): void {
  const says = side(correction, `correction of ${said(correction)}`);
  conflicts.open('update-of-unknown', correction.id, says, history('no movement of that number is known'));
}

export function lastDeletion(cancels: readonly Cancel[]): Cancel | undefined {
  return cancels
    .filter((c) => c.kind === 'delete')
    .sort(compareRecorded)
    .at(-1);
}

/** Whoever was in a bed when the visit was deleted may still be there, until something is recorded that tells. */
export function judgeDeletion(all: VisitHistory, merged: MergedVisits, conflicts: Conflicts): void {
  const deletion = deletionThatStands(all);
  if (deletion === undefined) return;
  const known = <T extends { readonly recordedAt: string }>(statements: readonly T[]): T[] =>
    statements.filter((s) => s.recordedAt <= deletion.recordedAt);
  const movements = known(all.movements);
  const cancels = known(all.cancels).filter((c) => c.kind !== 'delete');
  const before: VisitHistory = { movements, cancels, updates: known(all.updates), waiting: [] };
  const resolved = resolveCancels(before, merged);
  const aside = endedBeforeMerge(
    movements.filter((m) => !resolved.cancelled.has(m.id)),
    merged,
  );
  const { stays } = readTimeline({ ...before, ...changing(before, resolved, aside, merged), resolved }, null);
  const open = stays.list().find((s) => s.to === null && s.holdsBed);
  if (open === undefined) return;
  const was = history(`in ${placeText(open.place)}`);
  conflicts.open('deleted-while-in-bed', 'visit', was, side(deletion, 'deleted'));
}

/** The first deletion of the last ones between which nothing was said; none where a movement was stated since. */
function deletionThatStands({ movements, cancels }: VisitHistory): Cancel | undefined {
  const last = (times: readonly string[]): string => times.reduce((latest, at) => (at > latest ? at : latest), '');
  const stated = last(movements.flatMap((m) => [m.recordedAt, ...m.stated.map((s) => s.recordedAt)]));
  const deletions = cancels.filter((c) => c.kind === 'delete').sort(compareRecorded);
  const latest = deletions.at(-1);
  if (latest === undefined || latest.recordedAt < stated) return undefined;
  const others = cancels.filter((c) => c.kind !== 'delete' && c.recordedAt < latest.recordedAt);
  const since = last([stated, ...others.map((c) => c.lastRecordedAt)]);
  return deletions.find((d) => d.recordedAt >= since) ?? latest;
}

/** Rule 11: an A08 moves nobody, unless its sender's profile lets it; what it says otherwise is a conflict until a later fact settles it. */
export function judgeUpdate(
  { updates }: VisitHistory,
  happened: readonly Movement[],
  timeline: Timeline,
  conflicts: Conflicts,
): void {
  if (timeline.phase !== 'in' && timeline.phase !== 'on-leave') return;
  // A leave names the bed that is kept, and moves nobody.
  const leaves = happened.filter((m) => m.kind === 'leave');
  const placed = latest([...updates, ...leaves].filter(saysPlace));
  if (placed !== undefined && placed.at >= (timeline.placedAt ?? '') && !agreesWith(placed, timeline.here)) {
    const says = side(placed, `in ${placeText(placed.place)}${placed.deletes.has('bed') ? ', in no bed' : ''}`);
    conflicts.open('update-place-differs', 'visit', history(`in ${placeText(timeline.here)}`), says);
  }
  const classed = latest(updates.filter((u) => u.class !== null || u.deletes.has('class')));
  if (
    classed !== undefined &&
    classed.at >= (timeline.classAt ?? '') &&
    timeline.class !== null &&
    classed.class !== timeline.class
  ) {
    const says = side(classed, classed.class === null ? 'no class' : `class ${classed.class}`);
    conflicts.open('update-class-differs', 'visit', history(`class ${timeline.class}`), says);
  }
}

export function saysSpecialty({ specialty, deletes }: Pick<Update, 'specialty' | 'deletes'>): boolean {
  return specialty !== null || deletes.has('specialty');
}

const statesPatientInHouse: ReadonlySet<string> = new Set(['leave', 'return', 'depart', 'arrive']);

/** Rule 8: a leave alone puts nobody into a bed; but it tells of a patient in the house whose admission we missed. */
export function judgeUnknownVisit({ movements }: VisitHistory, conflicts: Conflicts): void {
  const sign = latest(movements.filter((m) => statesPatientInHouse.has(m.kind)));
  const other = movements.some((m) => !statesPatientInHouse.has(m.kind) && m.kind !== 'attending');
  if (sign === undefined || other) return;
  conflicts.open('admission-missing', 'visit', side(sign, said(sign)), history('no admission is known'));
}

interface Stated {
  readonly id: string;
  readonly source: string;
  readonly at: string;
  readonly recordedAt: string;
  readonly sentAt: string;
  readonly receivedAt: string;
  readonly place: Place | null;
}

/** The last by event time. */
export function latest<T extends Stated>(statements: readonly T[]): T | undefined {
  return [...statements].sort((a, b) => compare(b.at, a.at) || compareRecorded(b, a))[0];
}
