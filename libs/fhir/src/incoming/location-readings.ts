import type { SentPlace } from '@wardstream/events';
import { type FhirIssue, warning } from '../outcome/issue.js';
import type { EncounterLocation } from '../r4/encounter.schema.js';
import { compare, greatest } from './instants.js';
import { agree, combined, readPlace } from './places.js';
import type { Phase, ReadingContext, PlanReading, StayReading, Time } from './encounter-reading.js';

/** Encounter.location, sorted into stays, plans, and places that are held for a patient who is away. */
export interface LocationReadings {
  readonly stays: readonly StayReading[];
  readonly untimed: SentPlace | null;
  readonly plans: readonly PlanReading[];
  readonly heldFrom: string | null;
  readonly sites: readonly string[];
}

interface Entry {
  readonly place: SentPlace;
  readonly from: string | null;
  readonly to: string | null;
  readonly status: EncounterLocation['status'];
  /** FHIRPath of the entry. */
  readonly path: string;
}
type Timed = Entry & { readonly from: string };

/** Reads the places of an encounter in this phase. */
export function readLocations(
  entries: readonly EncounterLocation[],
  phase: Phase,
  context: ReadingContext,
  time: Time,
  warnings: FhirIssue[],
): LocationReadings {
  const sites: string[] = [];
  const read = entries.flatMap((entry, i) => {
    const path = `${context.path}.location[${i}]`;
    const at = readPlace(entry.location, entry.physicalType, context.resolve, context.placeOf, `${path}.location`);
    sites.push(...at.sites);
    warnings.push(...at.issues);
    const ofEntry: Time = (text, element, ends) => time(text, `location[${i}].${element}`, ends);
    return at.place === null ? [] : [{ ...timesOf(entry, path, ofEntry, warnings), place: at.place }];
  });
  if (phase === 'planned') return { stays: [], untimed: null, plans: planned(read, warnings), heldFrom: null, sites };

  const real = read.filter((entry) => !isPlan(entry));
  const timed = real
    .filter((e): e is Timed => e.from !== null)
    .sort((a, b) => compare(a.from, b.from) || noLength(a, b));
  const stays = joined(timed);
  const untimed = currentOf(
    real.filter(({ from }) => from === null),
    stays.length === 0,
    warnings,
  );
  const here = untimed ?? stays.at(-1)?.place ?? null;
  const held = read.filter((e) => e.status === 'reserved' && here !== null && agree(e.place, here));
  warnOfTwo(stays, context.path, warnings);
  return {
    stays,
    untimed,
    plans: inOrder(read.filter((e) => isPlan(e) && !held.includes(e) && !(e.status === 'reserved' && e.to !== null))),
    heldFrom: greatest(held.filter((e) => e.to === null).map(({ from }) => from)),
    sites,
  };
}

function timesOf(entry: EncounterLocation, path: string, time: Time, warnings: FhirIssue[]): Omit<Entry, 'place'> {
  const [from, end] = [time(entry.period?.start, 'period.start'), time(entry.period?.end, 'period.end', 'ends')];
  const backwards = from !== null && end !== null && end < from;
  if (backwards) {
    warnings.push(warning('invariant', `${path}.period`, 'The stay ends before it begins, so its end is not used'));
  }
  return { from, to: backwards ? null : end, status: entry.status, path };
}

function isPlan({ status }: Entry): boolean {
  return status === 'planned' || status === 'reserved';
}

/** All places of an encounter that is only planned are. */
function planned(read: readonly Entry[], warnings: FhirIssue[]): PlanReading[] {
  for (const { status, path } of read) {
    if (status !== 'active' && status !== 'completed') continue;
    const text = 'The encounter is only planned, so the place is taken as planned';
    warnings.push(warning('business-rule', `${path}.status`, text));
  }
  return inOrder(read);
}

function inOrder(entries: readonly Entry[]): PlanReading[] {
  return entries
    .map(({ place, from }) => ({ place, expectedAt: from }))
    .sort((a, b) => compare(a.expectedAt ?? '', b.expectedAt ?? ''));
}

/** Of the places without a beginning: the one the patient is in, else the only one. Ward, room and bed may be told apart. */
function currentOf(untimed: readonly Entry[], alone: boolean, warnings: FhirIssue[]): SentPlace | null {
  const open = untimed.filter(({ to, status }) => to === null && status !== 'completed');
  const candidates = open.length > 0 ? open : alone ? untimed.slice(0, 1) : [];
  const taken = new Set<Entry>();
  let place: SentPlace | null = null;
  for (const candidate of candidates) {
    if (!agree(place, candidate.place)) continue;
    place = place === null ? candidate.place : combined(place, candidate.place);
    taken.add(candidate);
  }
  for (const passed of untimed.filter((entry) => !taken.has(entry))) {
    const text = 'Nothing says when the stay began, so it is not used';
    warnings.push(warning('business-rule', `${passed.path}.period.start`, text));
  }
  return place;
}

/** At one beginning the stay of no length comes first; any other order is that of the list. */
function noLength(a: Timed, b: Timed): number {
  return Number(a.to !== a.from) - Number(b.to !== b.from);
}

/** Entries that begin together and agree are one stay: ward, room and bed of it may be told apart. */
function joined(timed: readonly Timed[]): StayReading[] {
  const stays: { place: SentPlace; from: string; to: string | null }[] = [];
  for (const { place, from, to } of timed) {
    const last = stays.at(-1);
    if (last?.from === from && last.to !== from && agree(last.place, place)) {
      const end = last.to === null || to === null ? null : greatest([last.to, to]);
      stays[stays.length - 1] = { place: combined(last.place, place), from, to: end };
    } else stays.push({ place, from, to });
  }
  return stays;
}

function warnOfTwo(stays: readonly StayReading[], path: string, warnings: FhirIssue[]): void {
  for (const [i, stay] of stays.entries()) {
    const next = stays[i + 1];
    if (next?.from !== stay.from || stay.to === stay.from) continue;
    const text = 'Two places begin at the same time; the later one in the list counts';
    warnings.push(warning('conflict', `${path}.location`, text));
  }
}
