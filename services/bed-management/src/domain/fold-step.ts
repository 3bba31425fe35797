import type { BedFact, BedSetup, StatusCode, StayInBed } from './bed-facts.js';
import { awayFrom, type Carry, type Contradiction, type Job } from './carry.js';
import type { FoldEvent } from './fold-events.js';
import { chooseOccupant, findEmpty, settle } from './fold-decisions.js';
import { closeJob, contaminate, openJob } from './housekeeping.js';

/** What ended while folding and so is no longer in the carry. */
export interface Ended {
  readonly jobs: Job[];
  /** When each hold that ended did so. */
  readonly holds: Map<string, number>;
}

/** Applies one event to the carry. */
export function step(carry: Carry, event: FoldEvent, setup: BedSetup, ended: Ended): void {
  carry.heard ||= tellsOfUse(event);
  switch (event.type) {
    case 'stay-begin':
      return begin(carry, event.stay, ended);
    case 'stay-end':
      return end(carry, event.stay, event.at, setup);
    case 'leave':
      return goOnLeave(carry, event.stay.encounterId);
    case 'return':
      return comeBack(carry, event.stay.encounterId, event.at, ended);
    case 'left':
      return carry.occupants.length > 0 ? undefined : left(carry, event.stay, event.at, setup);
    case 'hold-begin':
      if (carry.occupants.some((o) => o.encounterId === event.hold.encounterId)) {
        ended.holds.set(event.hold.id, event.at);
      } else if (carry.unlisted !== null) ended.holds.set(event.hold.id, event.at);
      else carry.holds.push(event.hold);
      return;
    case 'hold-end':
      return endHolds(carry, (id) => id === event.holdId, event.at, ended);
    case 'expiry':
      if (carry.block?.fact.id === event.factId) carry.block = null;
      if (carry.closure?.fact.id === event.factId) carry.closure = null;
      return;
    case 'fact':
      return applyFact(carry, event.fact, setup, ended);
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

function tellsOfUse(event: FoldEvent): boolean {
  if (event.type === 'fact') return !setting.has(event.fact.kind);
  return event.type === 'stay-begin' || event.type === 'stay-end' || event.type === 'left';
}

function begin(carry: Carry, stay: StayInBed, ended: Ended): void {
  const { encounterId, movementId, from } = stay;
  const there = carry.occupants.findIndex((o) => o.encounterId === encounterId);
  if (there >= 0) {
    carry.occupants[there] = { ...carry.occupants[there]!, restatedBy: movementId };
    return;
  }
  // Another movement of somebody who is on leave brings nobody back.
  const away = carry.onLeave.findIndex((o) => o.encounterId === encounterId);
  if (away >= 0) {
    carry.onLeave[away] = { ...carry.onLeave[away]!, restatedBy: movementId };
    return;
  }
  // A later movement outweighs a person who said that they are not here.
  carry.setAside = carry.setAside.filter((s) => s.occupant.encounterId !== encounterId);
  carry.occupants.push({ encounterId, movementId, since: from, ...familyOf(stay) });
  const fulfilled = new Set(carry.holds.filter((h) => h.encounterId === encounterId).map((h) => h.id));
  endHolds(carry, (id) => fulfilled.has(id), from, ended);
  comeIn(carry, from, ended);
}

/** What was said of the empty bed is over. */
function comeIn(carry: Carry, at: number, ended: Ended): void {
  carry.reported = null;
  carry.foundEmpty = null;
  carry.lastLeft = null;
  carry.earlyStart = null;
  closeJob(carry, at, { cancelled: 'a patient came to the bed' }, ended.jobs);
}

function familyOf({ person, mother }: StayInBed): Pick<StayInBed, 'person' | 'mother'> {
  return { ...(person === undefined ? {} : { person }), ...(mother === undefined ? {} : { mother }) };
}

function end(carry: Carry, stay: StayInBed, at: number, setup: BedSetup): void {
  carry.setAside = carry.setAside.filter((s) => s.occupant.encounterId !== stay.encounterId);
  const there = carry.occupants.findIndex((o) => o.encounterId === stay.encounterId);
  if (there < 0) return endLeave(carry, stay, at, setup);
  const [occupant] = carry.occupants.splice(there, 1);
  carry.contradictions = carry.contradictions.filter((c) => !c.against.includes(stay.encounterId));
  // Of a stay of several movements the first may lie before the checkpoint: the occupant knows it.
  if (carry.occupants.length === 0) left(carry, { ...stay, movementId: occupant!.movementId }, at, setup);
}

/** The bed is kept for them. What was said against their being in it is moot. */
function goOnLeave(carry: Carry, encounterId: string): void {
  const there = carry.occupants.findIndex((o) => o.encounterId === encounterId);
  if (there < 0) return;
  carry.onLeave.push(...carry.occupants.splice(there, 1));
  carry.contradictions = carry.contradictions.filter((c) => !c.against.includes(encounterId));
}

/** Where a guest has the bed meanwhile, both are in it by their facts: a dispute. */
function comeBack(carry: Carry, encounterId: string, at: number, ended: Ended): void {
  const away = carry.onLeave.findIndex((o) => o.encounterId === encounterId);
  if (away < 0) return;
  carry.occupants.push(...carry.onLeave.splice(away, 1));
  comeIn(carry, at, ended);
}

/**
 * The visit of somebody on leave ended, or they have another bed: of a bed that a guest has, or left, nothing else changes, nor of one that
 * somebody else was in after them.
 */
function endLeave(carry: Carry, stay: StayInBed, at: number, setup: BedSetup): void {
  const away = carry.onLeave.findIndex((o) => o.encounterId === stay.encounterId);
  if (away < 0) return;
  const wasLast = awayFrom(carry).length > 0 && away === carry.onLeave.length - 1;
  const [occupant] = carry.onLeave.splice(away, 1);
  if (wasLast) left(carry, { ...stay, movementId: occupant!.movementId }, at, setup);
}

/** The bed is empty now. */
function left(carry: Carry, stay: StayInBed, at: number, setup: BedSetup): void {
  carry.contradictions = [];
  carry.reported = null;
  carry.lastLeft = { encounterId: stay.encounterId, at, discharged: stay.endedBy === 'discharge' };
  const early = carry.earlyStart;
  carry.earlyStart = null;
  if (!stay.leavesDirty) return;
  if (carry.job === null) openJob(carry, setup, ['left', stay.encounterId, stay.movementId], at, {});
  if (early !== null) start(carry, early.at, early.claimedBy);
}

function endHolds(carry: Carry, which: (id: string) => boolean, at: number, ended: Ended): void {
  for (const hold of carry.holds) if (which(hold.id)) ended.holds.set(hold.id, at);
  carry.holds = carry.holds.filter((hold) => !which(hold.id));
}

function applyFact(carry: Carry, fact: BedFact, setup: BedSetup, ended: Ended): void {
  switch (fact.kind) {
    case 'configured':
      if (fact.staffed !== carry.configured.staffed) carry.staffed = fact.staffed;
      if (fact.surge !== carry.configured.surge) carry.surgeOpen = false;
      carry.configured = { staffed: fact.staffed, surge: fact.surge };
      carry.shutBy = fact.id;
      return list(carry, fact, setup, ended);
    case 'blocked':
      carry.block = { fact: source(fact), reason: fact.reason, note: fact.note, until: fact.until };
      return;
    case 'unblocked':
      carry.block = null;
      if (carry.reported?.code === 'I') carry.reported = null;
      return;
    case 'closed':
      carry.closure = { fact: source(fact), reason: fact.reason, note: null, until: fact.until };
      return;
    case 'opened':
      carry.closure = null;
      carry.staffed = true;
      if (carry.reported?.code === 'C') carry.reported = null;
      return;
    case 'surge-opened':
      carry.surgeOpen = true;
      return;
    case 'surge-closed':
      carry.surgeOpen = false;
      carry.shutBy = fact.id;
      return;
    case 'occupant-chosen':
      return chooseOccupant(carry, fact);
    case 'found-empty':
      return findEmpty(carry, fact, setup);
    case 'conflict-closed':
      return settle(carry, fact);
    case 'status-reported':
      return carry.occupants.length > 0
        ? statusAgainstPatient(carry, fact, fact.code)
        : statusOfEmptyBed(carry, fact, fact.code, setup, ended);
    default:
      return carry.occupants.length > 0
        ? cleaningAgainstPatient(carry, fact)
        : cleaningOfEmptyBed(carry, fact, setup, ended);
  }
}

/** The bed is in the configuration, or is not any more: then nobody waits for it, and it is made ready when it comes back. */
function list(
  carry: Carry,
  { id, at, listed = true }: Extract<BedFact, { readonly kind: 'configured' }>,
  setup: BedSetup,
  ended: Ended,
): void {
  if (listed === (carry.unlisted === null)) return;
  if (listed) {
    carry.unlisted = null;
    if (carry.housekeeping !== 'clean' && carry.job === null) openJob(carry, setup, ['listed', id], at, {});
    return;
  }
  carry.unlisted = { factId: id, at };
  endHolds(carry, () => true, at, ended);
  if (carry.job === null) return;
  closeJob(carry, at, { cancelled: 'the bed is not listed any more' }, ended.jobs);
  carry.housekeeping = 'dirty';
}

const codeSays: Record<StatusCode, string> = {
  C: 'Bed is closed',
  H: 'Bed is in housekeeping',
  I: 'Bed is isolated',
  K: 'Bed is contaminated',
  O: 'Bed is occupied',
  U: 'Bed is unoccupied',
};

function statusAgainstPatient(carry: Carry, fact: BedFact, code: StatusCode): void {
  const kind = 'status-contradicts-occupancy';
  if (code === 'O') carry.contradictions = carry.contradictions.filter((c) => c.kind !== kind);
  else if (code === 'K') carry.contaminated = true;
  else if (code !== 'I') contradict(carry, { kind, fact: source(fact), says: codeSays[code] });
}

function statusOfEmptyBed(carry: Carry, fact: BedFact, code: StatusCode, setup: BedSetup, ended: Ended): void {
  // Said again it is no other fact: a sender may repeat its status every minute.
  if (code === 'O' && carry.reported?.code === 'O') return;
  // Of a bed that is kept for somebody on leave it says nothing new.
  if (code === 'O' && awayFrom(carry).length > 0) return;
  carry.reported = null;
  carry.foundEmpty = null;
  switch (code) {
    case 'O':
      return seenOccupied(carry, fact, 'status', ended);
    case 'C':
    case 'I':
      carry.reported = { code, fact: source(fact), seenBy: 'status' };
      return;
    case 'U':
      carry.lastLeft = null;
      return closeJob(carry, fact.at, 'completed', ended.jobs);
    case 'K':
      contaminate(carry);
      if (carry.job === null) openJob(carry, setup, ['fact', fact.id], fact.at, {});
      return;
    case 'H':
      if (carry.job === null) openJob(carry, setup, ['fact', fact.id], fact.at, {});
  }
}

function seenOccupied(carry: Carry, fact: BedFact, seenBy: 'status' | 'cleaning', ended: Ended): void {
  carry.reported = { code: 'O', fact: source(fact), seenBy };
  closeJob(carry, fact.at, { cancelled: 'somebody is in the bed' }, ended.jobs);
}

function cleaningAgainstPatient(carry: Carry, fact: BedFact): void {
  if (fact.kind === 'cleaning-started') {
    carry.earlyStart = { at: fact.at, claimedBy: fact.claimedBy };
    const says = 'Cleaning of the empty bed started';
    contradict(carry, { kind: 'cleaning-contradicts-occupancy', fact: source(fact), says });
  } else if (fact.kind === 'cleaning-completed') carry.earlyStart = null;
  else if (fact.kind === 'cleaning-cancelled') {
    carry.earlyStart = null;
    carry.contradictions = carry.contradictions.filter((c) => c.kind !== 'cleaning-contradicts-occupancy');
  }
}

function cleaningOfEmptyBed(carry: Carry, fact: BedFact, setup: BedSetup, ended: Ended): void {
  carry.foundEmpty = null;
  switch (fact.kind) {
    case 'cleaning-requested':
      if (carry.job === null) return openJob(carry, setup, ['fact', fact.id], fact.at, fact);
      carry.job = { ...carry.job, kind: fact.jobKind, priority: fact.priority };
      return;
    case 'cleaning-claimed':
      if (carry.job !== null && carry.job.startedAt === null)
        carry.job = { ...carry.job, claimedAt: fact.at, claimedBy: fact.claimedBy };
      return;
    case 'cleaning-started':
      if (carry.reported?.code === 'O') carry.reported = null;
      if (carry.job === null) openJob(carry, setup, ['fact', fact.id], fact.at, {});
      return start(carry, fact.at, fact.claimedBy);
    case 'cleaning-completed':
      if (carry.reported?.code === 'O') carry.reported = null;
      carry.lastLeft = null;
      return closeJob(carry, fact.at, 'completed', ended.jobs);
    case 'cleaning-cancelled':
      if (fact.patientInBed) return seenOccupied(carry, fact, 'cleaning', ended);
      carry.lastLeft = null;
      return closeJob(carry, fact.at, { cancelled: fact.reason }, ended.jobs);
    default:
      return;
  }
}

function start(carry: Carry, at: number, by: string | null): void {
  if (carry.job === null || carry.job.startedAt !== null) return;
  carry.job = { ...carry.job, startedAt: at, claimedBy: by ?? carry.job.claimedBy };
  carry.housekeeping = 'cleaning';
}

/**
 * One open contradiction of a kind is enough: a sender may repeat its status every minute. One that a person closed gives way
 * to another statement, not to the same again.
 */
function contradict(carry: Carry, contradiction: Omit<Contradiction, 'against'>): void {
  const against = carry.occupants.map((o) => o.encounterId);
  const known = carry.contradictions.find((c) => c.kind === contradiction.kind);
  if (known !== undefined && (known.decided !== true || known.says === contradiction.says)) return;
  carry.contradictions = [...carry.contradictions.filter((c) => c !== known), { ...contradiction, against }];
}

function source(fact: BedFact): Contradiction['fact'] {
  const { id, at, recordedAt, receivedAt, by } = fact;
  return { id, at, recordedAt, receivedAt, by };
}
