import { type FactKind, isTime, type MovementFact, type Receipt, type SentPlace } from '@wardstream/events';
import { type Hl7Fault, fault } from '../message/fault.js';
import { type Hl7Message, isNull, type Segment } from '../message/message.js';
import { parseTimestamp } from '../message/timestamp.js';
import { type EventTimes, eventTimesOf, sentAtOf, type TimeReading, timeReadingOf } from './event-time.js';
import { identityFacts, identityTriggers } from './identity-facts.js';
import { credibleBirth, formerVisitOf, type IdentifierRules, patientOf, visitOf } from './identity.js';
import { withinLengths } from './lengths.js';
import { type PlaceComponents, sentPlaceOf } from './places.js';
import { deletionsOf } from './nulls.js';
import { stayOf } from './stay-times.js';
import { expectedFields, plannedKinds, stayKinds, triggerKinds } from './triggers.js';

/** What an A20 says of one bed. */
export interface BedStatusReport extends Omit<EventTimes, 'plannedFor'> {
  readonly trigger: string;
  readonly place: SentPlace;
  readonly code: BedStatusCode;
  /** Which NPU of the message says it; the first unless said. */
  readonly occurrence?: number;
}

/** A code of NPU-2 that is none of table 0116. */
export interface UnknownBedStatus {
  readonly code: string;
  /** Which NPU of the message says it. */
  readonly occurrence: number;
}

/** HL7 table 0116. */
export const bedStatusCodes = ['C', 'H', 'I', 'K', 'O', 'U'] as const;
export type BedStatusCode = (typeof bedStatusCodes)[number];

/** What a message means for patient flow. Which acknowledgement follows: facts and ignored AA, bedStatus AA without errors, errors AE, refused AR. */
export type Mapping =
  | { readonly kind: 'facts'; readonly facts: readonly MovementFact[]; readonly warnings: readonly Hl7Fault[] }
  | {
      readonly kind: 'bedStatus';
      readonly reports: readonly BedStatusReport[];
      /** NPU that nothing can be made of, beside those that are sound. */
      readonly errors: readonly Hl7Fault[];
      readonly unknownCodes: readonly UnknownBedStatus[];
      readonly warnings: readonly Hl7Fault[];
    }
  | {
      readonly kind: 'ignored';
      readonly reason: string;
      /** Set where no rule knows the trigger. */
      readonly unknownTrigger?: boolean;
    }
  | { readonly kind: 'errors'; readonly errors: readonly Hl7Fault[] }
  | { readonly kind: 'refused'; readonly errors: readonly Hl7Fault[] };

export interface MappingOptions {
  /** IANA zone of times that say no offset, in a message whose MSH-7 says none. */
  readonly timeZone: string;
  /** Which component of a place carries what; as the standard has it unless said. */
  readonly places?: PlaceComponents | undefined;
  readonly identifiers?: IdentifierRules | undefined;
  /** Codes of table 0116 by the codes that the sender writes in NPU-2, in capitals. */
  readonly bedStatus?: Readonly<Record<string, BedStatusCode>> | undefined;
  /** Which field an admission (A01) counts from, before EVN and MSH; as any movement unless said. */
  readonly admission?: 'PV1-44' | undefined;
  /** When the message was received, and how far its sender's clock may be ahead; where it is not known, no time is doubted. */
  readonly receipt?: Receipt | undefined;
}

/** The trigger that counts: MSH-9.2, else EVN-1 (a cancel may well carry the trigger it cancels in EVN-1). */
export function triggerOf(message: Hl7Message): string {
  return message.head.trigger || (message.segment('EVN')?.value(1).toUpperCase() ?? '');
}

/**
 * Turns one message into facts. A fact without a visit number has a patient id, and its visit is the patient's only open one;
 * whether there is one is not for the message to tell. Pure; never throws.
 */
