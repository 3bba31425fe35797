import type { MovementFact, SentPlace } from '@wardstream/events';
import {
  type AckCode,
  type BedStatusReport,
  fault,
  type Hl7Fault,
  type Hl7Message,
  parseMessage,
  toFacts,
  triggerOf,
} from '@wardstream/hl7v2';
import type { FacilityDirectory } from './directory.js';
import { isPersonal } from './visit-fact.js';

/** What becomes of a message that is stored. */
export const dispositions = ['processed', 'unplaced', 'not-acted-on', 'quarantined', 'refused', 'replayed'] as const;
export type Disposition = (typeof dispositions)[number];

/** Why a message was not simply processed. */
export type MessageCause =
  | 'not-hl7'
  | 'too-large'
  | 'unsupported-type'
  | 'invalid'
  | 'visit-missing'
  | 'facility-unknown'
  | 'place-unknown'
  | 'no-rule'
  | 'processing-failed';

/** What is configured of a sending application (MSH-3). */
export interface SenderProfile {
  /** Its facility, where MSH-4 does not name one. */
  readonly facility?: string | undefined;
  /** Its name on the board. */
  readonly name?: string | undefined;
}

/** What judging needs to know of the world. */
export interface Knowledge {
  /** By id or alias. */
  facility(name: string): FacilityDirectory | undefined;
  sender(application: string): SenderProfile | undefined;
  /** IANA zone of times without offset while the facility is not known. */
  readonly defaultTimeZone: string;
}

/** What one message is, how it is answered, and what is to be done with it. */
export interface Verdict {
  readonly message: Hl7Message | null;
  readonly answer: AckCode;
  readonly faults: readonly Hl7Fault[];
  readonly disposition: Exclude<Disposition, 'replayed'>;
  readonly cause: MessageCause | null;
  readonly application: string;
  readonly senderFacility: string;
  readonly controlId: string;
  readonly messageType: string;
  readonly trigger: string;
  /** Id of the facility, if it is known. */
  readonly facility: string | null;
  readonly facts: readonly MovementFact[];
  readonly bedStatus: BedStatusReport | null;
  /** The place that keeps it from being placed. */
  readonly unknownPlace: SentPlace | null;
}

/** A message without a visit number belongs to the patient's only open visit; whether there is one decides about it. */
export function needsVisit({ facts, facility }: Verdict): boolean {
  return facility !== null && facts.some((fact) => fact.visit === null && !isPersonal(fact));
}

/** A message that was too large to be taken; `head` is what was kept of it. */
export function judgeOversize(head: Uint8Array, length: number, limit: number, known: Knowledge): Verdict {
  const { message } = parseMessage(head);
  const faults = [fault({ segment: 'MSH' }, 207, `The message has ${length} bytes; ${limit} are taken at most`)];
  return { ...blank(message, known), answer: 'AR', faults, disposition: 'refused', cause: 'too-large' };
}

/**
 * Judges a message by itself and by what is known of places: AA for what is durable and sound, with a warning where it cannot
 * be placed yet; AE for what is understood and wrong; AR for what is refused. Never throws.
 */
export function judgeMessage(bytes: Uint8Array, known: Knowledge): Verdict {
  const parsed = parseMessage(bytes);
  if (!parsed.ok) {
    const common = { ...blank(parsed.message, known), faults: [parsed.fault] };
    // Two messages in one frame can be told apart by a person; bytes that are none were never HL7.
    return parsed.message === null
      ? { ...common, answer: 'AR', disposition: 'refused', cause: 'not-hl7' }
      : { ...common, answer: 'AE', disposition: 'quarantined', cause: 'invalid' };
  }
  const { message } = parsed;
  const common = blank(message, known);
  const directory = directoryOf(message, known);
  const mapping = toFacts(message, { timeZone: directory?.timeZone ?? known.defaultTimeZone });
  switch (mapping.kind) {
    case 'refused':
      return { ...common, answer: 'AR', faults: mapping.errors, disposition: 'refused', cause: 'unsupported-type' };
    case 'errors': {
      const visitMissing = mapping.errors.some(({ location }) => location.segment === 'PV1' && location.field === 19);
      const cause = visitMissing ? 'visit-missing' : 'invalid';
      return { ...common, answer: 'AE', faults: mapping.errors, disposition: 'quarantined', cause };
    }
    case 'notActedOn':
      return { ...common, answer: 'AA', faults: [], disposition: 'not-acted-on', cause: 'no-rule' };
    case 'facts':
      return placed({ ...common, facts: mapping.facts, faults: mapping.warnings }, directory, mapping.facts);
    case 'bedStatus': {
      const said = [{ location: mapping.report.place, field: { segment: 'NPU', field: 1 } }];
      return placed({ ...common, bedStatus: mapping.report, faults: mapping.warnings }, directory, said);
    }
  }
}

