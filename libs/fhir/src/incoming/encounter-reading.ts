import { type DoubtedTime, isTime, type SentPlace } from '@wardstream/events';
import { instantOf } from '@wardstream/kernel';
import { patientClassOf } from '../codes/patient-class.js';
import { type FhirIssue, warning } from '../outcome/issue.js';
import { type DateTime, parseDateTime } from '../r4/date-time.js';
import type { Encounter, FhirEncounterStatus } from '../r4/encounter.schema.js';
import { extensions } from '../r4/systems.js';
import { compare, greatest, least } from './instants.js';
import { type PlaceOf, readPlace } from './places.js';
import type { Resolve } from './references.js';
import { readLocations } from './location-readings.js';

/** What an Encounter's status means for the patient's whereabouts. */
export type Phase = 'planned' | 'present' | 'on-leave' | 'finished' | 'cancelled' | 'in-error' | 'unknown';

/** The event of a message that carries the Encounter; it may say more than the Encounter's status. */
export type NotificationEvent = 'admit' | 'transfer' | 'discharge';

/** A stay as an Encounter says it. Times are ISO 8601 in UTC. */
export interface StayReading {
  readonly place: SentPlace;
  readonly from: string;
  readonly to: string | null;
}

/** A place the patient is to come to. */
export interface PlanReading {
  readonly place: SentPlace;
  readonly expectedAt: string | null;
}

/** What one version of an Encounter says, in our terms and without any judgement of what was said before. */
export interface EncounterReading {
  readonly phase: Phase;
  readonly event: NotificationEvent | null;
  /** When it began by Encounter.period, else by statusHistory; of one that is only planned, for when it is planned. */
  readonly start: string | null;
  readonly end: string | null;
  /** The period in which it ended, where Encounter.period says no time of day; any time of it may be meant. */
  readonly endsWithin: { readonly from: string; readonly to: string } | null;
  /** Stays with a beginning, in their order. */
  readonly stays: readonly StayReading[];
  /** Where the patient is or was, without a beginning. */
  readonly untimed: SentPlace | null;
  /** Whether something says that the patient was in the house at all. */
  readonly hasBegun: boolean;
  /** What is planned or held, but for the place the patient is on leave from. */
  readonly plans: readonly PlanReading[];
  readonly class: string | null;
  readonly classes: readonly { readonly class: string | null; readonly from: string | null }[];
  readonly leaves: readonly { readonly from: string; readonly to: string | null }[];
  /** From when on statusHistory speaks; null without one. */
  readonly statusesFrom: string | null;
  /** When the last status of the history ended. */
  readonly statusesTo: string | null;
  /** When a place began to be held for a patient who is away. */
  readonly heldFrom: string | null;
  readonly expectedEnd: string | null;
  readonly origin: SentPlace | null;
  readonly specialty: string | null;
  readonly noTimes: readonly NoTime[];
  /** Codes of sites; one of them may name the facility. */
  readonly sites: readonly string[];
}

/** What was written as a time and is none: of no year that can be meant. */
export type NoTime = Omit<DoubtedTime, 'of'>;

/** Reads the time at an element, named from the Encounter on; `ends`: of what ends then. */
export type Time = (text: string | undefined, element: string, ends?: 'ends') => string | null;

export interface ReadingContext {
  readonly resolve: Resolve;
  readonly placeOf: PlaceOf;
  /** IANA zone of dates without a time. */
  readonly timeZone: string;
  /** When it was received, ISO: no time is over a year ahead of that. */
  readonly receivedAt: string;
  /** When it was recorded, ISO. */
  readonly recordedAt: string;
  /** FHIRPath of the Encounter. */
  readonly path: string;
  readonly event: NotificationEvent | null;
}

const presence: ReadonlySet<FhirEncounterStatus> = new Set([
  'arrived',
  'triaged',
  'in-progress',
  'onleave',
  'finished',
]);

