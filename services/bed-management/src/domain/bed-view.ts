import type { BedConfiguration, BedData, BedSegment, Need, PatientBrief } from '@wardstream/events';
import type { BedSetting } from '@wardstream/flow-model';
import { instantOf } from '@wardstream/kernel';
import type { BedChanges } from './bed-changes.js';
import type { Carry, Occupant, Segment, SetAside } from './carry.js';
import { awayFrom, holdsByVisit, isClosed, seenAfterLeaving, stateOf } from './carry.js';

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
  carry: Carry,
  person: (encounterId: string) => Person,
  asOf: number,
): BedView {
  const occupants = occupantsOf(carry, person);
  const [hold] = holdsByVisit(carry);
  const holder = hold && person(hold.encounterId);
  return {
    id: definition.id,
    facility: definition.facility,
    unit: definition.unit,
    room: definition.room,
    bed: definition.bed,
    staffed: carry.staffed,
    surge: definition.surge,
    attributes: definition.attributes,
    state: stateOf(carry),
    since: iso(Number.isFinite(carry.stateSince) ? carry.stateSince : asOf),
    ...(carry.heard ? {} : { nothingHeard: true }),
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
    clocks: clocksOf(carry, definition.targets, occupants[0]?.since),
    blocked: blockedBy(carry),
    closed: closedBy(carry, asOf),
    cleaningJobId: carry.job?.id ?? null,
    cleaningKind: carry.job?.kind ?? null,
    ...(carry.onLeave.length === 0 ? {} : { onLeave: carry.onLeave.map((o) => personIn(o, person)) }),
    ...(carry.unlisted === null ? {} : { notListedSince: iso(carry.unlisted.at) }),
    ...(carry.setAside.length === 0 ? {} : { notInBed: carry.setAside.map((s) => notInBed(s, person)) }),
    conflicts: carry.conflicts.map((c) => ({ id: c.id, kind: c.kind, severity: c.severity, openedAt: iso(c.from) })),
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

function occupantsOf(carry: Carry, person: (encounterId: string) => Person): BedView['occupants'] {
  const occupant = (encounterId: string, since: number, role: 'active' | 'contesting') => {
    const { visitNumber, patient, class: patientClass } = person(encounterId);
    return { encounterId, visitNumber, since: iso(since), role, patient, class: patientClass };
  };
  const seen = seenAfterLeaving(carry);
  if (seen !== null && carry.reported) return [occupant(seen, carry.reported.fact.at, 'active')];
  const there = carry.occupants.length > 0 || carry.reported?.code === 'O' ? carry.occupants : awayFrom(carry);
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
function clocksOf(carry: Carry, targets: CleaningTargets, occupiedSince: string | undefined): BedView['clocks'] {
  const clocks: BedView['clocks'] = [];
  const clock = (name: BedView['clocks'][number]['name'], since: number, targetMinutes: number | null) =>
    clocks.push({ name, since: iso(since), targetMinutes });
  const state = stateOf(carry);
  if (state === 'occupied') {
    const since = occupiedSince ?? (carry.reported ? iso(carry.reported.fact.at) : iso(carry.stateSince));
    clocks.push({ name: 'occupied', since, targetMinutes: null });
  }
  if (state === 'blocked') clock('blocked', carry.stateSince, null);
  if (carry.job !== null && state !== 'occupied') {
    if (carry.job.startedAt === null) clock('dirty', carry.job.requestedAt, targets.startWithin);
    else clock('cleaning', carry.job.startedAt, targets.takes);
    clock('turn', carry.job.requestedAt, targets.turnWithin);
  }
  const emptySince = carry.emptySince ?? carry.stateSince;
  if (state === 'available' && Number.isFinite(emptySince)) clock('idle', emptySince, null);
  const [hold] = holdsByVisit(carry);
  if (hold && state !== 'occupied') {
    const kept = hold.until === null ? null : Math.round((hold.until - hold.since) / 60_000);
    clock('reserved', hold.since, kept);
  }
  return clocks;
}

function blockedBy(carry: Carry): BedView['blocked'] {
  if (carry.block !== null) {
    const { reason, note, fact, until } = carry.block;
    return { reason, note, since: iso(fact.at), until: isoOrNull(until) };
  }
  if (carry.reported?.code !== 'I') return null;
  return { reason: 'Isolated', note: null, since: iso(carry.reported.fact.at), until: null };
}

function closedBy(carry: Carry, asOf: number): BedView['closed'] {
  if (!isClosed(carry)) return null;
  if (carry.unlisted !== null) return { reason: NOT_LISTED, since: iso(carry.unlisted.at), until: null };
  if (carry.closure !== null) {
    const { reason, fact, until } = carry.closure;
    return { reason, since: iso(fact.at), until: isoOrNull(until) };
  }
  if (carry.reported?.code === 'C')
    return { reason: 'Reported closed', since: iso(carry.reported.fact.at), until: null };
  return { reason: 'No staff', since: iso(Number.isFinite(carry.stateSince) ? carry.stateSince : asOf), until: null };
}

const iso = instantOf;

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}
