import type { z } from 'zod';
import type { MovementFact, SentPlace } from '../movement-fact.js';
import { attributes, type InboundFault, types } from './cloud-event.js';
import { bedStatuses, patientClasses } from './fields.js';
import { type InboundType, shapes } from './inbound-types.js';
import { faultsOf, fault, isObject, own } from './event-faults.js';

/** What an event says of one bed. */
export interface InboundBedStatus {
  readonly trigger: string;
  readonly place: SentPlace;
  readonly code: (typeof bedStatuses)[keyof typeof bedStatuses];
  readonly at: string;
  readonly recordedAt: string;
  readonly atFrom: 'given';
}

/** What can be told of an event even where it is wrong; '' for what it does not say. */
export interface InboundHead {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly facility: string;
  readonly trigger: string;
}

export interface InboundReading {
  readonly head: InboundHead;
  /** Empty where a fault of severity E was found. */
  readonly facts: readonly MovementFact[];
  readonly bedStatuses: readonly InboundBedStatus[];
  /** The `time` attribute, in UTC; null where it says none. */
  readonly sentAt: string | null;
  readonly faults: readonly InboundFault[];
}

type Data<S extends keyof typeof shapes> = z.infer<(typeof shapes)[S]>;

type VisitPart = Omit<Data<'visit'>, 'facility' | 'at'>;

type SentPatient = Data<'visit'>['patient'];

type PlaceOf = VisitPart['place'];

interface When {
  readonly at: string;
  readonly recordedAt: string;
  readonly atFrom: 'given';
}

const MOST_FAULTS = 20;

/**
 * Turns one CloudEvent in JSON form into facts, or says what is wrong with it and where. Strict about what it knows, and lets pass
 * what it does not. Pure; never throws, whatever it is given.
 */
export function readInboundEvent(event: unknown): InboundReading {
  const head = headOf(event);
  const wrong = (...faults: InboundFault[]): InboundReading => ({
    ...{ head, facts: [], bedStatuses: [], sentAt: null },
    faults: faults.slice(0, MOST_FAULTS),
  });
  if (!isObject(event)) return wrong(fault('', 'not-an-event', 'This is no CloudEvent: a JSON object is expected'));
  const { checked: said, warnings: unread } = withoutUnreadTimes(attributes, event, '');
  const faults = said.success ? [] : faultsOf(said.error, event, '');
  const version = own(event, 'specversion');
  if (version !== '1.0' && version !== undefined) {
    return wrong(fault('/specversion', 'unsupported-version', 'Only CloudEvents 1.0 is read'));
  }
  const type = types.get(head.type);
  if (type === undefined) {
    const missing = own(event, 'type') === undefined;
    const text = missing ? 'is missing; the type of the event is expected' : 'is no type of event that is read here';
    return wrong(...faults, fault('/type', missing ? 'missing' : 'unknown-type', text));
  }
  const { data, path, problem } = dataOf(event);
  if (problem !== null) return wrong(...faults, problem);
  const { checked, warnings } = withoutUnreadTimes(shapes[type.shape], data, path);
  if (!checked.success) return wrong(...faults, ...faultsOf(checked.error, data, path));
  const missing = missingPlaces(type, checked.data, path);
  if (!said.success || missing.length > 0) return wrong(...faults, ...missing);
  const at = utc((checked.data as { at: string }).at);
  const sentAt = said.data.time ? utc(said.data.time) : null;
  const when: When = { at, recordedAt: sentAt ?? at, atFrom: 'given' };
  const facts = factsOf(type, checked.data, when);
  const bedStatuses = type.shape === 'bed' ? [bedStatusOf(type, checked.data as Data<'bed'>, when)] : [];
  return {
    head,
    facts,
    bedStatuses,
    sentAt,
    faults: [...warningsOf(said.data.subject, facts), ...unread, ...warnings],
  };
}

const optionalTimes: ReadonlySet<unknown> = new Set(['time', 'expectedAt', 'birthDate']);

