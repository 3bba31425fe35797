import type { SentPlace } from '@wardstream/events';
import { fault, type Hl7Message, parseMessage, toFacts, triggerOf } from '@wardstream/hl7v2';
import type { FacilityDirectory } from './directory.js';
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
      return placed(
        { ...common, facts: mapping.facts, faults: mapping.warnings },
        directory,
        mapping.facts.map(({ location }, i) => at(location, 'PV1', 3, i + 1)),
        facilityUnknown,
      );
    case 'bedStatus':
      return placed(
        { ...common, bedStatuses: [mapping.report], faults: mapping.warnings },
        directory,
        [at(mapping.report.place, 'NPU', 1, 1)],
        facilityUnknown,
      );
  }
}

function directoryOf(message: Hl7Message, known: Knowledge): FacilityDirectory | undefined {
  const { sendingFacility, sendingApplication } = message.head;
  const named = known.facility(sendingFacility);
  if (named !== undefined) return named;
  const profile = known.sender(sendingApplication)?.facility;
  return profile === undefined ? undefined : known.facility(profile);
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
  };
}

const nobody = { sendingApplication: '', sendingFacility: '', controlId: '', messageType: '' };
