import type { BedFact, BedSetup, Hold, StayInBed } from './bed-facts.js';
import {
  encountersIn,
  holdsByVisit,
  initialCarry,
  seenAfterLeaving,
  stateOf,
  type Carry,
  type Claim,
  type Conflict,
  type Job,
  type Segment,
} from './carry.js';
import { ConflictIds, conflictsIn, factsDigest, type Tally } from './conflicts.js';
import { decisionOn } from './fold-decisions.js';
import { foldEvents } from './fold-events.js';
import { step, type Ended } from './fold-step.js';

/** What is known of a bed. With a checkpoint, only what reaches beyond its time need be given. */
export interface BedInput {
  readonly setup: BedSetup;
  /** Where an earlier fold had come to; null to begin at the beginning. */
  readonly checkpoint: Carry | null;
  readonly stays: readonly StayInBed[];
  readonly facts: readonly BedFact[];
  readonly holds: readonly Hold[];
}

/** How far to fold. */
export interface Horizon {
  /** Reservations, blocks and closures that end by themselves have ended if their time is not after this. */
  readonly now: number;
  /** Only what happened up to `now` counts: the bed as of that event time. Otherwise every fact counts that is known. */
  readonly asOf?: boolean;
}

/** A bed derived: where it stands, and everything that ended or goes on after the checkpoint, in order of time. */
export interface DerivedBed {
  readonly carry: Carry;
  readonly segments: readonly Segment[];
  readonly claims: readonly Claim[];
  readonly conflicts: readonly Conflict[];
  readonly jobs: readonly Job[];
  readonly checkpoints: readonly Carry[];
  /** When holds ended, by hold id. */
  readonly endedHolds: ReadonlyMap<string, number>;
  /** The next time at which the bed changes by itself; null if it does not. */
  readonly nextBoundary: number | null;
}

/** Moments between two checkpoints, beside one for each thing that a checkpoint holds: enough to make checkpoints rare, few enough to fold again in no time. */
export const momentsPerCheckpoint = 16;

/**
 * Derives a bed from what is known of it: a pure function of the set of facts and the time, whatever order they arrived in.
 *
 * A message tells what has already happened, so a fact counts at once even if its sender's clock is ahead of ours; only what
 * ends by itself waits for its time, and the bed must then be derived again from there.
 */
export function deriveBed(input: BedInput, horizon: Horizon, tally: Tally = { identified: 0 }): DerivedBed {
  // A checkpoint may have been written before something was added to it.
  const began = { ...initialCarry(input.setup), heard: input.checkpoint !== null };
  const carry: Carry = { ...began, ...structuredClone(input.checkpoint ?? {}) };
  const known = foldEvents(carry, input.stays, input.facts, input.holds);
  const events = known.filter((e) => e.at <= horizon.now || (e.timed !== true && horizon.asOf !== true));
  const last = events.at(-1)?.at ?? -Infinity;

  const ended: Ended = { jobs: [], holds: new Map() };
  const past = new Past(new ConflictIds(input.setup, tally));
  const checkpoints: Carry[] = [];
  let moments = 0;
  let i = 0;
  while (i < events.length) {
    const at = events[i]!.at;
    for (; i < events.length && events[i]!.at === at; i += 1) step(carry, events[i]!, input.setup, ended);
    past.moveTo(carry, at);
    moments += 1;
    if (moments < momentsPerCheckpoint + carry.occupants.length + carry.holds.length) continue;
    moments = 0;
    checkpoints.push(structuredClone(carry));
  }
  const next = known.find((e) => e.timed === true && e.at > horizon.now && (e.at <= last || stillMatters(carry, e)));
  return {
    carry,
    segments: past.segments.concat(carry.segment ?? []),
    claims: past.claims.concat(carry.claims),
    conflicts: past.conflicts.concat(carry.conflicts),
    jobs: ended.jobs.concat(carry.job ?? []),
    checkpoints,
    endedHolds: ended.holds,
    nextBoundary: next?.at ?? null,
  };
}