export function toFacts(message: Hl7Message, options: MappingOptions): Mapping {
  const { head } = message;
  if (head.messageType !== 'ADT') {
    const field = { segment: 'MSH', field: 9 };
    return head.messageType === ''
      ? { kind: 'refused', errors: [fault(field, 101, 'MSH-9 names no message type')] }
      : { kind: 'refused', errors: [fault(field, 200, 'Only ADT messages are taken here')] };
  }
  if (head.version !== '' && !/^2(\.|$)/.test(head.version)) {
    return { kind: 'refused', errors: [fault({ segment: 'MSH', field: 12 }, 203, 'Only HL7 version 2 is read')] };
  }
  const trigger = triggerOf(message);
  if (trigger === '') {
    return {
      kind: 'errors',
      errors: [fault({ segment: 'MSH', field: 9 }, 101, 'Neither MSH-9 nor EVN-1 names a trigger')],
    };
  }
  const reading = timeReadingOf(message, options.timeZone, options.receipt, options.admission);
  if (trigger === 'A20') return bedStatus(message, trigger, reading, options);
  const identities = identityTriggers.get(trigger);
  if (identities !== undefined) {
    const made = identityFacts(message, trigger, identities, reading, options);
    if ('ignored' in made) return { kind: 'ignored', reason: made.ignored };
    if ('errors' in made) return { kind: 'errors', errors: made.errors };
    return { kind: 'facts', facts: made.facts, warnings: [...headWarnings(message), ...made.warnings] };
  }
  const errors: Hl7Fault[] = [];
  const kind = kindOf(message, trigger, errors);
  if (errors.length > 0) return { kind: 'errors', errors };
  if (kind === undefined) return { kind: 'ignored', reason: `No rule acts on ${shown(trigger)}`, unknownTrigger: true };
  return movements(message, trigger, kind, reading, options);
}

/**
 * The kind of a trigger. A Z99, and an A08 that updates or cancels a movement, corrects the movement of ZBE-1: it is of the kind of
 * its original trigger (ZBE-6), else of whatever kind that movement is.
 */
function kindOf(message: Hl7Message, trigger: string, errors: Hl7Fault[]): FactKind | undefined {
  const kind = triggerKinds.get(trigger);
  if (trigger !== 'Z99' && kind !== 'update') return kind;
  const movement = movementOf(message, []);
  if (kind === 'update' && (movement === null || movement.action === 'insert')) return kind;
  if (movement === null) {
    if ((message.segment('ZBE')?.value(1) ?? '') === '')
      errors.push(fault({ segment: 'ZBE', field: 1 }, 101, 'ZBE-1 names no movement'));
    return 'correct';
  }
  const original = triggerKinds.get(movement.originalTrigger ?? '');
  if (original !== undefined && original !== 'update') return original;
  if (movement.action === 'insert')
    errors.push(fault({ segment: 'ZBE', field: 6 }, 101, 'ZBE-6 does not say what movement is inserted'));
  return 'correct';
}

function movements(
  message: Hl7Message,
  trigger: string,
  kind: FactKind,
  reading: TimeReading,
  options: MappingOptions,
): Mapping {
  const groups = trigger === 'A17' ? [1, 2] : [1];
  if (trigger === 'A17' && message.segments('PV1').length < 2) {
    return {
      kind: 'errors',
      errors: [fault({ segment: 'PV1', occurrence: 2 }, 100, 'A swap names two patients and two visits')],
    };
  }
  const facts: MovementFact[] = [];
  const errors: Hl7Fault[] = [];
  const warnings = headWarnings(message);
  for (const group of groups) {
    const made = oneFact(message, trigger, kind, group, reading, options, warnings);
    if ('ignored' in made) return { kind: 'ignored', reason: made.ignored };
    if ('errors' in made) errors.push(...made.errors);
    else facts.push(made.fact);
  }
  return errors.length > 0 ? { kind: 'errors', errors } : { kind: 'facts', facts, warnings };
}

