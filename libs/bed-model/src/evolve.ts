import type { BedFact, BedSetup, StatusCode, StayInBed } from './bed-facts.js';
import { awayFrom, type BedFoldState, type Contradiction, type Job } from './fold-state.js';
import type { FoldEvent } from './fold-events.js';
import { chooseOccupant, findEmpty, settle } from './fold-decisions.js';
import { closeJob, contaminate, openJob } from './housekeeping.js';

/** What ended while folding and so is no longer in the fold. */
export interface Ended {
  readonly jobs: Job[];
  /** When each hold that ended did so. */
  readonly holds: Map<string, number>;
}

/** Applies one event to the fold. */
export function evolve(fold: BedFoldState, event: FoldEvent, setup: BedSetup, ended: Ended): void {
  fold.heard ||= concernsUse(event);
  switch (event.type) {
    case 'stay-begin':
      return begin(fold, event.stay, ended);
    case 'stay-end':
      return end(fold, event.stay, event.at, setup);
    case 'leave':
      return goOnLeave(fold, event.stay.encounterId);
    case 'return':
      return comeBack(fold, event.stay.encounterId, event.at, ended);
    case 'left':
      return fold.occupants.length > 0 ? undefined : left(fold, event.stay, event.at, setup);
    case 'hold-begin':
      if (fold.occupants.some((o) => o.encounterId === event.hold.encounterId)) {
        ended.holds.set(event.hold.id, event.at);
      } else if (fold.unlisted !== null) ended.holds.set(event.hold.id, event.at);
      else fold.holds.push(event.hold);
      return;
    case 'hold-end':
      return endHolds(fold, (id) => id === event.holdId, event.at, ended);
    case 'expiry':
      if (fold.block?.fact.id === event.factId) fold.block = null;
      if (fold.closure?.fact.id === event.factId) fold.closure = null;
      return;
    case 'fact':
      return applyFact(fold, event.fact, setup, ended);
  }
}

/** Facts about a bed's place in the house; of who is in it they tell nothing. */
const setting: ReadonlySet<BedFact['kind']> = new Set([
  'configured',
  'opened',
  'closed',
  'surge-opened',
  'surge-closed',
]);

function concernsUse(event: FoldEvent): boolean {
  if (event.type === 'fact') return !setting.has(event.fact.kind);
  return event.type === 'stay-begin' || event.type === 'stay-end' || event.type === 'left';
}

function begin(fold: BedFoldState, stay: StayInBed, ended: Ended): void {
  const { encounterId, movementId, from } = stay;
  const there = fold.occupants.findIndex((o) => o.encounterId === encounterId);
  if (there >= 0) {
    fold.occupants[there] = { ...fold.occupants[there]!, restatedBy: movementId };
    return;
  }
  // Another movement of somebody who is on leave brings nobody back.
  const away = fold.onLeave.findIndex((o) => o.encounterId === encounterId);
  if (away >= 0) {
    fold.onLeave[away] = { ...fold.onLeave[away]!, restatedBy: movementId };
    return;
  }
  // A later movement outweighs a person who said that they are not here.
  fold.setAside = fold.setAside.filter((s) => s.occupant.encounterId !== encounterId);
  fold.occupants.push({ encounterId, movementId, since: from, ...familyOf(stay) });
  const fulfilled = new Set(fold.holds.filter((h) => h.encounterId === encounterId).map((h) => h.id));
  endHolds(fold, (id) => fulfilled.has(id), from, ended);
  comeIn(fold, from, ended);
}

/** What was said of the empty bed is over. */
function comeIn(fold: BedFoldState, at: number, ended: Ended): void {
  fold.reported = null;
  fold.foundEmpty = null;
  fold.lastLeft = null;
  fold.earlyStart = null;
  closeJob(fold, at, { cancelled: 'a patient came to the bed' }, ended.jobs);
}

function familyOf({ person, mother }: StayInBed): Pick<StayInBed, 'person' | 'mother'> {
  return { ...(person === undefined ? {} : { person }), ...(mother === undefined ? {} : { mother }) };
}

function end(fold: BedFoldState, stay: StayInBed, at: number, setup: BedSetup): void {
  fold.setAside = fold.setAside.filter((s) => s.occupant.encounterId !== stay.encounterId);
  const there = fold.occupants.findIndex((o) => o.encounterId === stay.encounterId);
  if (there < 0) return endLeave(fold, stay, at, setup);
  const [occupant] = fold.occupants.splice(there, 1);
  fold.contradictions = fold.contradictions.filter((c) => !c.against.includes(stay.encounterId));
  // Of a stay of several movements the first may lie before the checkpoint: the occupant knows it.
  if (fold.occupants.length === 0) left(fold, { ...stay, movementId: occupant!.movementId }, at, setup);
}

/** The bed is kept for them. What was said against their being in it is moot. */
function goOnLeave(fold: BedFoldState, encounterId: string): void {
  const there = fold.occupants.findIndex((o) => o.encounterId === encounterId);
  if (there < 0) return;
  fold.onLeave.push(...fold.occupants.splice(there, 1));
  fold.contradictions = fold.contradictions.filter((c) => !c.against.includes(encounterId));
}

