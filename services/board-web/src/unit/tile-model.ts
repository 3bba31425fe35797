import type { BedState, BedView, ConflictData, Need, PatientBrief } from '@wardstream/events';
import { conflictsOfBed, visitConflictsOnTile } from '../conflicts/bed-conflicts.js';
import { hasNameAlert } from './alike.js';
import type { BoardState } from '../stream/board-state.js';
import { originInWords, readySince } from '@wardstream/flow-model';
import { facilityView } from '../stream/facility-view.js';
import { durationSpoken, minutesSince } from '../time/duration.js';
import type { LocalTime } from '../time/local-time.js';
import { initialsShown, needWord, sexWord, stateWord } from '../parts/words.js';

export interface TileClock {
  readonly minutes: number;
  readonly target: number | null;
  readonly note: string;
}

export interface TileStay {
  /** Share of the bar that is filled, and where the expected end stands; null where no end is expected. */
  readonly bar: { readonly value: number; readonly mark: number } | null;
  readonly words: string;
  readonly over: boolean;
}

/** The facts that disagree: two of them, and how many there are beside these. */
export interface TileConflict {
  readonly facts: readonly { readonly source: string; readonly says: string }[];
  readonly more: number;
}

/** `word` stands on the tile, `why` is what it stands for. */
export interface TileMisfit {
  readonly word: 'Unsuitable' | 'Overridden';
  readonly why: string;
}

/** What a tile shows, line by line; the lines stand at the same places in every state. */
export interface TileModel {
  readonly id: string;
  readonly label: string;
  readonly state: BedState;
  readonly conflict: TileConflict | null;
  /** Who counts, where somebody is in the bed. */
  readonly patient: PatientBrief | null;
  /** Number of their visit, where another patient of the unit may be taken for them. */
  readonly nameAlert: string | null;
  /** That who is in it, or for whom it is kept, must not be there by the rules of fit, and why. */
  readonly misfit: TileMisfit | null;
  /** Who shares the bed with them, as a person said. */
  readonly others: readonly PatientBrief[];
  readonly needs: readonly Need[];
  readonly stay: TileStay | null;
  /** Two lines where there is no patient, or where the held patient comes from. */
  readonly lead: { readonly first: string; readonly second: string } | null;
  /** What the bed says of itself beside its state: that it is not certain, not listed any more, or kept for a patient on leave. */
  readonly remark: string | null;
  /** Leaves with the patient. */
  readonly marker: 'Pending' | 'Confirmed' | 'Away' | 'On leave' | null;
  readonly clock: TileClock | null;
  /** 0..1 of a cleaning. */
  readonly progress: number | null;
  /** The whole tile as one sentence for screen readers. */
  readonly spoken: string;
  /** Changes exactly when something changed that should flash. */
  readonly signature: string;
}

interface Given {
  readonly state: BoardState;
  readonly minute: number;
  readonly local: LocalTime;
}

export function tileModel(bed: BedView, given: Given): TileModel {
  const body = bodyOf(bed, given);
  const conflict = conflictOf(bed, given);
  const model = {
    id: bed.id,
    label: bed.bed,
    state: bed.state,
    conflict,
    ...body,
    remark: remarkOf(bed, given),
    nameAlert: nameAlertOf(bed, given.state),
    misfit: misfitOf(bed),
    others: conflict === null ? bed.occupants.filter((o) => o.role !== 'active').map((o) => o.patient) : [],
    signature: [
      bed.state,
      body.patient?.initials,
      body.marker,
      conflict !== null,
      bed.occupants.length,
      remarkOf(bed, given),
      bed.mismatches?.length,
    ].join('|'),
  };
  return { ...model, spoken: speak(model) };
}

export const notListed = 'Not listed any more';

/** 'Not certain since 14:02', 'Not listed any more', 'On leave', 'Admission lies ahead'; null where nothing is to be said. */
export function remarkOf(bed: BedView, given: Given): string | null {
  const { notCertainSince, notListedSince } = bed;
  if (notCertainSince !== undefined)
    return `Not certain since ${given.local.near(notCertainSince, given.minute * 60_000)}`;
  if (notListedSince !== undefined) return notListed;
  const away = bed.onLeave?.[0];
  if (away === undefined) return timesRemarkOf(bed, given);
  const isTheirs = bed.occupants.some((o) => o.encounterId === away.encounterId);
  return isTheirs ? 'On leave' : `Kept for ${initialsShown(away.patient)}, on leave`;
}

