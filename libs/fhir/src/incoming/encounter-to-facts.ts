import { AHEAD_MINUTES, Credence, type DoubtedTime, type FactKind, type MovementFact } from '@wardstream/events';
import { digest } from '@wardstream/kernel';
import { classOfFact } from '../codes/patient-class.js';
import { triggerKinds } from '@wardstream/hl7v2';
import { error, type FhirIssue, warning } from '../outcome/issue.js';
import { readResource } from '../outcome/structure.js';
import { parseDateTime } from '../r4/date-time.js';
import { type Encounter, encounter as encounterSchema } from '../r4/encounter.schema.js';
import type { Change, Remembered } from './changes.js';
import { type IdentifierDomains, otherNumbersOf, visitOf } from './identifiers.js';
import type { PlaceOf } from './places.js';
import { type EncounterMemory, isCurrent, pieceOf, type PieceNamed, takeLateVersion, takeVersion } from './pieces.js';
import { type Found, type Resolve, resolverOf } from './references.js';
import { type NotificationEvent, readEncounter, type EncounterReading } from './encounter-reading.js';
import { planKind, type FactDraft } from './fact-drafts.js';
import { subjectOf } from './subject.js';

export interface EncounterOptions {
  /** When it was received, as ISO 8601 instant in UTC with milliseconds. */
  readonly receivedAt: string;
  /**
   * Who says when it was recorded. `receipt`: the server does, as for REST interactions; a client that sends back what it read
   * must not seem older than what it changes. `sender`: meta.lastUpdated, else `sentAt`, as for messages.
   */
  readonly recorded: 'receipt' | 'sender';
  /** When the message that carries it was written (Bundle.timestamp). */
  readonly sentAt?: string | null;
  /** IANA zone of dates without a time. */
  readonly timeZone: string;
  readonly domains?: IdentifierDomains;
  /** Locations that the caller knows. */
  readonly placeOf?: PlaceOf;
  /** Resources that came along. */
  readonly resolve?: Resolve;
  /** What the versions before left, of all Encounters of the visit; absent for the first version that is taken. */
  readonly previous?: EncounterMemory;
  /** The id of the Encounter, which of several of its visit it is; empty, as unless said, where it has none of its own. */
  readonly piece?: string;
  /** What the message that carries it is about. */
  readonly event?: NotificationEvent | null;
  /** FHIRPath of the Encounter in what was sent. */
  readonly path?: string;
}

/** What an Encounter means for patient flow. No facts where it says nothing new. */
export type EncounterMapping =
  | {
      readonly kind: 'facts';
      readonly facts: readonly MovementFact[];
      /** Null where the Encounter names no visit: then it is the patient's only open one. */
      readonly visit: MovementFact['visit'];
      /** Other identifiers that the Encounter has: it is found by them, too. */
      readonly others: readonly NonNullable<MovementFact['visit']>[];
      /** To be given with the next version. */
      readonly memory: EncounterMemory;
      /** When this version was recorded, ISO. */
      readonly recordedAt: string;
      /** Codes that may name the facility: of the provider, and of the sites above the places. */
      readonly sites: readonly string[];
      readonly warnings: readonly FhirIssue[];
    }
  | { readonly kind: 'errors'; readonly issues: readonly [FhirIssue, ...FhirIssue[]] };

/**
 * Turns a version of an Encounter (R4) into facts: a first version into all that it says happened, a later one into what it
 * changes of its visit. Versions are given in the order in which they were taken. `patient` is the Patient resource, where it is known and
 * does not come along. The same input gives the same facts; any input gives facts or issues; never throws.
 */
