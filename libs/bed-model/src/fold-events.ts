import type { BedFact, FactKind, Hold, Leave, StayInBed } from './bed-facts.js';
import type { BedFoldState, OpenHold } from './fold-state.js';

/** One step of the fold. Of a `timed` one nobody tells: it happens by itself when its time has come. */
export type FoldEvent = { readonly at: number; readonly rank: number; readonly timed?: true } & (
  | { readonly type: 'stay-end'; readonly stay: StayInBed }
  | { readonly type: 'hold-end'; readonly holdId: string }
  | { readonly type: 'expiry'; readonly factId: string }
  | { readonly type: 'fact'; readonly fact: BedFact }
  | { readonly type: 'hold-begin'; readonly hold: OpenHold }
  | { readonly type: 'stay-begin'; readonly stay: StayInBed }
  /** The patient of a stay goes on leave, or is back. */
  | { readonly type: 'leave' | 'return'; readonly stay: StayInBed }
  /** A stay of no length that left the bed dirty: nobody is in the bed, but somebody has been. */
  | { readonly type: 'left'; readonly stay: StayInBed }
);

/**
 * The order of what has one event time. Leaving comes before coming, so that a bed changes hands without a dispute; what is
 * reported of an empty bed comes between them; 'occupied' is believed after the patient it speaks of has come. A person decides
 * about what is known at that moment.
 */
const rank = {
  stayEnd: 0,
  timed: 1,
  holdEnd: 1,
  fact: 2,
  holdBegin: 3,
  stayBegin: 4,
  stayAgain: 5,
  leave: 6,
  statusOccupied: 7,
  decision: 8,
};

const decisions: readonly FactKind[] = ['occupant-chosen', 'found-empty', 'conflict-closed'];

const factOrder: readonly FactKind[] = [
  ...(['configured', 'opened', 'unblocked', 'surge-opened'] as const),
  ...(['cleaning-requested', 'cleaning-claimed', 'cleaning-started'] as const),
  ...(['cleaning-paused', 'cleaning-resumed', 'cleaning-completed'] as const),
  ...(['cleaning-cancelled', 'status-reported', 'blocked', 'closed', 'surge-closed'] as const),
  ...decisions,
];

/**
 * Puts everything that is known of a bed after `fold.at` in one order, which depends on the facts alone. Facts with one
 * event time follow the order of their recording.
 */
export function foldEvents(
  fold: BedFoldState,
  stays: readonly StayInBed[],
  facts: readonly BedFact[],
  holds: readonly Hold[],
): FoldEvent[] {
  const events = [
    ...stayEvents(stays),
    ...holds.flatMap(holdEvents),
    ...facts.flatMap(factEvents),
    ...barrierExpiries(fold),
  ].filter((e) => e.at > fold.at);
  return events.sort(compare);
}

function stayEvents(stays: readonly StayInBed[]): FoldEvent[] {
  return unbroken(stays).flatMap((stay): FoldEvent[] => {
    if (stay.to !== null && stay.to <= stay.from) {
      return stay.leavesDirty ? [{ at: stay.from, rank: rank.stayEnd, type: 'left', stay }] : [];
    }
    const begin: FoldEvent = { at: stay.from, rank: rank.stayBegin, type: 'stay-begin', stay };
    const again = stay.restated.map((movement): FoldEvent => {
      return { at: movement.from, rank: rank.stayAgain, type: 'stay-begin', stay: { ...stay, ...movement } };
    });
    const leaves = stay.leaves.flatMap((leave) => leaveEvents(stay, leave));
    const events = [begin, ...again, ...leaves];
    return stay.to === null ? events : [...events, { at: stay.to, rank: rank.stayEnd, type: 'stay-end', stay }];
  });
}

/** A leave within an unbroken stay. Who comes back as another leaves comes after. */
function leaveEvents(stay: UnbrokenStay, leave: Leave): FoldEvent[] {
  const left: FoldEvent = { at: leave.from, rank: rank.leave, type: 'leave', stay };
  const isBack = leave.to !== null && leave.to < (stay.to ?? Infinity);
  return isBack ? [left, { at: leave.to, rank: rank.stayBegin, type: 'return', stay }] : [left];
}

/**
 * The leaves of one stay as far as they lie in it; null as the end of one from which nobody is back by then. What is after it the
 * next stay tells: that goes on from a checkpoint, where this one is not given any more. A leave that is over when it begins was none.
 */
function leavesWithin({ from, to, leaves }: StayInBed): readonly Leave[] {
  const end = to ?? Infinity;
  return (leaves ?? [])
    .map((l) => ({ from: Math.max(l.from, from), to: l.to !== null && l.to <= end ? l.to : null }))
    .filter((l) => l.from < (l.to ?? end));
}