/** What is odd about the times of who is in the bed (docs/encounter-rules.md no. 19): the drawer shows what was sent and what counts. */
function timesRemarkOf(bed: BedView, { state, minute }: Given): string | null {
  const ahead = (minute + 1) * 60_000;
  const begin = bed.occupants.map((o) => state.encounters.get(o.encounterId)?.startedAt ?? o.since);
  if (begin.some((at) => Date.parse(at) >= ahead)) return 'Admission lies ahead';
  return conflictsOfBed(bed, state.conflicts).some((c) => c.kind === 'time-not-credible') ? 'Time not credible' : null;
}

/** What breaks the rules of fit; a person's word for it where there is one. */
export function misfitOf({ mismatches = [], reservedFor, occupants }: BedView): TileMisfit | null {
  const override = occupants.length === 0 ? reservedFor?.override : undefined;
  if (override !== undefined) return { word: 'Overridden', why: override.reason };
  return mismatches.length === 0
    ? null
    : { word: 'Unsuitable', why: [...new Set(mismatches.map((m) => m.words))].join(' ') };
}

function nameAlertOf(bed: BedView, state: BoardState): string | null {
  const visit = bed.occupants[0] ?? bed.reservedFor;
  return visit !== null && hasNameAlert(bed, visit.encounterId, state.beds) ? visit.visitNumber : null;
}

type Body = Pick<TileModel, 'patient' | 'needs' | 'stay' | 'lead' | 'marker' | 'clock' | 'progress'>;

/** From ready to move until in the bed; the usual target of the placement clocks. */
const READY_TARGET_MINUTES = 30;

const nothing: Body = { patient: null, needs: [], stay: null, lead: null, marker: null, clock: null, progress: null };

function bodyOf(bed: BedView, given: Given): Body {
  switch (bed.state) {
    case 'occupied':
      return occupied(bed, given);
    case 'reserved':
      return reserved(bed, given);
    case 'available':
      return {
        ...nothing,
        needs: bed.attributes,
        lead:
          bed.nothingHeard === true ? { first: 'Empty', second: 'no word yet' } : { first: 'Clean, empty', second: '' },
        clock: bed.nothingHeard === true ? null : clockOf(bed, 'idle', 'empty', given),
      };
    case 'dirty': {
      const since = bed.clocks.find((c) => c.name === 'dirty')?.since ?? bed.since;
      return {
        ...nothing,
        needs: bed.attributes,
        lead: {
          first: `Since ${near(since, given)}`,
          second: heldFor(bed) ?? (bed.cleaningJobId === null ? 'no job yet' : 'no crew yet'),
        },
        clock: clockOf(bed, 'dirty', 'to start', given),
      };
    }
    case 'cleaning':
      return cleaning(bed, given);
    case 'blocked':
      return {
        ...nothing,
        lead: {
          first:
            bed.notCertainSince !== undefined && bed.blocked?.since === bed.notCertainSince
              ? 'May be taken'
              : (bed.blocked?.note ?? bed.blocked?.reason ?? 'Blocked'),
          second: until(bed.blocked?.until, given),
        },
        clock: clockOf(bed, 'blocked', 'so far', given),
      };
    case 'closed':
      return {
        ...nothing,
        lead: { first: bed.closed?.reason ?? 'Not staffed', second: until(bed.closed?.until, given) },
      };
    case 'surge':
      return { ...nothing, needs: bed.attributes, lead: { first: 'Not open', second: 'surge bed' } };
  }
}