export function encounterToFacts(input: unknown, patient: unknown, options: EncounterOptions): EncounterMapping {
  const path = options.path ?? 'Encounter';
  const read = readResource(encounterSchema, input, path);
  if (!read.ok) return { kind: 'errors', issues: read.error };
  const encounter = read.value;
  const domains = options.domains ?? new Map<string, string>();
  const resolve = resolverOf(encounter.contained, path, options.resolve);
  const subject = subjectOf(encounter, patientResource(encounter, patient, resolve), domains);
  if (!subject.ok) return { kind: 'errors', issues: asErrors(subject.error, path) };
  const visit = visitOf(encounter, domains, resolve);
  if (visit === null && subject.value.id === null) {
    const text = 'Neither an identifier nor an id names the visit, and no subject says whose it is';
    return { kind: 'errors', issues: [error('required', `${path}.identifier`, text)] };
  }
  const warnings: FhirIssue[] = [];
  if (encounter.subject?.reference !== undefined && subject.value.id === null) {
    const text = 'The reference leads to nobody, and so the encounter is taken without its patient';
    warnings.push(warning('not-found', `${path}.subject`, text));
  }
  const { partOf } = encounter;
  const ofItself = encounter.id !== undefined && partOf?.reference === `Encounter/${encounter.id}`;
  if (partOf?.reference !== undefined && partOf.identifier === undefined && !ofItself && !resolve(partOf)) {
    const text = 'The Encounter that this one is a part of did not come along, and so its own number counts';
    warnings.push(warning('not-found', `${path}.partOf`, text));
  }
  const recorded = recordedOf(encounter, options);
  const reading = readEncounter(
    encounter,
    {
      resolve,
      path,
      placeOf: options.placeOf ?? (() => null),
      timeZone: options.timeZone,
      receivedAt: options.receivedAt,
      recordedAt: recorded.at,
      event: options.event ?? null,
    },
    warnings,
  );
  const named = { id: options.piece ?? '', loosely: options.recorded === 'sender' };
  const followed = follow(
    options,
    named,
    reading,
    recorded.at,
    digest(JSON.stringify([subject.value, reading.specialty])),
  );
  const { changes, memory, current, news } = followed;
  // What is told of one that the patient is not in by now says nothing of what they are in.
  const specialty = current ? reading.specialty : null;
  const common = { trigger: '', visit, patient: subject.value, specialty, recordedAt: recorded.at };
  const facts = changes.map((change) => withDoubts(factOf(change, common, recorded.from), change, reading, recorded));
  const calledOff = reading.phase === 'cancelled' || reading.phase === 'in-error';
  if (facts.length === 0 && !calledOff && news) facts.push(updateOf(reading, common, recorded, current));
  if (calledOff && followed.unheardOf) {
    const text = 'Nothing was heard of this Encounter, so nothing of its visit is taken back';
    warnings.push(warning('not-found', `${path}.status`, text));
  }
  warnings.push(...unsaidTimes(changes, path));
  if (reading.event === 'transfer' && reading.untimed === null && reading.stays.length === 0) {
    const text = 'The message tells of a transfer, and no location in the facility says where to';
    warnings.push(warning('required', `${path}.location`, text));
  }
  const others = visit === null ? [] : otherNumbersOf(encounter, visit, domains);
  return { kind: 'facts', facts, visit, others, memory, recordedAt: recorded.at, sites: reading.sites, warnings };
}

function patientResource(
  encounter: Encounter,
  patient: unknown,
  resolve: Resolve,
): Pick<Found, 'resource' | 'path'> | undefined {
  const found = encounter.subject === undefined ? undefined : resolve(encounter.subject);
  if (found !== undefined) return found;
  if (patient === undefined || patient === null) return undefined;
  return { resource: patient as Found['resource'], path: 'Patient' };
}

/** What nobody said counts from when it was recorded; it says so where a time was written that is none. */
function withDoubts(
  fact: MovementFact,
  { action, statement }: Change,
  { noTimes }: EncounterReading,
  { doubted }: Recorded,
): MovementFact {
  const unsaid = action !== 'cancel' && !statement.at.said && timeElements[statement.slot] !== undefined;
  const doubtedTimes: DoubtedTime[] = [
    ...(unsaid ? noTimes.map((none): DoubtedTime => ({ of: 'at', ...none })) : []),
    ...doubted,
  ];
  return doubtedTimes.length === 0 ? fact : { ...fact, doubtedTimes };
}

interface Recorded {
  readonly at: string;
  readonly doubted: readonly DoubtedTime[];
  readonly from: 'EVN-2' | 'MSH-7';
}

/** What HL7 v2 says in EVN-2 (recorded) and in MSH-7 (sent). */
function recordedOf(encounter: Encounter, { recorded, receivedAt, sentAt, timeZone }: EncounterOptions): Recorded {
  if (recorded === 'receipt') return { at: receivedAt, from: 'MSH-7', doubted: [] };
  const updated = encounter.meta?.lastUpdated;
  const parsed = updated === undefined ? null : parseDateTime(updated, timeZone);
  const sent = sentAt === undefined || sentAt === null ? null : { iso: sentAt, endMs: Date.parse(sentAt) };
  const credence = new Credence({ receivedAt, aheadMs: AHEAD_MINUTES * 60_000 }, sent);
  if (parsed === null) return { at: credence.instead.at, from: 'MSH-7', doubted: [] };
  if (credence.of(parsed.iso) === 'credible') return { at: parsed.iso, from: 'EVN-2', doubted: [] };
  const doubted: DoubtedTime = { of: 'recordedAt', field: 'meta.lastUpdated', sent: updated ?? '', at: parsed.iso };
  return { at: credence.instead.at, from: 'MSH-7', doubted: [doubted] };
}

interface Followed {
  readonly changes: readonly Change[];
  readonly memory: EncounterMemory;
  /** Whether the patient is in this Encounter by now, or in no other. */
  readonly current: boolean;
  /** Whether the patient or the specialty is told anew. */
  readonly news: boolean;
  /** Whether nothing was heard of this Encounter, but of others of its visit. */
  readonly unheardOf: boolean;
}

