import type { BedFact, BedSetup, Hold, StayInBed } from './bed-facts.js';
import {
  encountersIn,
  holdsByVisit,
  initialFoldState,
  seenAfterLeaving,
  stateOf,
  type BedFoldState,
  type Claim,
  type Conflict,
  type Job,
  type Segment,
} from './fold-state.js';
import { ConflictIds, conflictsIn, factsDigest, type Tally } from './conflicts.js';
import { decisionOn } from './fold-decisions.js';
import { foldEvents } from './fold-events.js';
import { type Ended, evolve } from './evolve.js';

/** What is known of a bed. With a checkpoint, only what reaches beyond its time need be given. */
export interface BedInput {
  readonly setup: BedSetup;
  /** Where an earlier fold had come to; null to begin at the beginning. */
  readonly checkpoint: BedFoldState | null;
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
  readonly fold: BedFoldState;
  readonly segments: readonly Segment[];
  readonly claims: readonly Claim[];
  readonly conflicts: readonly Conflict[];
  readonly jobs: readonly Job[];
  readonly checkpoints: readonly BedFoldState[];
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
  const began = { ...initialFoldState(input.setup), heard: input.checkpoint !== null };
  const fold: BedFoldState = { ...began, ...structuredClone(input.checkpoint ?? {}) };
  const known = foldEvents(fold, input.stays, input.facts, input.holds);
  const events = known.filter((e) => e.at <= horizon.now || (e.timed !== true && horizon.asOf !== true));
  const last = events.at(-1)?.at ?? -Infinity;

  const ended: Ended = { jobs: [], holds: new Map() };
  const past = new Past(new ConflictIds(input.setup, tally));
  const checkpoints: BedFoldState[] = [];
  let moments = 0;
  let i = 0;
  while (i < events.length) {
    const at = events[i]!.at;
    for (; i < events.length && events[i]!.at === at; i += 1) evolve(fold, events[i]!, input.setup, ended);
    past.moveTo(fold, at);
    moments += 1;
    if (moments < momentsPerCheckpoint + fold.occupants.length + fold.holds.length) continue;
    moments = 0;
    checkpoints.push(structuredClone(fold));
  }
  const next = known.find((e) => e.timed === true && e.at > horizon.now && (e.at <= last || stillMatters(fold, e)));
  return {
    fold,
    segments: past.segments.concat(fold.segment ?? []),
    claims: past.claims.concat(fold.claims),
    conflicts: past.conflicts.concat(fold.conflicts),
    jobs: ended.jobs.concat(fold.job ?? []),
    checkpoints,
    endedHolds: ended.holds,
    nextBoundary: next?.at ?? null,
  };
}

function stillMatters(fold: BedFoldState, event: ReturnType<typeof foldEvents>[number]): boolean {
  if (event.type === 'hold-begin') return true;
  if (event.type === 'hold-end') return fold.holds.some((h) => h.id === event.holdId);
  if (event.type !== 'expiry') return false;
  return fold.block?.fact.id === event.factId || fold.closure?.fact.id === event.factId;
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

  moveTo(fold: BedFoldState, at: number): void {
    fold.at = at;
    this.segment(fold, at);
    this.claimsAt(fold, at);
    this.conflictsAt(fold, at);
  }

  private segment(fold: BedFoldState, at: number): void {
    const state = stateOf(fold);
    const encounterIds = state === 'reserved' ? [holdsByVisit(fold)[0]!.encounterId] : encountersIn(fold);
    const before = fold.segment;
    if (before?.state !== state || before.encounterIds[0] !== encounterIds[0]) fold.stateSince = at;
    if (isReady(state) && (before === null || !isReady(before.state))) fold.emptySince = at;
    if (before !== null && before.state === state && before.encounterIds.join() === encounterIds.join()) return;
    if (before !== null) this.segments.push({ ...before, to: at });
    fold.segment = { from: at, to: null, state, encounterIds };
  }

  private claimsAt(fold: BedFoldState, at: number): void {
    const wanted = claimsOf(fold, at);
    if (wanted.length === 0 && fold.claims.length === 0) return;
    const keyOf = (c: Claim) => `${c.kind} ${c.role} ${c.ref}`;
    const goesOn = new Set(wanted.map(keyOf));
    const known = new Map(fold.claims.map((open) => [keyOf(open), open]));
    for (const open of fold.claims) if (!goesOn.has(keyOf(open))) this.claims.push({ ...open, to: at });
    fold.claims = wanted.map((w) => known.get(keyOf(w)) ?? w);
  }

  private conflictsAt(fold: BedFoldState, at: number): void {
    const all = new Map(conflictsIn(fold, this.ids).map((f) => [f.id, f]));
    fold.settled = fold.settled.filter((s) => {
      const found = all.get(s.conflictId);
      return found !== undefined && factsDigest(found) === s.facts;
    });
    for (const { conflictId } of fold.settled) all.delete(conflictId);
    const known = new Map(fold.conflicts.map((open) => [open.id, open]));
    for (const open of fold.conflicts)
      if (!all.has(open.id)) this.conflicts.push({ ...open, to: at, ...decisionOn(fold, open, at) });
    fold.conflicts = [...all.values()].map((f) => known.get(f.id) ?? { ...f, from: at, to: null });
  }
}

/** Who has a claim to the bed now: an occupant before any hold, the earlier before the later; one of them is active. */
function claimsOf(fold: BedFoldState, at: number): Claim[] {
  const open = { from: at, to: null };
  const occupants: Omit<Claim, 'role'>[] = fold.occupants.map((o) => {
    return { kind: 'occupancy', encounterId: o.encounterId, ref: o.movementId, ...open };
  });
  const seen = seenAfterLeaving(fold);
  if (seen !== null && fold.reported)
    occupants.push({ kind: 'occupancy', encounterId: seen, ref: fold.reported.fact.id, ...open });
  for (const o of fold.onLeave)
    if (o.encounterId !== seen)
      occupants.push({ kind: 'occupancy', encounterId: o.encounterId, ref: o.movementId, ...open });
  const holds = holdsByVisit(fold).map((h) => ({ kind: h.kind, encounterId: h.encounterId, ref: h.id, ...open }));
  return [...occupants, ...holds].map((c, i) => ({ ...c, role: i === 0 ? 'active' : 'contesting' }));
}
