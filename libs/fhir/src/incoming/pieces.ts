import type { SentPlace } from '@wardstream/events';
import { type Changes, changesFrom, type Remembered } from './changes.js';
import { combineTimelines, latestTimeline } from './combine-timelines.js';
import { compare } from './instants.js';
import type { Phase, EncounterReading } from './encounter-reading.js';
import { draftTimeline, draftPlan, type FactDraft } from './fact-drafts.js';
import { continueTimeline, type Timeline } from './timeline.js';

/** One Encounter of a visit (docs/encounter-rules.md no. 29), by the version of it that was recorded last. Plain JSON. */
export interface Piece {
  /** The id of its Encounter; empty where it has none but the one that the server gave the visit; null where that was not kept. */
  readonly id: string | null;
  readonly phase: Phase;
  /** When it began, as it said itself; null where it did not. */
  readonly start: string | null;
  /** Null while it is only planned, and of one that is called off. */
  readonly timeline: Timeline | null;
  readonly plan: FactDraft | null;
  readonly origin: SentPlace | null;
  readonly recordedAt: string;
  /** Digest of what is told with every fact: the patient and the specialty. */
  readonly details: string;
}

/** What is remembered of the Encounters of a visit that were taken. Plain JSON, to be stored beside the last version. */
export interface EncounterMemory {
  readonly pieces: readonly Piece[];
  readonly statements: readonly Remembered[];
  readonly generation: number;
}

/** As it was kept before several Encounters could be of one visit. */
interface SingleMemory {
  readonly phase: Phase;
  readonly timeline: Timeline | null;
  readonly statements: readonly Remembered[];
  readonly generation: number;
  readonly details: string;
}

/** Reads what was stored, in whichever form; `recordedAt` is when the last version of it was recorded. */
export function memoryOfStored(stored: EncounterMemory | SingleMemory, recordedAt: string): EncounterMemory {
  if ('pieces' in stored) return stored;
  const { phase, timeline, statements, generation, details } = stored;
  const plan = statements.find(({ slot }) => slot === 'plan') ?? null;
  const piece: Piece = {
    ...{ id: null, phase, timeline, recordedAt, details },
    ...{ start: null, plan: timeline === null ? plan : null, origin: null },
  };
  return { pieces: [piece], statements, generation };
}

/** Which Encounter of its visit a version is of. */
export interface PieceNamed {
  readonly id: string;
  /** Whether its sender may call it by another id in every message. */
  readonly loosely: boolean;
}

/**
 * The piece that a version is of: the one of its id. What has no id of its own speaks of the visit's only Encounter. In a message an id
 * that is new may be one that its sender makes anew for each: then it is the Encounter that began at the same time, or
 * the only one, where it does not say when it began.
 */
export function pieceOf(
  pieces: readonly Piece[],
  { id, loosely }: PieceNamed,
  { start }: EncounterReading,
): Piece | undefined {
  const known = pieces.find((piece) => piece.id === id);
  if (known !== undefined) return known;
  const [first, ...more] = pieces;
  const only = more.length === 0 ? first : undefined;
  if (id === '' || only?.id === null) return only;
  if (!loosely) return undefined;
  return start === null ? only : pieces.find((piece) => piece.start === start);
}

/**
 * A version of one Encounter, and so what changes of the visit. Versions of one Encounter are given in the order in which they were
 * taken. One that has no id of its own, of a visit with several, speaks of the whole and stands for all of them.
 */
export function takeVersion(
  before: EncounterMemory | undefined,
  named: PieceNamed,
  reading: EncounterReading,
  { recordedAt, details }: Pick<Piece, 'recordedAt' | 'details'>,
): { readonly changes: Changes['changes']; readonly memory: EncounterMemory } {
  const pieces = before?.pieces ?? [];
  const old = pieceOf(pieces, named, reading);
  const piece = pieceAfter(old, named, reading, { recordedAt, details });
  const whole = named.id === '' && old === undefined;
  const others = whole ? [] : pieces.filter((each) => each !== old);
  const memory = { pieces: [...others, piece], generation: before?.generation ?? 0 };
  if (reading.phase === 'unknown') return { changes: [], memory: { ...memory, statements: before?.statements ?? [] } };
  const now = statementsOf(memory.pieces, recordedAt);
  const calledOff = piece.plan === null && piece.timeline === null && (old?.plan ?? null) !== null;
  const { changes, statements, generation } = changesFrom(before?.statements ?? [], now, memory.generation, calledOff);
  return { changes, memory: { ...memory, statements, generation } };
}

/**
 * A version that was recorded before the one that is remembered: it adds what it says, and takes nothing back that was said later; nor does
 * it end the visit while another Encounter of it is open.
 */
export function takeLateVersion(
  before: EncounterMemory,
  named: PieceNamed,
  reading: EncounterReading,
  kept: Pick<Piece, 'recordedAt' | 'details'>,
): { readonly changes: Changes['changes']; readonly memory: EncounterMemory } {
  const { changes } = takeVersion(undefined, named, reading, kept);
  const old = pieceOf(before.pieces, named, reading);
  const open = before.pieces.some((piece) => piece !== old && isOpen(piece));
  return { changes: open ? changes.filter(({ statement }) => statement.slot !== 'end') : changes, memory: before };
}

function isOpen({ timeline }: Piece): boolean {
  return timeline !== null && timeline.ended === null;
}

/** Whether it is this Encounter that says where the patient is, or was last. */
export function isCurrent(pieces: readonly Piece[], piece: Piece): boolean {
  const begun = pieces.flatMap(({ timeline }) => timeline ?? []);
  return (
    begun.length === 0 ||
    latestTimeline(begun) === piece.timeline ||
    (begun.length === 1 && begun[0] === piece.timeline)
  );
}

function pieceAfter(
  old: Piece | undefined,
  { id }: PieceNamed,
  reading: EncounterReading,
  kept: Pick<Piece, 'recordedAt' | 'details'>,
): Piece {
  const { phase, origin, start } = reading;
  const piece = { ...kept, id: old?.id ?? id, phase, origin, start: start ?? old?.start ?? null };
  switch (phase) {
    case 'planned':
      return { ...piece, timeline: null, plan: draftPlan(reading, kept.recordedAt)[0] ?? null };
    case 'present':
    case 'on-leave':
    case 'finished':
      return { ...piece, plan: null, timeline: continueTimeline(old?.timeline ?? null, reading, kept.recordedAt) };
    case 'cancelled':
    case 'in-error':
      return { ...piece, plan: null, timeline: null };
    case 'unknown':
      return old === undefined ? { ...piece, plan: null, timeline: null } : { ...old, details: kept.details };
  }
}

function statementsOf(pieces: readonly Piece[], recorded: string): FactDraft[] {
  const begun = pieces.flatMap(({ timeline, origin }) => (timeline === null ? [] : [{ timeline, origin }]));
  const plans = pieces.flatMap(({ plan, recordedAt }) => (plan === null ? [] : [{ plan, recordedAt }]));
  const last = plans.sort((a, b) => compare(a.recordedAt, b.recordedAt)).at(-1);
  const planned = last === undefined ? [] : [last.plan];
  if (begun.length === 0) return planned;
  const first = begun.reduce((a, b) => (compare(b.timeline.began.at, a.timeline.began.at) < 0 ? b : a));
  const course = combineTimelines(begun.map(({ timeline }) => timeline));
  return [...planned, ...draftTimeline(course, first.origin, recorded)];
}
