import type { dispositions, messageCauses } from '@wardstream/api-contract';
import type { MovementFact, SentPlace } from '@wardstream/events';
import { type AckCode, type BedStatusReport, fault, type Hl7Message } from '@wardstream/hl7v2';
import { type FacilityDirectory, isUnnumbered } from '@wardstream/encounter-model';
import type { MessageFault } from './message-fault.js';
import type { Knowledge, Sender } from '../../directory/names/index.js';
import type { UnknownCode } from './unknown-codes.js';

/** What becomes of a message that is stored. */
export type Disposition = (typeof dispositions)[number];

/** Why a message was not simply processed. */
export type MessageCause = (typeof messageCauses)[number];

/** What one message is, how it is answered, and what is to be done with it. */
export interface Verdict {
  /** The HL7 v2 message; null for one of another format, or that could not be read. */
  readonly message: Hl7Message | null;
  readonly answer: AckCode;
  readonly faults: readonly MessageFault[];
  readonly disposition: Exclude<Disposition, 'replayed'>;
  readonly cause: MessageCause | null;
  readonly application: string;
  readonly senderFacility: string;
  readonly controlId: string;
  readonly messageType: string;
  readonly trigger: string;
  /** MSH-11: P, T, D, or whatever the sender writes; production where nothing is said. */
  readonly processingId?: string;
  /** Whether MSH-15 and MSH-16 say what is answered, by the sender's profile. */
  readonly enhanced?: boolean;
  /** Id of the facility, if it is known. */
  readonly facility: string | null;
  readonly facts: readonly MovementFact[];
  readonly bedStatuses: readonly BedStatusReport[];
  /** The place that keeps it from being placed. */
  readonly unknownPlace: SentPlace | null;
  /** Id of the profile it was read by; null where its sender has none. */
  readonly profile: string | null;
  /** Codes of it that nobody here knows; once one of them is known, it is read anew. */
  readonly unknown: readonly UnknownCode[];
  /** Where the visit would be named that is not, in the terms of a format other than HL7 v2. */
  readonly visitAt?: string;
}

/** The verdict on a message that is refused whatever it says: AR, and nothing of it counts, for no facility. */
export function refusedFor(
  verdict: Verdict,
  cause: 'sender-not-allowed' | 'facility-refused',
  refusal: MessageFault,
): Verdict {
  return {
    ...verdict,
    ...{ answer: 'AR', disposition: 'refused', cause, faults: [refusal], facility: null },
    ...{ facts: [], bedStatuses: [], ...nothingUnknown },
  };
}

export const FACILITY_REFUSED = "The sender's profile does not let it speak of this facility";

/** Whether a message is of a facility that its sender may speak of; of one that is not known yet that is decided when it is. */
export function mayBeOf({ facility }: Verdict, sender: Sender | undefined, known: Knowledge): boolean {
  if (facility === null || sender === undefined) return true;
  return sender.speaksOf(facility, (name) => known.facility(name)?.facility.id);
}

/** Whether its sender may not say that, or not from where it came: then it tells nothing of that sender either. */
export function isForeign({ cause }: Pick<Verdict, 'cause'>): boolean {
  return cause === 'sender-not-allowed' || cause === 'facility-refused';
}

/** A message without a visit number belongs to the patient's only visit at its time; whether there is one decides about it. */
export function needsVisit({ facts, facility }: Verdict): boolean {
  return facility !== null && facts.some(isUnnumbered);
}

/**
 * The verdict on a message of which no visit is known that it can belong to: it is kept, answered AA with a warning, and waits for its
 * visit. Updates of persons who are in no visit are ordinary traffic, and nothing is said of them. Its facts stay in it.
 */
export function awaitingVisit(verdict: Verdict): Verdict {
  if (verdict.facts.every((fact) => fact.kind === 'update'))
    return { ...verdict, faults: [], disposition: 'not-acted-on', cause: 'no-rule' };
  const faults = [visitFault(verdict, 'W'), ...verdict.faults];
  return { ...verdict, disposition: 'unplaced', cause: 'visit-awaited', faults };
}

/** The verdict on a message that has waited in vain, or is interpreted when it waits no more: AE, or nothing to act on. */
export function withoutVisit(verdict: Verdict): Verdict {
  if (verdict.facts.every((fact) => fact.kind === 'update')) {
    return { ...verdict, facts: [], faults: [], disposition: 'not-acted-on', cause: 'no-rule', ...nothingUnknown };
  }
  return {
    ...verdict,
    ...{ facts: [], answer: 'AE', disposition: 'quarantined', cause: 'visit-missing', ...nothingUnknown },
    faults: [visitFault(verdict, 'E')],
  };
}

function visitFault({ message, visitAt }: Verdict, severity: 'E' | 'W'): MessageFault {
  return message === null ? visitMissing(false, severity, visitAt) : visitMissing(true, severity);
}

/** That no visit is named or known, in the terms of the message's format. */
export function visitMissing(isHl7: boolean, severity: 'E' | 'W', path = 'Encounter.identifier'): MessageFault {
  const waits = severity === 'W' ? '; the message is kept until it has' : '';
  const only = `the patient has no visit that is the only open one${waits}`;
  return isHl7
    ? fault({ segment: 'PV1', field: 19 }, 101, `PV1-19 is empty, and so are PV1-50 and PID-18; ${only}`, severity)
    : { path, code: 'visit-missing', severity, text: `No visit is named, and ${only}` };
}

const nothingUnknown = { unknownPlace: null, unknown: [] } as const;

/** Where a message names a place, and how its format says that nothing is known of it. */
export interface PlaceMention {
  readonly location: SentPlace | null;
  readonly unknown: (part: 'unit' | 'bed') => MessageFault;
}

/**
 * The verdict with what is known of places: a message whose facility, unit or bed is not known yet is kept, answered AA with a
 * warning and listed for mapping. `nowhere`: the warning where no facility is known.
 */
export function placed(
  verdict: Verdict,
  directory: FacilityDirectory | undefined,
  mentions: readonly PlaceMention[],
  nowhere: MessageFault,
): Verdict {
  if (directory === undefined) {
    return {
      ...verdict,
      ...{ disposition: 'unplaced', cause: 'facility-unknown', faults: [nowhere, ...verdict.faults] },
    };
  }
  let unknownPlace: SentPlace | null = null;
  const faults: MessageFault[] = [];
  for (const { location, unknown } of mentions) {
    const part = location === null ? null : directory.unknownPart(location);
    if (part === null) continue;
    unknownPlace ??= location;
    faults.push(unknown(part));
  }
  if (unknownPlace !== null) {
    return {
      ...verdict,
      ...{ disposition: 'unplaced', cause: 'place-unknown', unknownPlace },
      faults: [...faults, ...verdict.faults],
    };
  }
  return verdict;
}