/** A check in which an optional time that cannot be read costs its own meaning, and nothing else. */
function withoutUnreadTimes<T>(
  schema: z.ZodType<T>,
  value: unknown,
  base: string,
): { checked: z.ZodSafeParseResult<T>; warnings: InboundFault[] } {
  const checked = schema.safeParse(value);
  if (checked.success) return { checked, warnings: [] };
  const unread = checked.error.issues.filter((issue) => optionalTimes.has(issue.path.at(-1)));
  if (unread.length === 0) return { checked, warnings: [] };
  const rest = unread.reduce<unknown>((left, { path }) => without(left, path), value);
  const warnings = faultsOf({ issues: unread }, value, base).map((f): InboundFault => ({ ...f, severity: 'W' }));
  return { checked: schema.safeParse(rest), warnings };
}

/** A JSON value without the member at `path`. */
function without(value: unknown, [name, ...more]: readonly PropertyKey[]): unknown {
  if (name === undefined) return null;
  if (Array.isArray(value)) return value.map((each: unknown, i) => (i === name ? without(each, more) : each));
  return { ...(value as object), [name]: without(own(value, name), more) };
}

function headOf(event: unknown): InboundHead {
  const said = (from: unknown, name: string): string => {
    const value = own(from, name);
    return typeof value === 'string' ? value : '';
  };
  const type = said(event, 'type');
  return {
    id: said(event, 'id'),
    source: said(event, 'source'),
    type,
    facility: said(dataOf(event).data, 'facility'),
    trigger: types.get(type)?.trigger ?? '',
  };
}

/** The data of an event; JSON in base64 is the same data. */
function dataOf(event: unknown): { data: unknown; path: string; problem: InboundFault | null } {
  const data = own(event, 'data');
  const encoded = own(event, 'data_base64');
  if (data !== undefined || encoded === undefined) {
    const problem =
      data === undefined ? fault('/data', 'missing', 'is missing; the data of the event is expected') : null;
    return { data, path: '/data', problem };
  }
  const path = '/data_base64';
  try {
    const bytes = new Uint8Array(Buffer.from(String(encoded), 'base64'));
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { data: JSON.parse(text) as unknown, path, problem: null };
  } catch {
    return { data: undefined, path, problem: fault(path, 'wrong-value', 'is not JSON in base64') };
  }
}

function factsOf(type: InboundType, data: unknown, when: When): MovementFact[] {
  const { kind, trigger, shape } = type;
  if (kind === 'bed-status') return [];
  const state = (more: Partial<MovementFact>): MovementFact => ({ ...nothing, ...when, kind, trigger, ...more });
  switch (shape) {
    case 'visit':
    case 'cancel':
    case 'correction':
    case 'revocation':
      return [state(said(data as VisitPart, defaultAction[shape]))];
    case 'swap':
      return (data as Data<'swap'>).visits.map((part) => state(said(part, 'insert')));
    case 'visit-merge': {
      const { visit, patient, retiredVisit } = data as Data<'visit-merge'>;
      const survivor = numbered(visit);
      const retires = { number: retiredVisit.number, domain: retiredVisit.domain ?? survivor.domain };
      return [state({ visit: survivor, patient: person(patient), retires })];
    }
    case 'visit-move': {
      const { visit, patient, formerPatient } = data as Data<'visit-move'>;
      const retires = formerPatient ? former(formerPatient, patient.domain) : null;
      return [state({ visit: numbered(visit), patient: person(patient), retires })];
    }
    case 'deletion': {
      const { visit, patient } = data as Data<'deletion'>;
      return [state({ visit: numbered(visit), patient: person(patient) })];
    }
    case 'person': {
      const { patient, deletes } = data as Data<'person'>;
      return [state({ patient: person(patient), ...deletions(deletes) })];
    }
    case 'merge': {
      const { patient, retiredPatient } = data as Data<'merge'>;
      return [state({ patient: person(patient), retires: former(retiredPatient, patient.domain) })];
    }
    case 'bed':
      return [];
  }
}

const defaultAction = { visit: 'insert', cancel: 'cancel', correction: 'update', revocation: 'cancel' } as const;