function occupied(bed: BedView, given: Given): Body {
  const occupant = bed.occupants.find((o) => o.role === 'active') ?? bed.occupants[0];
  if (occupant === undefined) return { ...nothing, lead: { first: 'Occupied', second: 'no patient known' } };
  const { state, minute } = given;
  const plan = state.plans.get(occupant.encounterId);
  const encounter = state.encounters.get(occupant.encounterId);
  const isEmergency = state.facility?.units.find((u) => u.id === bed.unit)?.levelOfCare === 'ed';
  const startedAt = (isEmergency ? encounter?.arrivedAt : null) ?? encounter?.startedAt ?? occupant.since;
  const dueAt = plan?.expectedAt ?? encounter?.expectedDischargeAt ?? null;
  // A sender's clock may be ahead: a stay that has not begun says when it does.
  const stay: TileStay =
    Date.parse(startedAt) >= (minute + 1) * 60_000
      ? { bar: null, words: `from ${near(startedAt, given)}`, over: false }
      : stayOf(startedAt, dueAt, minute);
  const body = { ...nothing, patient: occupant.patient, needs: bed.needs, stay };
  if (plan?.status === 'confirmed' && plan.confirmedAt !== null) {
    return {
      ...body,
      marker: 'Confirmed',
      clock: {
        minutes: minutesSince(plan.confirmedAt, minute),
        target: plan.targetMinutes,
        note: plan.waitingFor ?? '',
      },
    };
  }
  if (plan?.status === 'pending' && plan.pendingAt !== null) {
    return {
      ...body,
      marker: 'Pending',
      clock: { minutes: minutesSince(plan.pendingAt, minute), target: null, note: plan.waitingFor ?? 'announced' },
    };
  }
  if (encounter?.status === 'on-leave') return { ...body, marker: 'On leave' };
  return encounter?.inTransit === true ? { ...body, marker: 'Away' } : body;
}

/** '3 of 5 d' with a bar, or '3 d' alone where nobody said when the stay should end. Days begun are counted. */
export function stayOf(startedAt: string, dueAt: string | null, minute: number): TileStay {
  const started = Math.floor(Date.parse(startedAt) / 60_000);
  const days = (minute - started) / 1440;
  const stayed = Math.max(0, Math.floor(days));
  const here = days < 1 ? `${Math.max(0, Math.floor(days * 24))} h` : `${stayed} d`;
  if (dueAt === null) return { bar: null, words: here, over: false };
  const expected = (Date.parse(dueAt) / 60_000 - started) / 1440;
  const whole = Math.max(1, Math.round(expected));
  const longer = Math.max(days, expected, 0.001);
  return {
    bar: { value: Math.max(0, days / longer), mark: Math.max(0, Math.min(expected / longer, 0.985)) },
    words: `${stayed} of ${whole} d`,
    over: stayed > whole,
  };
}

function reserved(bed: BedView, given: Given): Body {
  const hold = bed.reservedFor;
  if (hold === null) return { ...nothing, lead: { first: 'Held', second: '' } };
  const request = hold.bedRequestId === null ? undefined : given.state.requests.get(hold.bedRequestId);
  const from =
    request === undefined
      ? hold.plan !== undefined
        ? plannedWords[hold.plan]
        : hold.kind === 'assignment'
          ? 'Assigned'
          : 'Held'
      : originInWords(facilityView(given.state), request);
  const readyAt = request === undefined ? null : readySince(request, facilityView(given.state).beds.get(bed.id));
  return {
    ...nothing,
    patient: hold.patient,
    needs: bed.needs,
    lead: { first: from, second: holdEnd(hold, given) },
    clock:
      readyAt === null
        ? clockOf(bed, 'reserved', 'held', given)
        : { minutes: minutesSince(readyAt, given.minute), target: READY_TARGET_MINUTES, note: 'ready' },
  };
}

export const plannedWords = { admit: 'Admission planned', transfer: 'Move planned' } as const;

/** 'due 15:10'; 'was due' from that minute on. */
export function dueWords(expectedAt: string, minute: number, local: LocalTime): string {
  const nowMs = minute * 60_000;
  return `${Date.parse(expectedAt) <= nowMs ? 'was due' : 'due'} ${local.near(expectedAt, nowMs)}`;
}

/** Until when a bed is kept; of a plan, when it was to be. */
function holdEnd({ until: end, expectedAt }: NonNullable<BedView['reservedFor']>, given: Given): string {
  if (end === null) return 'until the patient comes';
  if (expectedAt === undefined || expectedAt === null) return until(end, given);
  return dueWords(expectedAt, given.minute, given.local);
}

function cleaning(bed: BedView, given: Given): Body {
  const clock = bed.clocks.find((c) => c.name === 'cleaning');
  const since = clock?.since ?? bed.since;
  const minutes = minutesSince(since, given.minute);
  const target = clock?.targetMinutes ?? null;
  const ready = target === null ? '' : near(new Date(Date.parse(since) + target * 60_000).toISOString(), given);
  return {
    ...nothing,
    needs: bed.attributes,
    lead: {
      first: `Since ${near(since, given)}`,
      second: heldFor(bed) ?? (target === null ? '' : minutes < target ? `ready ${ready}` : `was due ${ready}`),
    },
    clock: { minutes, target, note: target === null ? '' : `of ${target}` },
    progress: target === null ? null : Math.max(0, Math.min(minutes / target, 1)),
  };
}