/** What was said before, what is said now, and so what changed. */
function follow(
  { previous, recorded }: EncounterOptions,
  named: PieceNamed,
  reading: EncounterReading,
  recordedAt: string,
  details: string,
): Followed {
  const old = pieceOf(previous?.pieces ?? [], named, reading);
  const others = (previous?.pieces ?? []).filter((piece) => piece !== old);
  const told = {
    news: !(old === undefined ? others : [old]).some((piece) => piece.details === details),
    unheardOf: old === undefined && others.length > 0,
  };
  const late = recorded === 'sender' && old !== undefined && recordedAt < old.recordedAt;
  const calledOff = reading.phase === 'cancelled' || reading.phase === 'in-error';
  const kept = { recordedAt, details };
  if (calledOff && others.length === 0 && (late || old === undefined)) {
    const { memory } = takeVersion(undefined, named, reading, kept);
    const after = late ? previous! : { ...memory, generation: 1 };
    return { ...told, current: true, changes: [cancelOfUnknown(reading, recordedAt)], memory: after };
  }
  const { changes, memory } = late
    ? takeLateVersion(previous!, named, reading, kept)
    : takeVersion(previous, named, reading, kept);
  const piece = pieceOf(memory.pieces, named, reading);
  return { ...told, current: piece === undefined || isCurrent(memory.pieces, piece), changes, memory };
}

/**
 * An encounter that is called off and was not heard of here: somebody else may have told of its plan or its admission. It names
 * the latest that was recorded before it; by an event time it would undo what is stated again later.
 */
function cancelOfUnknown(reading: EncounterReading, recorded: string): Change {
  const begun = reading.hasBegun || reading.phase === 'in-error';
  const plan = planKind(reading.class);
  const statement: Remembered = {
    id: '',
    slot: begun ? 'begin' : 'plan',
    kind: begun ? 'admit' : plan,
    at: { at: recorded, said: false },
    class: reading.class,
    place: null,
    prior: null,
    target: null,
    expectedAt: null,
  };
  return { action: 'cancel', kind: begun ? 'cancel-admit' : `cancel-${plan}`, statement };
}

type Common = Pick<MovementFact, 'trigger' | 'visit' | 'patient' | 'specialty' | 'recordedAt'>;

const triggers: ReadonlyMap<FactKind, string> = new Map([...triggerKinds].map(([trigger, kind]) => [kind, trigger]));

function factOf({ action, kind, statement }: Change, common: Common, from: Recorded['from']): MovementFact {
  const { at, class: patientClass, place, prior, target, expectedAt, nowhere, id } = statement;
  const cancelled = action === 'cancel';
  return {
    ...common,
    kind,
    trigger: triggers.get(kind) ?? '',
    ...classOfFact(patientClass),
    location: cancelled ? null : place,
    priorLocation: cancelled ? null : prior,
    pendingLocation: cancelled ? null : target,
    temporaryLocation: null,
    at: at.at,
    // Of a cancel, `at` is the time of what it cancels.
    atFrom: at.said || (cancelled && id !== '') ? 'given' : from,
    expectedAt: cancelled ? null : expectedAt,
    movement: id === '' ? null : { id, action, historic: false, originalTrigger: null },
    ...(nowhere === true && !cancelled ? { deletes: ['place'] } : {}),
  };
}

/** An A08: the patient or the specialty is told anew, and nothing moved. */
function updateOf(reading: EncounterReading, common: Common, recorded: Recorded, current: boolean): MovementFact {
  return {
    ...common,
    kind: 'update',
    trigger: triggers.get('update') ?? '',
    ...(current ? classOfFact(reading.class) : { class: null }),
    location: current ? (reading.untimed ?? reading.stays.at(-1)?.place ?? null) : null,
    priorLocation: null,
    pendingLocation: null,
    temporaryLocation: null,
    at: recorded.at,
    atFrom: recorded.from,
    expectedAt: null,
    movement: null,
  };
}

const timeElements: Partial<Record<FactDraft['slot'], string>> = {
  begin: 'period.start',
  end: 'period.end',
  move: 'location.period.start',
  leave: 'statusHistory',
  return: 'statusHistory',
  class: 'classHistory',
};

/** Which times nobody said, so that the time of recording stands in for them. */
function unsaidTimes(changes: readonly Change[], path: string): FhirIssue[] {
  return changes.flatMap(({ action, statement: { at, slot } }) => {
    const element = timeElements[slot];
    if (at.said || action === 'cancel' || element === undefined) return [];
    return [
      warning('required', `${path}.${element}`, 'No time says when it happened; it counts from when it was recorded'),
    ];
  });
}

function asErrors(issues: readonly FhirIssue[], path: string): readonly [FhirIssue, ...FhirIssue[]] {
  const [first, ...more] = issues;
  return [first ?? error('structure', `${path}.subject`, 'The patient is not readable'), ...more];
}