/** Where a guest has the bed meanwhile, both are in it by their facts: a dispute. */
function comeBack(fold: BedFoldState, encounterId: string, at: number, ended: Ended): void {
  const away = fold.onLeave.findIndex((o) => o.encounterId === encounterId);
  if (away < 0) return;
  fold.occupants.push(...fold.onLeave.splice(away, 1));
  comeIn(fold, at, ended);
}

/**
 * The visit of somebody on leave ended, or they have another bed: of a bed that a guest has, or left, nothing else changes, nor of one that
 * somebody else was in after them.
 */
function endLeave(fold: BedFoldState, stay: StayInBed, at: number, setup: BedSetup): void {
  const away = fold.onLeave.findIndex((o) => o.encounterId === stay.encounterId);
  if (away < 0) return;
  const wasLast = awayFrom(fold).length > 0 && away === fold.onLeave.length - 1;
  const [occupant] = fold.onLeave.splice(away, 1);
  if (wasLast) left(fold, { ...stay, movementId: occupant!.movementId }, at, setup);
}

/** The bed is empty now. */
function left(fold: BedFoldState, stay: StayInBed, at: number, setup: BedSetup): void {
  fold.contradictions = [];
  fold.reported = null;
  fold.lastLeft = { encounterId: stay.encounterId, at, discharged: stay.endedBy === 'discharge' };
  const early = fold.earlyStart;
  fold.earlyStart = null;
  if (!stay.leavesDirty) return;
  if (fold.job === null) openJob(fold, setup, ['left', stay.encounterId, stay.movementId], at, {});
  if (early !== null) start(fold, early.at, early.claimedBy);
}

function endHolds(fold: BedFoldState, which: (id: string) => boolean, at: number, ended: Ended): void {
  for (const hold of fold.holds) if (which(hold.id)) ended.holds.set(hold.id, at);
  fold.holds = fold.holds.filter((hold) => !which(hold.id));
}

function applyFact(fold: BedFoldState, fact: BedFact, setup: BedSetup, ended: Ended): void {
  switch (fact.kind) {
    case 'configured':
      if (fact.staffed !== fold.configured.staffed) fold.staffed = fact.staffed;
      if (fact.surge !== fold.configured.surge) fold.surgeOpen = false;
      fold.configured = { staffed: fact.staffed, surge: fact.surge };
      fold.shutBy = fact.id;
      return list(fold, fact, setup, ended);
    case 'blocked':
      fold.block = { fact: source(fact), reason: fact.reason, note: fact.note, until: fact.until };
      return;
    case 'unblocked':
      fold.block = null;
      if (fold.reported?.code === 'I') fold.reported = null;
      return;
    case 'closed':
      fold.closure = { fact: source(fact), reason: fact.reason, note: null, until: fact.until };
      return;
    case 'opened':
      fold.closure = null;
      fold.staffed = true;
      if (fold.reported?.code === 'C') fold.reported = null;
      return;
    case 'surge-opened':
      fold.surgeOpen = true;
      return;
    case 'surge-closed':
      fold.surgeOpen = false;
      fold.shutBy = fact.id;
      return;
    case 'occupant-chosen':
      return chooseOccupant(fold, fact);
    case 'found-empty':
      return findEmpty(fold, fact, setup);
    case 'conflict-closed':
      return settle(fold, fact);
    case 'status-reported':
      return fold.occupants.length > 0
        ? statusAgainstPatient(fold, fact, fact.code)
        : statusOfEmptyBed(fold, fact, fact.code, setup, ended);
    default:
      return fold.occupants.length > 0
        ? cleaningAgainstPatient(fold, fact)
        : cleaningOfEmptyBed(fold, fact, setup, ended);
  }
}

/** The bed is in the configuration, or is not any more: then nobody waits for it, and it is made ready when it comes back. */
function list(
  fold: BedFoldState,
  { id, at, listed = true }: Extract<BedFact, { readonly kind: 'configured' }>,
  setup: BedSetup,
  ended: Ended,
): void {
  if (listed === (fold.unlisted === null)) return;
  if (listed) {
    fold.unlisted = null;
    if (fold.housekeeping !== 'clean' && fold.job === null) openJob(fold, setup, ['listed', id], at, {});
    return;
  }
  fold.unlisted = { factId: id, at };
  endHolds(fold, () => true, at, ended);
  if (fold.job === null) return;
  closeJob(fold, at, { cancelled: 'the bed is not listed any more' }, ended.jobs);
  fold.housekeeping = 'dirty';
}

const codeSays: Record<StatusCode, string> = {
  C: 'Bed is closed',
  H: 'Bed is in housekeeping',
  I: 'Bed is isolated',
  K: 'Bed is contaminated',
  O: 'Bed is occupied',
  U: 'Bed is unoccupied',
};

function statusAgainstPatient(fold: BedFoldState, fact: BedFact, code: StatusCode): void {
  const kind = 'status-contradicts-occupancy';
  if (code === 'O') fold.contradictions = fold.contradictions.filter((c) => c.kind !== kind);
  else if (code === 'K') fold.contaminated = true;
  else if (code !== 'I') contradict(fold, { kind, fact: source(fact), says: codeSays[code] });
}