/** A bed may be promised before it is clean. */
function heldFor(bed: BedView): string | null {
  return bed.reservedFor === null ? null : `for ${initialsShown(bed.reservedFor.patient)}`;
}

function clockOf(bed: BedView, name: BedView['clocks'][number]['name'], note: string, given: Given): TileClock {
  const clock = bed.clocks.find((c) => c.name === name);
  return {
    minutes: minutesSince(clock?.since ?? bed.since, given.minute),
    target: clock?.targetMinutes ?? null,
    note,
  };
}

function conflictOf(bed: BedView, given: Given): TileConflict | null {
  const ofVisits = visitConflictsOnTile(bed, given.state.conflicts);
  if (bed.conflicts.length === 0 && ofVisits.length === 0) return null;
  const known = [...bed.conflicts.flatMap((c) => given.state.conflicts.get(c.id) ?? []), ...ofVisits];
  const told = known
    .flatMap((c: ConflictData) => c.facts)
    .map((f) => ({
      source: sourceOf(bed, f),
      says: [f.says.replace(/^(Patient|Bed is) /, ''), f.at === null ? '' : near(f.at, given)].join(' ').trim(),
    }));
  const facts = told.length > 0 ? told : bed.occupants.map((o) => ({ source: o.role, says: initialsShown(o.patient) }));
  const different = [...new Map(facts.map((f) => [`${f.source}|${f.says}`, f])).values()];
  return { facts: different.slice(0, 2), more: Math.max(0, different.length - 2) };
}

/** Who says it; of patients in the bed whom it is about. Of the one whose name stands above nothing is left to say. */
function sourceOf(bed: BedView, fact: ConflictData['facts'][number]): string {
  const occupant = bed.occupants.find((o) => o.encounterId === fact.encounterId);
  if (occupant === undefined || fact.says !== IN_BED) return fact.source;
  return occupant.role === 'active'
    ? ''
    : [initialsShown(occupant.patient), occupant.patient.ageBand ?? 'age?'].join(' ');
}

const IN_BED = 'Patient in bed';

const near = (iso: string, given: Given): string => given.local.near(iso, given.minute * 60_000);

function until(iso: string | null | undefined, given: Given): string {
  return iso === null || iso === undefined ? '' : `until ${near(iso, given)}`;
}

const markerSpoken = {
  Away: 'away from the bed',
  'On leave': 'on leave',
  Pending: 'pending discharge',
  Confirmed: 'confirmed discharge',
} as const;

function speak(m: Omit<TileModel, 'spoken'>): string {
  const parts = [`Bed ${m.label}`, m.conflict === null ? stateWord[m.state].toLowerCase() : 'conflict'];
  if (m.remark !== null) parts.push(m.remark.toLowerCase());
  if (m.patient !== null) {
    parts.push(
      [initialsShown(m.patient), m.patient.ageBand ?? '', sexWord[m.patient.sex].toLowerCase()]
        .filter((w) => w !== '')
        .join(' '),
    );
  }
  if (m.misfit !== null) parts.push(`${m.misfit.word.toLowerCase()}: ${m.misfit.why.replace(/\.$/, '')}`);
  if (m.nameAlert !== null) parts.push(`name alert, visit ${m.nameAlert}`);
  for (const other of m.others) parts.push(`with ${initialsShown(other)} ${other.ageBand ?? ''}`.trim());
  if (m.conflict !== null) {
    for (const f of m.conflict.facts) parts.push(`${f.source} ${f.says}`.trim());
    if (m.conflict.more > 0) parts.push(`and ${m.conflict.more} more`);
  }
  for (const n of m.needs) parts.push(needWord[n].toLowerCase());
  if (m.lead !== null) parts.push([m.lead.first, m.lead.second].filter((w) => w !== '').join(' '));
  if (m.stay !== null) parts.push(`stay ${m.stay.words}${m.stay.over ? ', longer than expected' : ''}`);
  if (m.marker !== null) parts.push(markerSpoken[m.marker]);
  if (m.clock !== null && m.clock.minutes >= 0) {
    const over = m.clock.target !== null && m.clock.minutes >= m.clock.target ? ', over target' : '';
    parts.push(`${m.clock.note === '' ? '' : `${m.clock.note} `}${durationSpoken(m.clock.minutes)}${over}`);
  }
  return parts.join(', ');
}