function oneFact(
  message: Hl7Message,
  trigger: string,
  kind: FactKind,
  group: number,
  reading: TimeReading,
  { places, identifiers, receipt }: MappingOptions,
  warnings: Hl7Fault[],
): { fact: MovementFact } | { errors: Hl7Fault[] } | { ignored: string } {
  const pid = message.segment('PID', group);
  const pv1 = message.segment('PV1', group);
  const visit = visitOf(pid, pv1, identifiers);
  const patient = credibleBirth(patientOf(pid, identifiers), pid, group, receipt, warnings);
  const errors: Hl7Fault[] = [];
  if (visit === null && patient.id === null) {
    // An update of a person who is in no visit is ordinary traffic; anything else speaks of a visit and must name it.
    if (kind === 'update') return { ignored: 'The update names no visit' };
    errors.push(
      fault(
        { segment: 'PV1', occurrence: group, field: 19 },
        101,
        'PV1-19 is empty, and so are PV1-50, PID-18 and PID-3',
      ),
    );
  }
  const times = eventTimesOf(message, kind, group, reading);
  if (!times.ok) errors.push(...times.faults);
  const location = sentPlaceOf(pv1, 3, places);
  const movement = movementOf(message, errors, kind.startsWith('cancel-') ? 'cancel' : 'insert');
  const corrects = movement !== null && movement.action !== 'insert';
  const deletes = deletionsOf(pid, pv1, places, expectedField(message, kind));
  if (location === null && !deletes.includes('place') && !corrects && (kind === 'transfer' || kind === 'swap')) {
    errors.push(
      fault({ segment: 'PV1', occurrence: group, field: 3 }, 101, 'PV1-3 does not say where the patient is now'),
    );
  }
  if (errors.length > 0 || !times.ok) return { errors };
  for (const warning of times.warnings) if (!warnings.some((w) => w.text === warning.text)) warnings.push(warning);
  const { plannedFor = null, ...when } = times.times;
  const sentAt = sentAtOf(message, when.recordedAt, reading);
  const goesOn = kind === 'to-inpatient' || kind === 'to-outpatient';
  const former = goesOn ? formerVisitOf(message.segment('MRG'), pid, pv1, identifiers) : null;
  const fact: MovementFact = {
    kind,
    trigger,
    visit,
    patient,
    class: pv1?.value(2).toUpperCase() || null,
    specialty: pv1?.value(10) || null,
    location,
    priorLocation: sentPlaceOf(pv1, 6, places),
    pendingLocation: sentPlaceOf(pv1, 42, places),
    temporaryLocation: sentPlaceOf(pv1, 11, places) ?? sentPlaceOf(pv1, 43, places),
    ...when,
    ...(sentAt === null ? {} : { sentAt }),
    expectedAt: deletes.includes('expectedAt')
      ? null
      : (expectedOf(message, kind, reading, receipt, warnings) ?? plannedFor),
    ...expectedDischargeOf(message, kind, group, reading, receipt, warnings),
    ...stayOf(message, kind, group, reading, warnings),
    ...(former === null ? {} : { retires: former }),
    movement,
  };
  const stated = deletes.length === 0 ? fact : { ...fact, deletes };
  const bounded = withinLengths(stated, group, errors, warnings);
  return errors.length > 0 ? { errors } : { fact: bounded };
}

/** IHE PAM's ZBE segment; null without one. ZBE-4 says what to do with the movement that ZBE-1 names; `unsaid` where it is empty. */
function movementOf(
  message: Hl7Message,
  errors: Hl7Fault[],
  unsaid: 'insert' | 'cancel' = 'insert',
): MovementFact['movement'] {
  const zbe = message.segment('ZBE');
  const id = zbe?.value(1) ?? '';
  if (zbe === undefined || id === '') return null;
  const action = zbe.value(4).toLowerCase() || unsaid;
  if (action !== 'insert' && action !== 'update' && action !== 'cancel') {
    errors.push(fault({ segment: 'ZBE', field: 4 }, 103, 'ZBE-4 is none of INSERT, UPDATE and CANCEL'));
    return null;
  }
  return {
    id: [id, zbe.value(1, 2), zbe.value(1, 3)].filter((part) => part !== '').join('^'),
    action,
    historic: zbe.value(5).toUpperCase() === 'Y',
    originalTrigger: zbe.value(6).toUpperCase() || null,
  };
}

/**
 * When an announced thing is expected: by PV2, and of a planned movement else by EVN-3. A date that is none costs the expectation,
 * not the announcement.
 */
function expectedOf(
  message: Hl7Message,
  kind: FactKind,
  { rule }: TimeReading,
  receipt: Receipt | undefined,
  warnings: Hl7Fault[],
): string | null {
  const pv2 = expectedFields.get(kind);
  const said = [
    ...(pv2 === undefined ? [] : [{ segment: 'PV2', field: pv2 }]),
    ...(plannedKinds.has(kind) ? [{ segment: 'EVN', field: 3 }] : []),
  ];
  for (const { segment, field } of said) {
    const time = timeOf(message.segment(segment), { segment, field }, rule, receipt, warnings);
    if (time !== null) return time;
  }
  return null;
}