/** The same message for the visit that was found to be the patient's only open one; AE where there is none, or several. */
export function withVisit(verdict: Verdict, visit: MovementFact['visit']): Verdict {
  if (visit !== null) {
    return { ...verdict, facts: verdict.facts.map((fact) => (fact.visit === null ? { ...fact, visit } : fact)) };
  }
  if (verdict.facts.every((fact) => fact.kind === 'update')) {
    return { ...verdict, facts: [], faults: [], disposition: 'not-acted-on', cause: 'no-rule', unknownPlace: null };
  }
  const text = 'PV1-19 is empty, and so are PV1-50 and PID-18; the patient has no visit that is the only open one';
  return {
    ...verdict,
    ...{ facts: [], answer: 'AE', disposition: 'quarantined', cause: 'visit-missing', unknownPlace: null },
    faults: [fault({ segment: 'PV1', field: 19 }, 101, text)],
  };
}

function directoryOf(message: Hl7Message, known: Knowledge): FacilityDirectory | undefined {
  const { sendingFacility, sendingApplication } = message.head;
  const named = known.facility(sendingFacility);
  if (named !== undefined) return named;
  const profile = known.sender(sendingApplication)?.facility;
  return profile === undefined ? undefined : known.facility(profile);
}

interface SaidPlace {
  readonly location: SentPlace | null;
  readonly field?: { readonly segment: string; readonly field: number };
}

function placed(verdict: Verdict, directory: FacilityDirectory | undefined, said: readonly SaidPlace[]): Verdict {
  if (directory === undefined) {
    const text = 'MSH-4 names no facility that is configured here; the message is kept until it does';
    return {
      ...verdict,
      ...{ disposition: 'unplaced', cause: 'facility-unknown' },
      faults: [fault({ segment: 'MSH', field: 4 }, 204, text, 'W'), ...verdict.faults],
    };
  }
  for (const [i, { location, field }] of said.entries()) {
    const unknown = location === null ? null : directory.unknownPart(location);
    if (unknown === null) continue;
    const where = field ?? { segment: 'PV1', field: 3 };
    const text = `${where.segment}-${where.field} names a ${unknown} that the facility does not know; the message is kept for mapping`;
    return {
      ...verdict,
      ...{ disposition: 'unplaced', cause: 'place-unknown', unknownPlace: location },
      faults: [fault({ ...where, occurrence: i + 1 }, 204, text, 'W'), ...verdict.faults],
    };
  }
  return verdict;
}

const MOST = 200;

function blank(message: Hl7Message | null, known: Knowledge): Verdict {
  const { sendingApplication, sendingFacility, controlId, messageType } = message?.head ?? nobody;
  return {
    message,
    answer: 'AA',
    faults: [],
    disposition: 'processed',
    cause: null,
    application: sendingApplication.slice(0, MOST),
    senderFacility: sendingFacility.slice(0, MOST),
    controlId: controlId.slice(0, MOST),
    messageType: messageType.slice(0, 20),
    trigger: message === null ? '' : triggerOf(message).slice(0, 20),
    facility: message === null ? null : (directoryOf(message, known)?.facility.id ?? null),
    facts: [],
    bedStatus: null,
    unknownPlace: null,
  };
}

const nobody = { sendingApplication: '', sendingFacility: '', controlId: '', messageType: '' };