/** Stays that are one, and the movements within it that say once more that the patient is here. */
type UnbrokenStay = StayInBed & {
  readonly restated: readonly Pick<StayInBed, 'movementId' | 'from'>[];
  readonly leaves: readonly Leave[];
};

/** Joins an encounter's stays that touch or overlap: a change of class in the same bed is no departure. */
export function unbroken(stays: readonly StayInBed[]): UnbrokenStay[] {
  const sorted = [...stays].sort(
    (a, b) => text(a.encounterId, b.encounterId) || a.from - b.from || text(a.movementId, b.movementId),
  );
  const joined: UnbrokenStay[] = [];
  for (const stay of sorted) {
    const last = joined.at(-1);
    const touches = last?.encounterId === stay.encounterId && (last.to === null || last.to >= stay.from);
    if (!last || !touches) {
      joined.push({ ...stay, restated: [], leaves: leavesWithin(stay) });
      continue;
    }
    const endsLater = last.to !== null && (stay.to === null || stay.to >= last.to);
    const end = endsLater ? stay : last;
    const { to, endedBy, leavesDirty } = end;
    const lasts = stay.to === null || stay.to > stay.from;
    const restated = lasts ? [...last.restated, { movementId: stay.movementId, from: stay.from }] : last.restated;
    const leaves = [...last.leaves, ...leavesWithin(stay)];
    joined[joined.length - 1] = { ...last, to, endedBy, leavesDirty, restated, leaves };
  }
  return joined;
}

function holdEvents(hold: Hold): FoldEvent[] {
  const { id, encounterId, kind, bedRequestId, plan, expectedAt, since, until, override } = hold;
  const told = Math.min(hold.releasedAt ?? Infinity, hold.endedAt ?? Infinity);
  const end = Math.min(told, until ?? Infinity);
  if (end <= since) return [];
  const open: OpenHold = {
    id,
    encounterId,
    kind,
    bedRequestId,
    plan,
    expectedAt,
    since,
    until,
    ...(override ? { override } : {}),
  };
  const timed = hold.begins === 'by-time' ? ({ timed: true } as const) : {};
  const begin: FoldEvent = { at: since, rank: rank.holdBegin, type: 'hold-begin', hold: open, ...timed };
  if (until !== null && until <= told)
    return [begin, { at: until, rank: rank.timed, type: 'hold-end', holdId: id, timed: true }];
  return told < Infinity ? [begin, { at: told, rank: rank.holdEnd, type: 'hold-end', holdId: id }] : [begin];
}

function factEvents(fact: BedFact): FoldEvent[] {
  const event: FoldEvent = { at: fact.at, rank: rankOf(fact), type: 'fact', fact };
  if ((fact.kind !== 'blocked' && fact.kind !== 'closed') || fact.until === null) return [event];
  if (fact.until <= fact.at) return [];
  return [event, { at: fact.until, rank: rank.timed, type: 'expiry', factId: fact.id, timed: true }];
}

function rankOf(fact: BedFact): number {
  if (decisions.includes(fact.kind)) return rank.decision;
  return fact.kind === 'status-reported' && fact.code === 'O' ? rank.statusOccupied : rank.fact;
}

function barrierExpiries(fold: BedFoldState): FoldEvent[] {
  return [fold.block, fold.closure].flatMap((barrier): FoldEvent[] => {
    const until = barrier?.until ?? null;
    if (barrier === null || until === null) return [];
    return [{ at: until, rank: rank.timed, type: 'expiry', factId: barrier.fact.id, timed: true }];
  });
}

function compare(a: FoldEvent, b: FoldEvent): number {
  return a.at - b.at || a.rank - b.rank || compareFacts(a, b) || text(tie(a), tie(b));
}

function compareFacts(a: FoldEvent, b: FoldEvent): number {
  if (a.type !== 'fact' || b.type !== 'fact') return 0;
  const byKind = factOrder.indexOf(a.fact.kind) - factOrder.indexOf(b.fact.kind);
  return a.fact.recordedAt - b.fact.recordedAt || byKind || versionOf(a.fact) - versionOf(b.fact);
}

function versionOf(fact: BedFact): number {
  return fact.kind === 'configured' ? (fact.version ?? 0) : 0;
}

function tie(event: FoldEvent): string {
  switch (event.type) {
    case 'stay-begin':
    case 'stay-end':
    case 'left':
    case 'leave':
    case 'return':
      return `${event.stay.encounterId}/${event.stay.movementId}`;
    case 'hold-begin':
      return event.hold.id;
    case 'hold-end':
      return event.holdId;
    case 'expiry':
      return event.factId;
    case 'fact':
      return event.fact.id;
  }
}

function text(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
