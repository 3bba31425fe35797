import type { BedConfiguration, BedData, BedSegment, Need, PatientBrief } from '@wardstream/events';
import type { BedSetting } from '@wardstream/flow-model';
import { instantOf } from '@wardstream/kernel';
import type { BedChanges } from './bed-changes.js';
import type { BedFoldState, Occupant, Segment, SetAside } from './fold-state.js';
import { awayFrom, holdsByVisit, isClosed, seenAfterLeaving, stateOf } from './fold-state.js';

/** Minutes within which a dirty bed of the unit is to be started, cleaned, and ready again. */
export interface CleaningTargets {
  readonly startWithin: number;
  readonly takes: number;
  readonly turnWithin: number;
}

/** What a bed shows of an encounter. */
export interface Person {
  readonly encounterId: string;
  readonly visitNumber: string;
  readonly patient: PatientBrief;
  readonly class: string | null;
  readonly needs: readonly Need[];
}

/** A bed as it is configured. */
export interface BedDefinition extends BedConfiguration {
  readonly facility: string;
  readonly targets: CleaningTargets;
  /** What it is by its unit and room; unknown of a bed that was retired before this was kept. */
  readonly setting?: Omit<BedSetting, 'id' | 'unit' | 'attributes'>;
}

/** The bed as boards and services see it, without the parts that tell of one change (version, history, cause). */
export type BedView = Omit<BedData, 'version' | 'history' | 'cause'>;

/** Why a bed is closed that the configuration has no more. */
export const NOT_LISTED = 'Not listed any more';

/** Somebody of whom nothing but a number is known yet. */
export const unknownPatient: PatientBrief = { initials: '', ageBand: null, sex: 'unknown' };

/** What a derived bed shows. `asOf` is also the start of a bed that nothing is known of yet. */
export function bedView(
  definition: BedDefinition,
  fold: BedFoldState,
  person: (encounterId: string) => Person,
  asOf: number,
): BedView {
  const occupants = occupantsOf(fold, person);
  const [hold] = holdsByVisit(fold);
  const holder = hold && person(hold.encounterId);
  return {
    id: definition.id,
    facility: definition.facility,
    unit: definition.unit,
    room: definition.room,
    bed: definition.bed,
    staffed: fold.staffed,
    surge: definition.surge,
    attributes: definition.attributes,
    state: stateOf(fold),
    since: iso(Number.isFinite(fold.stateSince) ? fold.stateSince : asOf),
    ...(fold.heard ? {} : { nothingHeard: true }),
    occupants,
    reservedFor:
      hold && holder
        ? {
            encounterId: hold.encounterId,
            visitNumber: holder.visitNumber,
            patient: holder.patient,
            kind: hold.kind,
            since: iso(hold.since),
            until: isoOrNull(hold.until),
            bedRequestId: hold.bedRequestId,
            ...(hold.plan === null ? {} : { plan: hold.plan, expectedAt: isoOrNull(hold.expectedAt) }),
            ...(hold.override === undefined ? {} : { override: hold.override }),
          }
        : null,
    needs: [...(occupants[0] ? person(occupants[0].encounterId).needs : (holder?.needs ?? []))],
    clocks: clocksOf(fold, definition.targets, occupants[0]?.since),
    blocked: blockedBy(fold),
    closed: closedBy(fold, asOf),
    cleaningJobId: fold.job?.id ?? null,
    cleaningKind: fold.job?.kind ?? null,
    ...(fold.onLeave.length === 0 ? {} : { onLeave: fold.onLeave.map((o) => personIn(o, person)) }),
    ...(fold.unlisted === null ? {} : { notListedSince: iso(fold.unlisted.at) }),
    ...(fold.setAside.length === 0 ? {} : { notInBed: fold.setAside.map((s) => notInBed(s, person)) }),
    conflicts: fold.conflicts.map((c) => ({ id: c.id, kind: c.kind, severity: c.severity, openedAt: iso(c.from) })),
    asOf: iso(asOf),
  };
}

/** Segments as the published language writes them. */
export function segmentsOf(segments: readonly Segment[]): BedSegment[] {
  return segments.map((s) => ({
    from: iso(s.from),
    to: isoOrNull(s.to),
    state: s.state,
    encounterIds: [...s.encounterIds],
  }));
}