/** Reads what an Encounter says. What it says twice over, or against itself, is told in `warnings`; it is taken all the same. */
export function readEncounter(encounter: Encounter, context: ReadingContext, warnings: FhirIssue[]): EncounterReading {
  const time: Time = (text, element, ends) => {
    const parsed = text === undefined ? null : parseDateTime(text, context.timeZone);
    const iso = parsed === null ? null : ends === undefined ? parsed.iso : endOf(parsed);
    // A day that ends something and is not over yet has not ended it.
    if (ends !== undefined && parsed !== null && isDate(parsed.precision) && iso! > context.recordedAt) return null;
    if (text === undefined || iso === null || isTime(iso, context.receivedAt)) return iso;
    const path = `${context.path}.${element}`;
    warnings.push(warning('value', path, 'The time is of no year that can be meant; it does not count'));
    noTimes.push({ field: path, sent: text, at: iso });
    return null;
  };
  const noTimes: NoTime[] = [];
  const phase = phaseOf(encounter, context.event);
  const places = readLocations(encounter.location ?? [], phase, context, time, warnings);
  const statuses = (encounter.statusHistory ?? []).map(({ status, period }, i) => ({
    status,
    from: time(period.start, `statusHistory[${i}].period.start`),
    to: time(period.end, `statusHistory[${i}].period.end`, 'ends'),
  }));
  const history = statuses.filter(({ from }) => from !== null).map((s) => ({ ...s, from: s.from! }));
  const started = history.filter(({ status }) => presence.has(status)).map(({ from }) => from);
  const start = time(encounter.period?.start, 'period.start');
  const endsWithin = dayOf(encounter.period?.end, context.timeZone);
  // Dated by the day on which it is recorded, it ended by then.
  const isToday = endsWithin !== null && context.recordedAt >= endsWithin.from && context.recordedAt < endsWithin.to;
  // Of a day ahead its beginning is doubted, as any time ahead is.
  const isAhead = endsWithin !== null && endsWithin.from > context.recordedAt;
  const end = isToday ? context.recordedAt : time(encounter.period?.end, 'period.end', isAhead ? undefined : 'ends');
  if (start !== null && end !== null && end < start) {
    warnings.push(warning('invariant', `${context.path}.period`, 'The encounter ends before it begins'));
  }
  if (end !== null && (phase === 'present' || phase === 'on-leave')) {
    warnings.push(
      warning('invariant', `${context.path}.period.end`, 'The encounter is not over, so its end is not used'),
    );
  }
  const { location } = encounter;
  return {
    phase,
    event: context.event,
    start: phase === 'planned' ? start : (start ?? least(started)),
    end,
    endsWithin: end === null ? null : endsWithin,
    stays: places.stays,
    untimed: places.untimed,
    hasBegun:
      statuses.some(({ status }) => presence.has(status)) ||
      (location ?? []).some(({ status }) => status === 'active' || status === 'completed'),
    plans: places.plans,
    class: patientClassOf(encounter.class),
    classes: (encounter.classHistory ?? [])
      .map((c, i) => ({
        class: patientClassOf(c.class),
        from: time(c.period.start, `classHistory[${i}].period.start`),
      }))
      .sort((a, b) => compare(a.from ?? '', b.from ?? '')),
    leaves: history
      .filter(({ status }) => status === 'onleave')
      .map(({ from, to }) => ({ from, to: to !== null && to < from ? null : to }))
      .sort((a, b) => compare(a.from, b.from)),
    statusesFrom: least(history.map(({ from }) => from)),
    statusesTo: greatest(history.map(({ to }) => to)),
    heldFrom: places.heldFrom,
    expectedEnd: time(
      encounter.extension?.find(({ url }) => url === extensions.plannedEnd)?.valueDateTime,
      'extension.valueDateTime',
    ),
    origin: originOf(encounter, context, warnings),
    specialty: specialtyOf(encounter),
    noTimes,
    sites: [...places.sites, ...providersOf(encounter, context)],
  };
}

/** A day that ends something ends with it (docs/encounter-rules.md no. 20). */
function endOf({ iso, endIso, precision }: DateTime): string {
  return isDate(precision) ? instantOf(Date.parse(endIso) - 1000) : iso;
}

function dayOf(text: string | undefined, timeZone: string): EncounterReading['endsWithin'] {
  const parsed = text === undefined ? null : parseDateTime(text, timeZone);
  return parsed === null || !isDate(parsed.precision) ? null : { from: parsed.iso, to: parsed.endIso };
}

function isDate(precision: DateTime['precision']): boolean {
  return precision === 'year' || precision === 'month' || precision === 'day';
}

function phaseOf({ status }: Encounter, event: NotificationEvent | null): Phase {
  switch (status) {
    case 'planned':
      return 'planned';
    case 'arrived':
    case 'triaged':
    case 'in-progress':
    case 'onleave':
      // A notification of a discharge means it, also where the sender has not closed the encounter yet.
      if (event === 'discharge') return 'finished';
      return status === 'onleave' ? 'on-leave' : 'present';
    case 'finished':
      return 'finished';
    case 'cancelled':
      return 'cancelled';
    case 'entered-in-error':
      return 'in-error';
    default:
      return event === null ? 'unknown' : event === 'discharge' ? 'finished' : 'present';
  }
}

function originOf(encounter: Encounter, context: ReadingContext, warnings: FhirIssue[]): SentPlace | null {
  const origin = encounter.hospitalization?.origin;
  if (origin === undefined || context.resolve(origin)?.resource.resourceType !== 'Location') return null;
  const path = `${context.path}.hospitalization.origin`;
  const read = readPlace(origin, undefined, context.resolve, context.placeOf, path);
  warnings.push(...read.issues);
  return read.place;
}

function specialtyOf({ serviceType }: Encounter): string | null {
  const code = serviceType?.coding?.find((c) => (c.code?.trim() ?? '') !== '')?.code;
  return code?.trim() || serviceType?.text?.trim() || null;
}

/** What may name the facility: the provider's identifiers, its name, and what the reference shows. */
function providersOf({ serviceProvider }: Encounter, { resolve }: ReadingContext): string[] {
  if (serviceProvider === undefined) return [];
  const organization = resolve(serviceProvider)?.resource;
  const identifiers = Array.isArray(organization?.['identifier']) ? (organization['identifier'] as unknown[]) : [];
  const values = identifiers.map((i) =>
    typeof i === 'object' && i !== null ? (i as { value?: unknown }).value : null,
  );
  return [serviceProvider.identifier?.value, ...values, organization?.['name'], serviceProvider.display].filter(
    (code): code is string => typeof code === 'string' && code.trim() !== '',
  );
}
