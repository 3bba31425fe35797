import type { SentPlace } from '@wardstream/events';
import { compare, greatest, least } from './instants.js';
import { agree, combined, refines } from './places.js';
import type { EncounterReading } from './encounter-reading.js';

/** An instant, and whether the sender said it; else it is when the statement was recorded. */
export interface Moment {
  readonly at: string;
  readonly said: boolean;
}

export interface TimelineStay {
  readonly place: SentPlace;
  readonly from: Moment;
  readonly to: string | null;
  /** It began with the encounter, and moves with its beginning. */
  readonly first: boolean;
  /** What was told there is over, so that the patient has left it, wherever they are; else they are under way from there. */
  readonly left?: true;
}

export interface TimelineClass {
  readonly class: string | null;
  readonly from: Moment;
}

/**
 * The course of an encounter as its sender tells it, version after version. Plain data, to be kept beside the version it was
 * made from.
 */
export interface Timeline {
  readonly began: Moment;
  readonly stays: readonly TimelineStay[];
  /** By beginning; no two neighbours are equal; the first one begins with the encounter. */
  readonly classes: readonly TimelineClass[];
  readonly leaves: readonly { readonly from: Moment; readonly to: Moment | null }[];
  readonly ended: Moment | null;
  /** Where the patient in the house is to go next. */
  readonly next: { readonly place: SentPlace; readonly expectedAt: string | null } | null;
  readonly expectedEnd: string | null;
}

/**
 * The course after this version. Many senders list only where the patient is now, so what was said before stands for the time
 * before the earliest thing that this version says; from then on this version counts. `recorded` is when it was recorded, and
 * stands in for times that nobody says.
 */
export function continueTimeline(before: Timeline | null, reading: EncounterReading, recorded: string): Timeline {
  const now: Moment = { at: recorded, said: false };
  const began = beganOf(before, reading, now);
  const stays = staysOf(before, reading, began, now);
  const ended = reading.phase === 'finished' ? endedOf(before?.ended ?? null, reading, now) : null;
  return {
    began,
    stays,
    classes: classesOf(before, reading, stays, began, now),
    leaves: leavesOf(before, reading, stays, began, now),
    ended,
    next: reading.phase === 'finished' ? null : nextOf(reading, stays),
    expectedEnd: reading.phase === 'finished' ? null : reading.expectedEnd,
  };
}

/** The period and the status history say when it began, unless a stay says that it was before. */
function beganOf(before: Timeline | null, { start, stays }: EncounterReading, now: Moment): Moment {
  const first = stays[0]?.from ?? null;
  if (start === null && before !== null && (first === null || before.began.at <= first)) return before.began;
  return momentOf(least([start, first])) ?? now;
}

function staysOf(before: Timeline | null, reading: EncounterReading, began: Moment, now: Moment): TimelineStay[] {
  const speaksFrom = reading.stays[0]?.from ?? null;
  const kept = (before?.stays ?? [])
    .map((s) => (s.first || s.from.at < began.at ? { ...s, from: began } : s))
    .filter(({ from, to }) => (to === null || to >= from.at) && (speaksFrom === null || from.at < speaksFrom));
  const told = reading.stays.map(({ place, from, to }): TimelineStay => ({
    place,
    from: { at: from, said: true },
    to,
    first: false,
  }));
  const stays: TimelineStay[] = [...kept, ...told];
  const { untimed } = reading;
  const last = stays.at(-1);
  if (untimed === null) return stays;
  if (last === undefined) {
    const moved = reading.event === 'transfer';
    return [{ place: untimed, from: moved ? later(now, began) : began, to: null, first: !moved }];
  }
  if (agree(last.place, untimed)) {
    stays[stays.length - 1] = { ...last, place: combined(last.place, untimed), to: null };
    return stays;
  }
  // The sender says no more than where the patient is: since the last stay ended, or since it was first told.
  const known = before?.stays.at(-1);
  const first = known !== undefined && agree(known.place, untimed) && known.from.at >= last.from.at ? known.from : now;
  const from = last.to !== null ? { at: last.to, said: true } : later(first, last.from);
  return [...stays, { place: untimed, from, to: null, first: false }];
}

