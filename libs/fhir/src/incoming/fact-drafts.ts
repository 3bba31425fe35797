import type { FactKind, SentPlace } from '@wardstream/events';
import { isAdmitted } from '../codes/patient-class.js';
import { compare } from './instants.js';
import { agree, refines } from './places.js';
import type { EncounterReading } from './encounter-reading.js';
import type { Moment, Timeline, TimelineStay } from './timeline.js';

/** What a statement is about. Of the first five an encounter has one each. */
export type Slot =
  'plan' | 'begin' | 'next' | 'expected-end' | 'end' | 'move' | 'class' | 'depart' | 'arrive' | 'leave' | 'return';

/** One thing that an encounter's course says happened: what will be one movement. */
export interface FactDraft {
  readonly slot: Slot;
  readonly kind: FactKind;
  readonly at: Moment;
  readonly class: string | null;
  readonly place: SentPlace | null;
  readonly prior: SentPlace | null;
  /** Where to, of what is only planned. */
  readonly target: SentPlace | null;
  readonly expectedAt: string | null;
  /** Whether the patient is in no place from then on. */
  readonly nowhere?: true;
}

/** What an encounter that is only planned says. Its period is when it is to be; it was announced when it was recorded. */
export function draftPlan(reading: EncounterReading, recorded: string): FactDraft[] {
  const plan = reading.plans[0] ?? null;
  return [
    {
      ...nothing,
      slot: 'plan',
      kind: planKind(reading.class),
      at: { at: recorded, said: false },
      class: reading.class,
      target: plan?.place ?? null,
      expectedAt: reading.start ?? plan?.expectedAt ?? null,
    },
  ];
}

/** A14 for whom a bed will be wanted, A05 for others. */
export function planKind(patientClass: string | null): 'pending-admit' | 'preadmit' {
  return isAdmitted(patientClass) ? 'pending-admit' : 'preadmit';
}

/** What an encounter that began says, in the order of its course. */
export function draftTimeline(timeline: Timeline, origin: SentPlace | null, recorded: string): FactDraft[] {
  const { began, stays, ended } = timeline;
  // A class that changes after the end would admit the patient again.
  const over = ended !== null && ended.at >= began.at ? ended.at : null;
  const classes = timeline.classes.filter((c, i) => i === 0 || over === null || c.from.at <= over);
  const classAt = (at: string): string | null => classes.filter((c, i) => i === 0 || c.from.at <= at).at(-1)!.class;
  const placeAt = (at: string): SentPlace | null => stays.filter((s) => s.from.at <= at).at(-1)?.place ?? null;
  // Of one who has left the bed a new class says nothing of where they are.
  const stillIn = (at: string): SentPlace | null => {
    const last = stays.findLast((s) => s.from.at <= at);
    return last === undefined || (last.to !== null && last.to <= at) ? null : last.place;
  };
  const here = stays.at(-1)?.place ?? null;
  const last = classes.at(-1)!.class;

  const opening = stays.find((s) => s.from.at <= began.at);
  const statements: FactDraft[] = [
    {
      ...nothing,
      slot: 'begin',
      kind: isAdmitted(classes[0]!.class) ? 'admit' : 'register',
      at: began,
      class: classes[0]!.class,
      place: opening?.place ?? null,
      prior: origin,
    },
  ];
  const moves = movesOf(stays, opening).map((m): FactDraft => ({ ...m, class: classAt(m.at.at) }));
  const changes = classes.slice(1).map((change, i): FactDraft => {
    const kind = classChange(classes[i]!.class, change.class);
    const move = moves.findIndex((m) => m.at.at === change.from.at);
    // A class that changes with the place is one movement: A06 with the new place and the old one.
    const moved = move === -1 ? undefined : moves.splice(move, 1)[0];
    if (moved !== undefined) return { ...moved, kind, class: change.class };
    return { ...nothing, slot: 'class', kind, at: change.from, class: change.class, place: stillIn(change.from.at) };
  });
  statements.push(...moves, ...changes);
  for (const gap of gapsOf(timeline)) statements.push({ ...gap, class: classAt(gap.at.at) });
  for (const { from, to } of timeline.leaves) {
    const away = { ...nothing, class: classAt(from.at), place: placeAt(from.at) };
    statements.push({ ...away, slot: 'leave', kind: 'leave', at: from });
    if (to !== null) statements.push({ ...away, slot: 'return', kind: 'return', at: to });
  }
  const announced = { ...nothing, at: { at: recorded, said: false }, class: last, place: here };
  if (timeline.next !== null) {
    const { place: target, expectedAt } = timeline.next;
    statements.push({ ...announced, slot: 'next', kind: 'pending-transfer', target, expectedAt });
  }
  if (timeline.expectedEnd !== null) {
    statements.push({
      ...announced,
      slot: 'expected-end',
      kind: 'pending-discharge',
      expectedAt: timeline.expectedEnd,
    });
  }
  if (ended !== null) statements.push({ ...announced, slot: 'end', kind: 'discharge', at: ended });
  return statements.sort((a, b) => compare(a.at.at, b.at.at));
}

const nothing = { place: null, prior: null, target: null, expectedAt: null } as const;

/** A transfer wherever the place changes, or more is known of it. */
function movesOf(stays: readonly TimelineStay[], opening: TimelineStay | undefined): Omit<FactDraft, 'class'>[] {
  const moves: Omit<FactDraft, 'class'>[] = [];
  let here: SentPlace | null = null;
  for (const stay of stays) {
    const { place, from } = stay;
    const remains = here !== null && agree(here, place) && !refines(place, here);
    if (stay !== opening && !remains) {
      moves.push({ ...nothing, slot: 'move', kind: 'transfer', at: from, place, prior: here });
    }
    if (!remains) here = place;
    if (stay.left === true && stay.to !== null) {
      moves.push({
        ...nothing,
        slot: 'move',
        kind: 'transfer',
        at: { at: stay.to, said: true },
        prior: here,
        nowhere: true,
      });
      here = null;
    }
  }
  return moves;
}

/** A06 to an inpatient, or to any class that holds a bed from one that is only registered; A07 otherwise. */
function classChange(from: string | null, to: string | null): 'to-inpatient' | 'to-outpatient' {
  return to === 'I' || (isAdmitted(to) && !isAdmitted(from)) ? 'to-inpatient' : 'to-outpatient';
}

/** A time in no place: the patient is under way (A09 until A10, or until the next place). Not while on leave. */
function gapsOf({ stays, leaves, ended }: Timeline): Omit<FactDraft, 'class'>[] {
  return stays.flatMap(({ place, to, left }, i): Omit<FactDraft, 'class'>[] => {
    const next = stays[i + 1];
    if (to === null || left === true || (next === undefined ? ended !== null : next.from.at <= to)) return [];
    // The bed was left, but not the ward that was told beside it.
    if (stays.some((s, j) => j < i && s.to === null && agree(s.place, place))) return [];
    const away = leaves.some((l) => l.from.at <= to && (l.to === null || l.to.at > to));
    if (away) return [];
    const gone = { ...nothing, slot: 'depart', kind: 'depart', at: { at: to, said: true }, place } as const;
    if (next === undefined || !agree(place, next.place)) return [gone];
    return [gone, { ...nothing, slot: 'arrive', kind: 'arrive', at: next.from, place: next.place }];
  });
}