/** The time a field says; null where it says none, with a warning where that was not meant. */
function timeOf(
  segment: Segment | undefined,
  location: { readonly segment: string; readonly field: number },
  rule: TimeReading['rule'],
  receipt: Receipt | undefined,
  warnings: Hl7Fault[],
): string | null {
  const text = segment?.value(location.field) ?? '';
  if (text === '') return null;
  const result = parseTimestamp(text, rule);
  if (result.ok && (receipt === undefined || isTime(result.value.iso, receipt.receivedAt))) return result.value.iso;
  const why = result.ok ? 'is of no year that can be meant' : result.reason;
  warnings.push(fault(location, 102, `${location.segment}-${location.field} ${why}`, 'W'));
  return null;
}

/** PV2-9 of a message of somebody's stay: when that is expected to end. An A16 announces the discharge by it, and a cancel says nothing. */
function expectedDischargeOf(
  message: Hl7Message,
  kind: FactKind,
  group: number,
  { rule }: TimeReading,
  receipt: Receipt | undefined,
  warnings: Hl7Fault[],
): Pick<MovementFact, 'expectedDischargeAt'> {
  if (!stayKinds.has(kind)) return {};
  const pv2 = message.segment('PV2', group);
  if (isNull(pv2, 9)) return { expectedDischargeAt: null };
  const at = timeOf(pv2, { segment: 'PV2', field: 9 }, rule, receipt, warnings);
  return at === null ? {} : { expectedDischargeAt: at };
}

/** The field that says when what is announced is expected, with its segment. */
function expectedField(message: Hl7Message, kind: FactKind): { segment: Segment | undefined; field: number } | null {
  const field = expectedFields.get(kind);
  return field === undefined ? null : { segment: message.segment('PV2'), field };
}

/** Every NPU by itself (docs/encounter-rules.md no. 25): what is wrong with one does not keep the others from counting. */
function bedStatus(
  message: Hl7Message,
  trigger: string,
  reading: TimeReading,
  { places, bedStatus: local = {} }: MappingOptions,
): Mapping {
  const times = eventTimesOf(message, 'bed-status', 1, reading);
  const errors: Hl7Fault[] = times.ok ? [] : [...times.faults];
  const reports: BedStatusReport[] = [];
  const unknownCodes: UnknownBedStatus[] = [];
  const npus = message.segments('NPU');
  if (npus.length === 0) errors.push(fault({ segment: 'NPU' }, 100, 'An A20 without NPU names no bed'));
  npus.forEach((npu, i) => {
    const occurrence = i + 1;
    const place = sentPlaceOf(npu, 1, places);
    if (place === null) errors.push(fault({ segment: 'NPU', occurrence, field: 1 }, 101, 'NPU-1 names no bed'));
    const sent = npu.value(2).toUpperCase();
    const code = Object.hasOwn(local, sent) ? local[sent] : bedStatusCodes.find((c) => c === sent);
    if (code === undefined && (sent === '' || place === null)) {
      const text = sent === '' ? 'NPU-2 is empty: it says no bed status' : 'NPU-2 is no bed status of table 0116';
      errors.push(fault({ segment: 'NPU', occurrence, field: 2 }, sent === '' ? 101 : 103, text));
    } else if (code === undefined) unknownCodes.push({ code: sent, occurrence });
    else if (place !== null && times.ok) reports.push({ trigger, place, code, occurrence, ...times.times });
  });
  if (!times.ok || (reports.length === 0 && unknownCodes.length === 0)) return { kind: 'errors', errors };
  const warnings = [...headWarnings(message), ...times.warnings];
  return { kind: 'bedStatus', reports, errors, unknownCodes, warnings };
}

/** Without MSH-10 the sender cannot match the answer, and a repeat cannot be told from a second message. */
function headWarnings(message: Hl7Message): Hl7Fault[] {
  return message.head.controlId === ''
    ? [fault({ segment: 'MSH', field: 10 }, 101, 'MSH-10 is empty: a repeat cannot be recognised', 'W')]
    : [];
}

function shown(trigger: string): string {
  return /^[A-Z0-9]{1,8}$/.test(trigger) ? trigger : 'this trigger';
}