function statusOfEmptyBed(fold: BedFoldState, fact: BedFact, code: StatusCode, setup: BedSetup, ended: Ended): void {
  // Said again it is no other fact: a sender may repeat its status every minute.
  if (code === 'O' && fold.reported?.code === 'O') return;
  // Of a bed that is kept for somebody on leave it says nothing new.
  if (code === 'O' && awayFrom(fold).length > 0) return;
  fold.reported = null;
  fold.foundEmpty = null;
  switch (code) {
    case 'O':
      return seenOccupied(fold, fact, 'status', ended);
    case 'C':
    case 'I':
      fold.reported = { code, fact: source(fact), seenBy: 'status' };
      return;
    case 'U':
      fold.lastLeft = null;
      return closeJob(fold, fact.at, 'completed', ended.jobs);
    case 'K':
      contaminate(fold);
      if (fold.job === null) openJob(fold, setup, ['fact', fact.id], fact.at, {});
      return;
    case 'H':
      if (fold.job === null) openJob(fold, setup, ['fact', fact.id], fact.at, {});
  }
}

function seenOccupied(fold: BedFoldState, fact: BedFact, seenBy: 'status' | 'cleaning', ended: Ended): void {
  fold.reported = { code: 'O', fact: source(fact), seenBy };
  closeJob(fold, fact.at, { cancelled: 'somebody is in the bed' }, ended.jobs);
}

function cleaningAgainstPatient(fold: BedFoldState, fact: BedFact): void {
  if (fact.kind === 'cleaning-started') {
    fold.earlyStart = { at: fact.at, claimedBy: fact.claimedBy };
    const says = 'Cleaning of the empty bed started';
    contradict(fold, { kind: 'cleaning-contradicts-occupancy', fact: source(fact), says });
  } else if (fact.kind === 'cleaning-completed') fold.earlyStart = null;
  else if (fact.kind === 'cleaning-cancelled') {
    fold.earlyStart = null;
    fold.contradictions = fold.contradictions.filter((c) => c.kind !== 'cleaning-contradicts-occupancy');
  }
}

function cleaningOfEmptyBed(fold: BedFoldState, fact: BedFact, setup: BedSetup, ended: Ended): void {
  fold.foundEmpty = null;
  switch (fact.kind) {
    case 'cleaning-requested':
      if (fold.job === null) return openJob(fold, setup, ['fact', fact.id], fact.at, fact);
      fold.job = { ...fold.job, kind: fact.jobKind, priority: fact.priority };
      return;
    case 'cleaning-claimed':
      if (fold.job !== null && fold.job.startedAt === null)
        fold.job = { ...fold.job, claimedAt: fact.at, claimedBy: fact.claimedBy };
      return;
    case 'cleaning-started':
      if (fold.reported?.code === 'O') fold.reported = null;
      if (fold.job === null) openJob(fold, setup, ['fact', fact.id], fact.at, {});
      return start(fold, fact.at, fact.claimedBy);
    case 'cleaning-paused':
      if (fold.job !== null && fold.job.startedAt !== null && fold.job.pausedAt === undefined)
        fold.job = { ...fold.job, pausedAt: fact.at, pauseReason: fact.reason };
      return;
    case 'cleaning-resumed':
      if (fold.job?.pausedAt !== undefined)
        fold.job = { ...withoutPause(fold.job), claimedBy: fact.claimedBy ?? fold.job.claimedBy };
      return;
    case 'cleaning-completed':
      if (fold.reported?.code === 'O') fold.reported = null;
      fold.lastLeft = null;
      return closeJob(fold, fact.at, 'completed', ended.jobs);
    case 'cleaning-cancelled':
      if (fact.patientInBed) return seenOccupied(fold, fact, 'cleaning', ended);
      fold.lastLeft = null;
      return closeJob(fold, fact.at, { cancelled: fact.reason }, ended.jobs);
    default:
      return;
  }
}

function withoutPause({ pausedAt: _at, pauseReason: _why, ...job }: Job): Job {
  return job;
}

function start(fold: BedFoldState, at: number, by: string | null): void {
  if (fold.job === null || fold.job.startedAt !== null) return;
  fold.job = { ...fold.job, startedAt: at, claimedBy: by ?? fold.job.claimedBy };
  fold.housekeeping = 'cleaning';
}

/**
 * One open contradiction of a kind is enough: a sender may repeat its status every minute. One that a person closed gives way
 * to another statement, not to the same again.
 */
function contradict(fold: BedFoldState, contradiction: Omit<Contradiction, 'against'>): void {
  const against = fold.occupants.map((o) => o.encounterId);
  const known = fold.contradictions.find((c) => c.kind === contradiction.kind);
  if (known !== undefined && (known.decided !== true || known.says === contradiction.says)) return;
  fold.contradictions = [...fold.contradictions.filter((c) => c !== known), { ...contradiction, against }];
}

function source(fact: BedFact): Contradiction['fact'] {
  const { id, at, recordedAt, receivedAt, by } = fact;
  return { id, at, recordedAt, receivedAt, by };
}