/** What an event says of one visit. */
function said(part: VisitPart, action: 'insert' | 'update' | 'cancel'): Partial<MovementFact> {
  const { movement } = part;
  return {
    visit: part.visit ? numbered(part.visit) : null,
    patient: person(part.patient),
    class: part.class ? patientClasses[part.class] : (part.localClass?.toUpperCase() ?? null),
    specialty: part.specialty ?? null,
    location: sent(part.place),
    priorLocation: sent(part.from),
    pendingLocation: sent(part.to),
    temporaryLocation: sent(part.temporaryPlace),
    expectedAt: part.expectedAt ? utc(part.expectedAt) : null,
    ...deletions(part.deletes),
    movement: movement
      ? {
          id: movement.id,
          action: movement.action ?? action,
          historic: movement.historic ?? false,
          originalTrigger: null,
        }
      : null,
  };
}

function deletions(deletes: VisitPart['deletes']): Pick<MovementFact, 'deletes'> {
  return deletes && deletes.length > 0 ? { deletes } : {};
}

const nobody: MovementFact['patient'] = {
  ...{ id: null, domain: null, family: null, given: null, birthDate: null },
  sex: 'unknown',
};

const nothing = {
  visit: null,
  patient: nobody,
  class: null,
  specialty: null,
  location: null,
  priorLocation: null,
  pendingLocation: null,
  temporaryLocation: null,
  expectedAt: null,
  movement: null,
} as const;

function numbered({ number, domain }: { number: string; domain?: string | null | undefined }) {
  return { number, domain: domain ?? null };
}

/** An identifier of a patient that gives way; where nobody says who gave it, the one who gave the other. */
function former(retired: { id: string; domain?: string | null | undefined }, domain: string | null | undefined) {
  return { number: retired.id, domain: retired.domain ?? domain ?? null };
}

function person(patient: SentPatient): MovementFact['patient'] {
  if (!patient) return nobody;
  const { id, domain, family, given, birthDate, sex, mother } = patient;
  return {
    ...{ id: id ?? null, domain: domain ?? null, family: family ?? null, given: given ?? null },
    ...{ birthDate: birthDate ?? null, sex: sex ?? 'unknown' },
    // Without a domain of its own it has that of the newborn.
    ...(mother ? { mother: { number: mother.id, domain: mother.domain ?? domain ?? null } } : {}),
  };
}

function sent(place: PlaceOf): SentPlace | null {
  return place ? { unit: place.unit ?? null, room: place.room ?? null, bed: place.bed ?? null, facility: null } : null;
}

function bedStatusOf({ trigger }: InboundType, { place, status }: Data<'bed'>, when: When): InboundBedStatus {
  return { trigger, place: sent(place)!, code: bedStatuses[status], ...when };
}

/** A movement to nowhere says nothing, unless it corrects one. */
function missingPlaces(type: InboundType, data: unknown, path: string): InboundFault[] {
  if (!type.needsPlace) return [];
  const parts: [VisitPart, string][] =
    type.shape === 'swap'
      ? (data as Data<'swap'>).visits.map((part, i) => [part, `${path}/visits/${i}/place`])
      : [[data as VisitPart, `${path}/place`]];
  return parts.flatMap(([{ place, movement, deletes }, where]) => {
    const corrects = movement?.action === 'update' || movement?.action === 'cancel';
    return place || corrects || deletes?.includes('place')
      ? []
      : [fault(where, 'missing', 'is missing; where the patient is now is expected')];
  });
}

/** A subject that is another visit than the data's may be the data of another visit. */
function warningsOf(subject: string | null | undefined, facts: readonly MovementFact[]): InboundFault[] {
  const visits = facts.flatMap(({ visit }) => visit?.number ?? []);
  if (!subject || visits.length !== 1 || visits[0] === subject) return [];
  return [fault('/subject', 'subject-differs', 'is not the visit of the data; the data counts', 'W')];
}

function utc(momentWithOffset: string): string {
  return new Date(momentWithOffset).toISOString();
}