function stillMatters(carry: Carry, event: ReturnType<typeof foldEvents>[number]): boolean {
  if (event.type === 'hold-begin') return true;
  if (event.type === 'hold-end') return carry.holds.some((h) => h.id === event.holdId);
  if (event.type !== 'expiry') return false;
  return carry.block?.fact.id === event.factId || carry.closure?.fact.id === event.factId;
}

/** Clean, and nobody in it. */
function isReady(state: Segment['state']): boolean {
  return state === 'available' || state === 'reserved';
}

/** Closes what no longer holds at a moment and opens what begins then; keeps what was closed. */
class Past {
  readonly segments: Segment[] = [];
  readonly claims: Claim[] = [];
  readonly conflicts: Conflict[] = [];

  constructor(private readonly ids: ConflictIds) {}

  moveTo(carry: Carry, at: number): void {
    carry.at = at;
    this.segment(carry, at);
    this.claimsAt(carry, at);
    this.conflictsAt(carry, at);
  }

  private segment(carry: Carry, at: number): void {
    const state = stateOf(carry);
    const encounterIds = state === 'reserved' ? [holdsByVisit(carry)[0]!.encounterId] : encountersIn(carry);
    const before = carry.segment;
    if (before?.state !== state || before.encounterIds[0] !== encounterIds[0]) carry.stateSince = at;
    if (isReady(state) && (before === null || !isReady(before.state))) carry.emptySince = at;
    if (before !== null && before.state === state && before.encounterIds.join() === encounterIds.join()) return;
    if (before !== null) this.segments.push({ ...before, to: at });
    carry.segment = { from: at, to: null, state, encounterIds };
  }

  private claimsAt(carry: Carry, at: number): void {
    const wanted = claimsOf(carry, at);
    if (wanted.length === 0 && carry.claims.length === 0) return;
    const keyOf = (c: Claim) => `${c.kind} ${c.role} ${c.ref}`;
    const goesOn = new Set(wanted.map(keyOf));
    const known = new Map(carry.claims.map((open) => [keyOf(open), open]));
    for (const open of carry.claims) if (!goesOn.has(keyOf(open))) this.claims.push({ ...open, to: at });
    carry.claims = wanted.map((w) => known.get(keyOf(w)) ?? w);
  }

  private conflictsAt(carry: Carry, at: number): void {
    const all = new Map(conflictsIn(carry, this.ids).map((f) => [f.id, f]));
    carry.settled = carry.settled.filter((s) => {
      const found = all.get(s.conflictId);
      return found !== undefined && factsDigest(found) === s.facts;
    });
    for (const { conflictId } of carry.settled) all.delete(conflictId);
    const known = new Map(carry.conflicts.map((open) => [open.id, open]));
    for (const open of carry.conflicts)
      if (!all.has(open.id)) this.conflicts.push({ ...open, to: at, ...decisionOn(carry, open, at) });
    carry.conflicts = [...all.values()].map((f) => known.get(f.id) ?? { ...f, from: at, to: null });
  }
}

/** Who has a claim to the bed now: an occupant before any hold, the earlier before the later; one of them is active. */
function claimsOf(carry: Carry, at: number): Claim[] {
  const open = { from: at, to: null };
  const occupants: Omit<Claim, 'role'>[] = carry.occupants.map((o) => {
    return { kind: 'occupancy', encounterId: o.encounterId, ref: o.movementId, ...open };
  });
  const seen = seenAfterLeaving(carry);
  if (seen !== null && carry.reported)
    occupants.push({ kind: 'occupancy', encounterId: seen, ref: carry.reported.fact.id, ...open });
  for (const o of carry.onLeave)
    if (o.encounterId !== seen)
      occupants.push({ kind: 'occupancy', encounterId: o.encounterId, ref: o.movementId, ...open });
  const holds = holdsByVisit(carry).map((h) => ({ kind: h.kind, encounterId: h.encounterId, ref: h.id, ...open }));
  return [...occupants, ...holds].map((c, i) => ({ ...c, role: i === 0 ? 'active' : 'contesting' }));
}