function classesOf(
  before: Timeline | null,
  reading: EncounterReading,
  stays: readonly TimelineStay[],
  began: Moment,
  now: Moment,
): TimelineClass[] {
  const history = reading.classes.map((c): TimelineClass => ({ class: c.class, from: momentOf(c.from) ?? began }));
  const speaksFrom = history[0]?.from.at ?? null;
  const kept = (before?.classes ?? []).filter(({ from }) => speaksFrom === null || from.at < speaksFrom);
  const all = [...kept, ...history];
  const last = all.at(-1);
  if (last === undefined) return [{ class: reading.class, from: began }];
  if (last.class !== reading.class) {
    // Without a time of its own the class changed with the place, where that did.
    const newest = stays.at(-1);
    const moved = newest !== undefined && newest.from.at > last.from.at && !before?.stays.some((s) => same(s, newest));
    const known = before?.classes.at(-1);
    const first = known?.class === reading.class && known.from.at >= last.from.at ? known.from : null;
    all.push({ class: reading.class, from: first ?? (moved ? newest.from : later(now, last.from)) });
  }
  return settled(all, began);
}

/** From the beginning on; without classes that lasted no time, and without changes that are none. */
function settled(classes: readonly TimelineClass[], began: Moment): TimelineClass[] {
  const clipped = classes.map((c, i) => (i === 0 || c.from.at < began.at ? { ...c, from: began } : c));
  const lasting = clipped.filter((c, i) => c.from.at !== clipped[i + 1]?.from.at);
  return lasting.filter((c, i) => i === 0 || c.class !== lasting[i - 1]!.class);
}

function leavesOf(
  before: Timeline | null,
  reading: EncounterReading,
  stays: readonly TimelineStay[],
  began: Moment,
  now: Moment,
): Timeline['leaves'] {
  const kept = (before?.leaves ?? []).filter(
    ({ from }) => reading.statusesFrom === null || from.at < reading.statusesFrom,
  );
  const told = reading.leaves.map(({ from, to }) => ({ from: { at: from, said: true }, to: momentOf(to) }));
  const leaves = [...kept, ...told];
  const last = leaves.at(-1);
  const known = before?.leaves.at(-1);
  if (reading.phase === 'on-leave' && (last === undefined || last.to !== null)) {
    const away = reading.heldFrom ?? stays.at(-1)?.to ?? reading.statusesTo;
    const after = last?.to ?? began;
    if (away !== null && away >= after.at) return [...leaves, { from: { at: away, said: true }, to: null }];
    const first = known?.to === null && known.from.at >= after.at ? known.from : later(now, after);
    return [...leaves, { from: first, to: null }];
  }
  if (reading.phase === 'present' && last !== undefined && last.to === null) {
    const first = known?.from.at === last.from.at ? known.to : null;
    const back = stays.find(({ from }) => from.at > last.from.at)?.from ?? first ?? later(now, last.from);
    return [...leaves.slice(0, -1), { ...last, to: back }];
  }
  return leaves;
}

/** The first plan that is still one: neither where the patient is, nor where they went when it said. */
function nextOf({ plans }: EncounterReading, stays: readonly TimelineStay[]): Timeline['next'] {
  const last = stays.at(-1);
  const open = ({ place, expectedAt }: EncounterReading['plans'][number]): boolean => {
    if (last === undefined) return true;
    if (agree(last.place, place) && !refines(place, last.place)) return false;
    const due = expectedAt !== null && expectedAt <= last.from.at;
    return !(due && stays.some((s) => agree(s.place, place)));
  };
  return plans.find(open) ?? null;
}

/** Of a day without a time that time of it stays which was understood when it was first said. */
function endedOf(before: Moment | null, reading: EncounterReading, now: Moment): Moment {
  const { end, endsWithin } = reading;
  if (end === null) return momentOf(lastEnd(reading)) ?? before ?? now;
  const understood =
    before !== null && endsWithin !== null && before.at >= endsWithin.from && before.at < endsWithin.to;
  return understood ? before : { at: end, said: true };
}

function lastEnd({ stays, untimed, statusesTo }: EncounterReading): string | null {
  if (untimed !== null) return statusesTo;
  return stays.length > 0 && stays.every(({ to }) => to !== null) ? greatest(stays.map(({ to }) => to)) : statusesTo;
}

function same(a: TimelineStay, b: TimelineStay): boolean {
  return a.from.at === b.from.at && agree(a.place, b.place) && !refines(b.place, a.place);
}

function momentOf(at: string | null): Moment | null {
  return at === null ? null : { at, said: true };
}

/** `moment`, but not before `after`: what was recorded cannot have happened before what it follows. */
function later(moment: Moment, after: Moment): Moment {
  return compare(moment.at, after.at) < 0 ? { at: after.at, said: false } : moment;
}