/**
 * What a change tells of a bed's history: all from the earliest time that differs, also where nothing is known of that time any
 * more. `since`: for a bed of which nothing is known and nothing was.
 */
export function historyOf(
  { from, segments }: Pick<BedChanges, 'from' | 'segments'>,
  since: string,
): BedData['history'] {
  const told = segmentsOf(segments);
  const first = told[0]?.from ?? since;
  return { from: from < Date.parse(first) ? iso(from) : first, segments: told };
}

function occupantsOf(fold: BedFoldState, person: (encounterId: string) => Person): BedView['occupants'] {
  const occupant = (encounterId: string, since: number, role: 'active' | 'contesting') => {
    const { visitNumber, patient, class: patientClass } = person(encounterId);
    return { encounterId, visitNumber, since: iso(since), role, patient, class: patientClass };
  };
  const seen = seenAfterLeaving(fold);
  if (seen !== null && fold.reported) return [occupant(seen, fold.reported.fact.at, 'active')];
  const there = fold.occupants.length > 0 || fold.reported?.code === 'O' ? fold.occupants : awayFrom(fold);
  return there.map((o, i) => occupant(o.encounterId, o.since, i === 0 ? 'active' : 'contesting'));
}

/** Whose bed it is, without a word on whether they are in it. */
function personIn({ encounterId, since }: Occupant, person: (encounterId: string) => Person) {
  const { visitNumber, patient, class: patientClass } = person(encounterId);
  return { encounterId, visitNumber, patient, class: patientClass, since: iso(since) };
}

/** A visit whose facts put it here, and of which a person said that it is not. */
function notInBed({ occupant, conflictId, at }: SetAside, person: (encounterId: string) => Person) {
  return { ...personIn(occupant, person), saidAt: iso(at), conflictId };
}

/** Every clock that runs; each says since when, and its target where there is one. */
function clocksOf(fold: BedFoldState, targets: CleaningTargets, occupiedSince: string | undefined): BedView['clocks'] {
  const clocks: BedView['clocks'] = [];
  const clock = (name: BedView['clocks'][number]['name'], since: number, targetMinutes: number | null) =>
    clocks.push({ name, since: iso(since), targetMinutes });
  const state = stateOf(fold);
  if (state === 'occupied') {
    const since = occupiedSince ?? (fold.reported ? iso(fold.reported.fact.at) : iso(fold.stateSince));
    clocks.push({ name: 'occupied', since, targetMinutes: null });
  }
  if (state === 'blocked') clock('blocked', fold.stateSince, null);
  if (fold.job !== null && state !== 'occupied') {
    if (fold.job.startedAt === null) clock('dirty', fold.job.requestedAt, targets.startWithin);
    else clock('cleaning', fold.job.startedAt, targets.takes);
    clock('turn', fold.job.requestedAt, targets.turnWithin);
  }
  const emptySince = fold.emptySince ?? fold.stateSince;
  if (state === 'available' && Number.isFinite(emptySince)) clock('idle', emptySince, null);
  const [hold] = holdsByVisit(fold);
  if (hold && state !== 'occupied') {
    const kept = hold.until === null ? null : Math.round((hold.until - hold.since) / 60_000);
    clock('reserved', hold.since, kept);
  }
  return clocks;
}

function blockedBy(fold: BedFoldState): BedView['blocked'] {
  if (fold.block !== null) {
    const { reason, note, fact, until } = fold.block;
    return { reason, note, since: iso(fact.at), until: isoOrNull(until) };
  }
  if (fold.reported?.code !== 'I') return null;
  return { reason: 'Isolated', note: null, since: iso(fold.reported.fact.at), until: null };
}

function closedBy(fold: BedFoldState, asOf: number): BedView['closed'] {
  if (!isClosed(fold)) return null;
  if (fold.unlisted !== null) return { reason: NOT_LISTED, since: iso(fold.unlisted.at), until: null };
  if (fold.closure !== null) {
    const { reason, fact, until } = fold.closure;
    return { reason, since: iso(fact.at), until: isoOrNull(until) };
  }
  if (fold.reported?.code === 'C') return { reason: 'Reported closed', since: iso(fold.reported.fact.at), until: null };
  return { reason: 'No staff', since: iso(Number.isFinite(fold.stateSince) ? fold.stateSince : asOf), until: null };
}

const iso = instantOf;

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}
