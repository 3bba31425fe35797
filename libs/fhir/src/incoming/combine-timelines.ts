import type { SentPlace } from '@wardstream/events';
import { liesInBed } from '../codes/patient-class.js';
import { compare, greatest } from './instants.js';
import { placeText } from './places.js';
import type { Moment, Timeline, TimelineStay } from './timeline.js';

/** The Encounter that says where the patient is for a while, and what it says. */
interface Stretch {
  readonly from: Moment;
  /** Null while no Encounter is open. */
  readonly of: Timeline | null;
  readonly place: SentPlace | null;
  readonly class: string | null;
}

/**
 * The course of a visit that several Encounters tell of (docs/encounter-rules.md no. 29). At any time the patient is where an open
 * one says: one with a bed before one without, whose class lies in a bed before one whose does not, then the one that was there
 * last. What one says counts until it ends; the visit is over when none is open. `courses` may not be empty; their order is of
 * no matter.
 */
export function combineTimelines(timelines: readonly Timeline[]): Timeline {
  const [only] = timelines;
  if (timelines.length === 1) return only!;
  const stretches = stretchesOf(timelines);
  const last = lastOf(stretches) ?? timelines[0]!;
  const open = timelines.filter(({ ended }) => ended === null);
  const [current = last] = open.includes(last) ? [last] : open;
  return {
    began: stretches[0]!.from,
    stays: staysOf(stretches),
    classes: stretches.filter(startsAnotherClass).map((s) => ({ class: s.class, from: s.from })),
    leaves: leavesOf(stretches),
    ended: open.length > 0 ? null : latest(timelines.flatMap(({ ended }) => ended ?? [])),
    next: current.next ?? open.find(({ next }) => next !== null)?.next ?? null,
    expectedEnd: current.expectedEnd ?? greatest(open.map(({ expectedEnd }) => expectedEnd)),
  };
}

/** The course that says where the patient is, or was last; undefined where none lasted any time. */
export function latestTimeline(timelines: readonly Timeline[]): Timeline | undefined {
  return lastOf(stretchesOf(timelines));
}

function lastOf(stretches: readonly Stretch[]): Timeline | undefined {
  return stretches.findLast(({ of }) => of !== null)?.of ?? undefined;
}

function stretchesOf(timelines: readonly Timeline[]): Stretch[] {
  const moments = new Map<string, Moment>();
  for (const moment of timelines.flatMap(momentsOf)) {
    if (moments.get(moment.at)?.said !== true) moments.set(moment.at, moment);
  }
  const began = timelines.map((timeline) => timeline.began.at).sort(compare)[0] ?? '';
  const times = [...moments.values()].filter(({ at }) => at >= began).sort((a, b) => compare(a.at, b.at));
  return times.map((from) => {
    const of = decidingAt(timelines, from.at);
    return {
      from,
      of,
      place: of === null ? null : placeAt(of, from.at),
      class: of === null ? null : classAt(of, from.at),
    };
  });
}

function momentsOf({ began, stays, classes, ended }: Timeline): Moment[] {
  const said = (at: string | null): Moment[] => (at === null ? [] : [{ at, said: true }]);
  return [
    began,
    ...stays.flatMap(({ from, to }) => [from, ...said(to)]),
    ...classes.map(({ from }) => from),
    ...(ended === null ? [] : [ended]),
  ];
}

/** The open course that says where the patient is. */
function decidingAt(timelines: readonly Timeline[], at: string): Timeline | null {
  const open = timelines.filter(({ began, ended }) => began.at <= at && (ended === null || ended.at > at));
  return open.reduce<Timeline | null>(
    (best, one) => (best === null || decidesBefore(one, best, at) ? one : best),
    null,
  );
}

function decidesBefore(a: Timeline, b: Timeline, at: string): boolean {
  const [rankA, rankB] = [rankOf(a, at), rankOf(b, at)];
  if (rankA !== rankB) return rankA > rankB;
  const since = (timeline: Timeline): string => stayAt(timeline, at)?.from.at ?? timeline.began.at;
  const order = compare(since(a), since(b)) || compare(a.began.at, b.began.at) || compare(textAt(a, at), textAt(b, at));
  return order > 0;
}

function rankOf(timeline: Timeline, at: string): number {
  const place = placeAt(timeline, at);
  if (!liesInBed(classAt(timeline, at))) return 0;
  return place === null ? 1 : place.bed === null ? 2 : 3;
}

function textAt(timeline: Timeline, at: string): string {
  return placeText(placeAt(timeline, at));
}

/** Of the stays that had begun and were not over the last. */
function stayAt({ stays }: Timeline, at: string): TimelineStay | undefined {
  return stays.findLast(({ from, to }) => from.at <= at && (to === null || to > at));
}

function placeAt(timeline: Timeline, at: string): SentPlace | null {
  return stayAt(timeline, at)?.place ?? null;
}

function classAt({ classes }: Timeline, at: string): string | null {
  return (classes.findLast(({ from }) => from.at <= at) ?? classes[0])?.class ?? null;
}

function staysOf(stretches: readonly Stretch[]): TimelineStay[] {
  const stays: TimelineStay[] = [];
  let here: SentPlace | null = null;
  for (const [i, { from, place }] of stretches.entries()) {
    if (placeText(place) === placeText(here)) continue;
    const last = stays.at(-1);
    if (last !== undefined && here !== null) {
      stays[stays.length - 1] = { ...last, to: from.at, ...(place === null ? { left: true } : {}) };
    }
    if (place !== null) stays.push({ place, from, to: null, first: i === 0 });
    here = place;
  }
  // What ends with the visit has no end of its own.
  const { of } = stretches.at(-1)!;
  const last = stays.at(-1);
  if (of === null && last?.to === stretches.at(-1)!.from.at) {
    const { place, from, first } = last;
    stays[stays.length - 1] = { place, from, first, to: null };
  }
  return stays;
}

function startsAnotherClass(stretch: Stretch, i: number, stretches: readonly Stretch[]): boolean {
  if (i === 0) return true;
  const before = stretches.slice(0, i).findLast(({ of }) => of !== null);
  return stretch.of !== null && stretch.class !== before?.class;
}

/** A leave counts where its own Encounter says where the patient is. */
function leavesOf(stretches: readonly Stretch[]): Timeline['leaves'] {
  const leaves: { from: Moment; to: Moment | null }[] = [];
  for (const [i, { of, from }] of stretches.entries()) {
    if (of === null || (i > 0 && stretches[i - 1]!.of === of)) continue;
    const end = stretches.slice(i).find((s) => s.of !== of)?.from ?? null;
    for (const leave of of.leaves) {
      if (leave.from.at < from.at || (end !== null && leave.from.at >= end.at)) continue;
      const cut = end !== null && (leave.to === null || leave.to.at > end.at);
      leaves.push(cut ? { from: leave.from, to: end } : leave);
    }
  }
  return leaves;
}

function latest(moments: readonly Moment[]): Moment | null {
  return moments.reduce<Moment | null>((last, m) => (last === null || m.at > last.at ? m : last), null);
}
