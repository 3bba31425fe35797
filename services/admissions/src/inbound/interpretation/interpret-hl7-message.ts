import type { MovementFact } from '@wardstream/events';
import {
  fault,
  type Hl7Message,
  type ParseResult,
  parseMessage,
  toFacts,
  triggerOf,
  unreadIn,
} from '@wardstream/hl7v2';
import type { FacilityDirectory } from '@wardstream/encounter-model';
import { aheadMsOf, type Knowledge, type Sender } from '../../directory/names/index.js';
import { unknownCode, unknownIn } from './unknown-codes.js';
import { facilityUnknown, placeMentionedAt } from './place-mention.js';
import { FACILITY_REFUSED, mayBeOf, placed, refusedFor, type Verdict } from './verdict.js';
import { interpretBedStatuses } from './interpret-bed-status.js';

/** A message that was too large to be taken; `head` is what was kept of it. */
export function interpretOversize(head: Uint8Array, length: number, limit: number, known: Knowledge): Verdict {
  const { message } = parseMessage(head);
  const faults = [fault({ segment: 'MSH' }, 207, `The message has ${length} bytes; ${limit} are taken at most`)];
  return { ...blank(message, known), answer: 'AR', faults, disposition: 'refused', cause: 'too-large' };
}

/**
 * Interprets a message by itself and by what is known of places: AA for what is durable and sound, with a warning where it cannot
 * be placed yet; AE for what is understood and wrong; AR for what is refused. What its times can be follows from when it was
 * received. Never throws.
 */
export function interpretHl7Message(bytes: Uint8Array, known: Knowledge, receivedAt: string): Verdict {
  const { parsed, sender } = read(bytes, known);
  if (!parsed.ok) {
    const common = { ...blank(parsed.message, known), faults: [parsed.fault] };
    // Two messages in one frame can be told apart by a person; bytes that are none were never HL7.
    return parsed.message === null
      ? { ...common, answer: 'AR', disposition: 'refused', cause: 'not-hl7' }
      : { ...common, answer: 'AE', disposition: 'quarantined', cause: 'invalid' };
  }
  return withinFacilities(interpretParsed(parsed.message, sender, known, receivedAt), sender, known);
}

function interpretParsed(
  message: Hl7Message,
  sender: Sender | undefined,
  known: Knowledge,
  receivedAt: string,
): Verdict {
  const common = blank(message, known);
  const directory = directoryOf(message, known);
  const untrusted = message.head.messageType === 'ADT' ? withoutTrust(common, sender) : null;
  if (untrusted !== null) return untrusted;
  const timeZone = directory?.timeZone ?? known.defaultTimeZone;
  const receipt = { receivedAt, aheadMs: aheadMsOf(sender) };
  const mapping = toFacts(message, { ...(sender?.mapping(timeZone) ?? { timeZone }), receipt });
  const warnings = 'warnings' in mapping ? [...mapping.warnings, ...unreadIn(message)] : [];
  switch (mapping.kind) {
    case 'refused':
      return { ...common, answer: 'AR', faults: mapping.errors, disposition: 'refused', cause: 'unsupported-type' };
    case 'errors': {
      const visitMissing = mapping.errors.some(({ location }) => location.segment === 'PV1' && location.field === 19);
      const cause = visitMissing ? 'visit-missing' : 'invalid';
      return { ...common, answer: 'AE', faults: mapping.errors, disposition: 'quarantined', cause };
    }
    case 'ignored':
      return {
        ...{ ...common, answer: 'AA', faults: [], disposition: 'not-acted-on', cause: 'no-rule' },
        unknown: mapping.unknownTrigger === true ? [unknownCode('trigger', common.trigger, 'MSH-9')] : [],
      };
    case 'facts':
      return withFacts({ ...common, faults: warnings }, mapping.facts, sender, directory, known);
    case 'bedStatus':
      return interpretBedStatuses({ ...common, faults: warnings }, mapping, sender, directory);
  }
}

/** A message of a facility that its sender may not speak of is refused, whatever else it is. */
function withinFacilities(verdict: Verdict, sender: Sender | undefined, known: Knowledge): Verdict {
  if (mayBeOf(verdict, sender, known)) return verdict;
  const field = sender?.profile.places.routes === true ? { segment: 'PV1', field: 3 } : { segment: 'MSH', field: 4 };
  return refusedFor(verdict, 'facility-refused', fault(field, 207, FACILITY_REFUSED));
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
  if (sender?.takesProcessingId(common.processingId ?? 'P') === false) {
    const text = "MSH-11 is a processing id that the sender's profile does not take";
    const refused = fault({ segment: 'MSH', field: 11 }, 202, text);
    return { ...common, answer: 'AR', faults: [refused], disposition: 'refused', cause: 'processing-id-refused' };
  }
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
  own: FacilityDirectory | undefined,
  known: Knowledge,
): Verdict {
  const directory = routedTo(stated, sender, known) ?? own;
  const house = own === undefined || directory === own ? null : own.facility.id;
  const placedFacts = house === null ? stated : stated.map((fact) => leftFrom(house, fact));
  const facts = sender === undefined ? placedFacts : placedFacts.map((fact) => sender.translate(fact));
  const unknown = directory === undefined ? [] : facts.flatMap((fact, i) => unknownIn(stated[i]!, fact, directory));
  const mentions = facts.flatMap(({ location, pendingLocation }, i) => [
    placeMentionedAt(location, 'PV1', 3, i + 1),
    placeMentionedAt(pendingLocation, 'PV1', 42, i + 1),
  ]);
  const facility = directory?.facility.id ?? null;
  return placed({ ...verdict, facility, facts, unknown }, directory, mentions, facilityUnknown);
}

/** The house that PV1-3 names, where the sender's profile lets it say which house a message speaks of. */
function routedTo(
  stated: readonly MovementFact[],
  sender: Sender | undefined,
  known: Knowledge,
): FacilityDirectory | undefined {
  if (sender?.profile.places.routes !== true) return undefined;
  const named = stated.find((fact) => fact.location !== null)?.location?.facility ?? null;
  return named === null ? undefined : known.facility(named);
}

/** A fact of another house than its sender's own: where PV1-6 says no house, it is a place of that one. */
function leftFrom(house: string, fact: MovementFact): MovementFact {
  const { priorLocation: prior } = fact;
  return prior === null || prior.facility !== null ? fact : { ...fact, priorLocation: { ...prior, facility: house } };
}

function directoryOf(message: Hl7Message, known: Knowledge): FacilityDirectory | undefined {
  const named = known.facility(message.head.sendingFacility);
  if (named !== undefined) return named;
  const facility = senderOf(message, known)?.profile.facility ?? null;
  return facility === null ? undefined : known.facility(facility);
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
    ...transportOf(message, known),
    facility: message === null ? null : (directoryOf(message, known)?.facility.id ?? null),
    facts: [],
    bedStatuses: [],
    unknownPlace: null,
    profile: message === null ? null : (senderOf(message, known)?.id ?? null),
    unknown: [],
  };
}

/** What the head says of the exchange itself. */
function transportOf(message: Hl7Message | null, known: Knowledge): Pick<Verdict, 'processingId' | 'enhanced'> {
  if (message === null) return {};
  const processingId = message.segment('MSH')!.value(11).toUpperCase().slice(0, 20) || 'P';
  return { processingId, enhanced: senderOf(message, known)?.profile.acknowledgement === 'enhanced' };
}

const nobody = { sendingApplication: '', sendingFacility: '', controlId: '', messageType: '' };
