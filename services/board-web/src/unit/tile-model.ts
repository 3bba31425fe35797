import type { BedView } from '@wardstream/api-contract';
import type { BedState, ConflictData, Need, PatientBrief } from '@wardstream/events';
import { conflictsOfBed, visitConflictsOnTile } from '../conflicts/bed-conflicts.js';
import { hasNameAlert } from './alike.js';
import type { BoardState } from '../stream/board-state.js';
import type { LocalTime } from '../time/local-time.js';
import { initialsShown } from '../ui/labels.js';
import { ariaLabelOf } from './tile-aria-label.js';
import { bodyOf } from './tile-body.js';
import { t } from '../texts/texts.js';

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
  readonly word: string;
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
  readonly ariaLabel: string;
  /** Changes exactly when something changed that should flash. */
  readonly signature: string;
}

export interface TileGiven {
  readonly state: BoardState;
  readonly minute: number;
  readonly local: LocalTime;
}

export function tileModel(bed: BedView, given: TileGiven): TileModel {
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
  return { ...model, ariaLabel: ariaLabelOf(model) };
}

export const notListed = t('unit.notListedAnyMore');

/** 'Not certain since 14:02', 'Not listed any more', 'On leave', 'Admission lies ahead'; null where nothing is to be said. */
export function remarkOf(bed: BedView, given: TileGiven): string | null {
  const { notCertainSince, notListedSince } = bed;
  if (notCertainSince !== undefined)
    return t('unit.notCertainSince', { value: given.local.near(notCertainSince, given.minute * 60_000) });
  if (notListedSince !== undefined) return notListed;
  const away = bed.onLeave?.[0];
  if (away === undefined) return timesRemarkOf(bed, given);
  const isTheirs = bed.occupants.some((o) => o.encounterId === away.encounterId);
  return isTheirs ? t('unit.onLeave') : t('unit.keptForOnLeave', { patient: initialsShown(away.patient) });
}

/** What is odd about the times of who is in the bed (docs/encounter-rules.md no. 19): the drawer shows what was sent and what counts. */
function timesRemarkOf(bed: BedView, { state, minute }: TileGiven): string | null {
  const ahead = (minute + 1) * 60_000;
  const begin = bed.occupants.map((o) => state.encounters.get(o.encounterId)?.startedAt ?? o.since);
  if (begin.some((at) => Date.parse(at) >= ahead)) return t('unit.admissionLiesAhead');
  return conflictsOfBed(bed, state.conflicts).some((c) => c.kind === 'time-not-credible')
    ? t('unit.timeNotCredible')
    : null;
}

/** What breaks the rules of fit; a person's word for it where there is one. */
export function misfitOf({ mismatches = [], reservedFor, occupants }: BedView): TileMisfit | null {
  const override = occupants.length === 0 ? reservedFor?.override : undefined;
  if (override !== undefined) return { word: t('unit.overridden'), why: override.reason };
  return mismatches.length === 0
    ? null
    : { word: t('unit.unsuitable'), why: [...new Set(mismatches.map((m) => m.words))].join(' ') };
}

function nameAlertOf(bed: BedView, state: BoardState): string | null {
  const visit = bed.occupants[0] ?? bed.reservedFor;
  return visit !== null && hasNameAlert(bed, visit.encounterId, state.beds) ? visit.visitNumber : null;
}

function conflictOf(bed: BedView, given: TileGiven): TileConflict | null {
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

const near = (iso: string, given: TileGiven): string => given.local.near(iso, given.minute * 60_000);
