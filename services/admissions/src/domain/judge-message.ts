import type { MovementFact, SentPlace } from '@wardstream/events';
import {
  type BedStatusReport,
  fault,
  type Hl7Fault,
  type Hl7Message,
  type ParseResult,
  parseMessage,
  toFacts,
  triggerOf,
} from '@wardstream/hl7v2';
import type { FacilityDirectory } from './directory.js';
import type { Sender } from './sender-profile.js';
import { unknownBed, unknownCode, unknownIn } from './unknown-codes.js';
import { type Knowledge, placed, type SaidPlace, type Verdict } from './verdict.js';

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
  const { parsed, sender } = read(bytes, known);
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
  const untrusted = message.head.messageType === 'ADT' ? withoutTrust(common, sender) : null;
  if (untrusted !== null) return untrusted;
  const timeZone = directory?.timeZone ?? known.defaultTimeZone;
  const mapping = toFacts(message, sender?.mapping(timeZone) ?? { timeZone });
  switch (mapping.kind) {
    case 'refused':
      return { ...common, answer: 'AR', faults: mapping.errors, disposition: 'refused', cause: 'unsupported-type' };
    case 'errors': {
      if (mapping.unknownBedStatus !== undefined) return unknownStatus(common, mapping.unknownBedStatus, directory);
      const visitMissing = mapping.errors.some(({ location }) => location.segment === 'PV1' && location.field === 19);
      const cause = visitMissing ? 'visit-missing' : 'invalid';
      return { ...common, answer: 'AE', faults: mapping.errors, disposition: 'quarantined', cause };
    }
    case 'notActedOn':
      return {
        ...{ ...common, answer: 'AA', faults: [], disposition: 'not-acted-on', cause: 'no-rule' },
        unknown: mapping.unknownTrigger === true ? [unknownCode('trigger', common.trigger, 'MSH-9')] : [],
      };
    case 'facts':
      return withFacts({ ...common, faults: mapping.warnings }, mapping.facts, sender, directory);
    case 'bedStatus':
      return withBedStatus({ ...common, faults: mapping.warnings }, mapping.report, sender, directory);
  }
}

/** The message in the character set of its sender's profile: who that is stands in its head. */
function read(bytes: Uint8Array, known: Knowledge): { parsed: ParseResult; sender: Sender | undefined } {
  const parsed = parseMessage(bytes);
  const sender = parsed.message === null ? undefined : senderOf(parsed.message, known);
  const rule = sender?.profile.characterSet ?? null;
  return { parsed: rule === null ? parsed : parseMessage(bytes, rule), sender };
}

function senderOf({ head }: Hl7Message, known: Knowledge): Sender | undefined {
  return known.sender(head.sendingApplication, head.sendingFacility);
}

/** The verdict on a trigger that the sender's profile does not take; null for one that it does. */
function withoutTrust(common: Verdict, sender: Sender | undefined): Verdict | null {
  switch (sender?.trust(common.trigger) ?? 'take') {
    case 'take':
      return null;
    case 'ignore':
      return { ...common, disposition: 'not-acted-on', cause: 'trigger-ignored' };
    case 'refuse': {
      const refused = fault({ segment: 'MSH', field: 9 }, 201, "The sender's profile refuses this trigger");
      return { ...common, answer: 'AR', faults: [refused], disposition: 'refused', cause: 'trigger-refused' };
    }
  }
}

function withFacts(
  verdict: Verdict,
  stated: readonly MovementFact[],
  sender: Sender | undefined,
  directory: FacilityDirectory | undefined,
): Verdict {
  const facts = sender === undefined ? stated : stated.map((fact) => sender.translate(fact));
  const unknown = directory === undefined ? [] : facts.flatMap((fact, i) => unknownIn(stated[i]!, fact, directory));
  const said = facts.flatMap(({ location, pendingLocation }, i) => [
    at(location, 'PV1', 3, i + 1),
    at(pendingLocation, 'PV1', 42, i + 1),
  ]);
  return placed({ ...verdict, facts, unknown }, directory, said, facilityUnknown);
}

function withBedStatus(
  verdict: Verdict,
  report: BedStatusReport,
  sender: Sender | undefined,
  directory: FacilityDirectory | undefined,
): Verdict {
  const place = sender === undefined ? report.place : sender.place(report.place);
  if (place === null) return { ...verdict, disposition: 'not-acted-on', cause: 'no-rule' };
  const unknown = directory === undefined ? [] : unknownBed(report.place, place, directory);
  const said = [at(place, 'NPU', 1, 1)];
  return placed({ ...verdict, bedStatuses: [{ ...report, place }], unknown }, directory, said, facilityUnknown);
}

/** Kept until the profile says what the code means. */
function unknownStatus(verdict: Verdict, code: string, directory: FacilityDirectory | undefined): Verdict {
  if (directory === undefined) return placed(verdict, directory, [], facilityUnknown);
  const text = "NPU-2 is no bed status of table 0116 and none of the sender's profile; the message is kept for mapping";
  const unknown: Hl7Fault = fault({ segment: 'NPU', field: 2 }, 103, text, 'W');
  return {
    ...verdict,
    ...{ faults: [unknown], disposition: 'unplaced', cause: 'code-unknown' },
    unknown: [unknownCode('bed-status', code, 'NPU-2')],
  };
}

function directoryOf(message: Hl7Message, known: Knowledge): FacilityDirectory | undefined {
  const named = known.facility(message.head.sendingFacility);
  if (named !== undefined) return named;
  const facility = senderOf(message, known)?.profile.facility ?? null;
  return facility === null ? undefined : known.facility(facility);
}

const facilityUnknown = fault(
  { segment: 'MSH', field: 4 },
  204,
  'MSH-4 names no facility that is configured here; the message is kept until it does',
  'W',
);

function at(location: SentPlace | null, segment: string, field: number, occurrence: number): SaidPlace {
  return {
    location,
    unknown: (part) => {
      const text = `${segment}-${field} names a ${part} that the facility does not know; the message is kept for mapping`;
      return fault({ segment, field, occurrence }, 204, text, 'W');
    },
  };
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
    bedStatuses: [],
    unknownPlace: null,
    profile: message === null ? null : (senderOf(message, known)?.id ?? null),
    unknown: [],
  };
}

const nobody = { sendingApplication: '', sendingFacility: '', controlId: '', messageType: '' };
