import { readInboundEvent } from '@wardstream/events/inbound';
import { interpretNormalized, type NormalizedMessage, type TimeNames } from './interpret-normalized.js';
import { isHl7Fault, type MessageFault, type PathFault } from './message-fault.js';
import type { Verdict } from './verdict.js';
import type { Knowledge } from '../../directory/names/index.js';

/**
 * Interprets a CloudEvent by its text in JSON form: all that it says is in it, so it is read again whenever it is interpreted. As an HL7 v2
 * message that says the same. Never throws, whatever the bytes are.
 */
export function interpretEvent(bytes: Uint8Array, known: Knowledge, receivedAt: string): Verdict {
  const verdict = interpretNormalized(normalizedEvent(bytes), known, receivedAt, eventTimes);
  const faults = verdict.faults.map((fault) => pointed(fault, verdict));
  return { ...verdict, faults, visitAt: `${partOf(verdict.facts, (f) => f.visit === null)}/visit` };
}

const eventTimes: TimeNames = {
  at: '/data/at',
  recordedAt: '/time',
  expectedAt: '/data/expectedAt',
  birthDate: '/data/patient/birthDate',
};

/** The text of an event is not JSON, or not UTF-8. */
const notJson: PathFault = {
  ...{ path: '', code: 'not-an-event', severity: 'E' },
  text: 'This is no CloudEvent: JSON in UTF-8 is expected',
};

/** What the text of an event says. Never throws. */
export function normalizedEvent(bytes: Uint8Array): NormalizedMessage {
  const event = parsed(bytes);
  const reading = readInboundEvent(event);
  const { source, facility, id, type, trigger } = reading.head;
  return {
    application: storable(source),
    senderFacility: storable(facility),
    facilities: facility === '' ? [] : [facility],
    controlId: storable(id),
    messageType: storable(type),
    trigger,
    facts: reading.facts,
    bedStatuses: reading.bedStatuses,
    sentAt: reading.sentAt,
    faults: event === undefined ? [notJson] : reading.faults,
  };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

/** What a wrong event says of itself is kept as text, and the database takes neither NUL nor half a character. */
function storable(mention: string): string {
  return Buffer.from(mention, 'utf8').toString('utf8').replaceAll('\u0000', '\u{fffd}');
}

/** The same fault with a JSON pointer to where an event says what is not known here. */
function pointed(fault: MessageFault, { facts, bedStatuses, unknownPlace }: Verdict): MessageFault {
  if (isHl7Fault(fault)) return fault;
  if (fault.code === 'facility-unknown') return { ...fault, path: '/data/facility' };
  if (fault.code !== 'place-unknown') return fault;
  if (bedStatuses.length > 0) return { ...fault, path: '/data/place' };
  const of = partOf(facts, (f) => f.location === unknownPlace || f.pendingLocation === unknownPlace);
  const isHere = facts.some((f) => f.location === unknownPlace);
  return { ...fault, path: `${of}/${isHere ? 'place' : 'to'}` };
}

/** The part of an event that states such a fact. */
function partOf(facts: Verdict['facts'], such: (fact: Verdict['facts'][number]) => boolean): string {
  return facts.length > 1 ? `/data/visits/${Math.max(facts.findIndex(such), 0)}` : '/data';
}
