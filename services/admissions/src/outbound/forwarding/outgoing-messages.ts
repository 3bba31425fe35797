import type { MovementFact, SentPlace } from '@wardstream/events';
import {
  adtMessages,
  type BedStatusCode,
  bedStatusMessage,
  parseMessage,
  readdress,
  utf8Name,
  type WrittenHead,
  type WrittenPlace,
} from '@wardstream/hl7v2';
import { deterministicId } from '@wardstream/kernel';
import type { NewDelivery } from '@wardstream/delivery';
import { mayHear, takesTrigger } from './destination.js';
import type { MessageFormat, Verdict } from '../../inbound/index.js';
import type { DestinationInForce } from './destinations.js';

/** Name of a destination among all that something is delivered to. */
export const queueOf = (destination: string): string => `hl7/${destination}`;

/** A processed message, with the bytes it came in. */
export interface ProcessedMessage {
  readonly id: string;
  readonly format: MessageFormat;
  readonly raw: Buffer;
  readonly verdict: Verdict;
}

/** Whether anything of a message may go to a destination; to be asked before its bytes are fetched. */
export function concerns({ destination }: DestinationInForce, verdict: Verdict): boolean {
  return (destination.adt === 'all' || destination.adt.length > 0) && mayHear(destination, verdict);
}

/**
 * What a destination is sent of a processed message. HL7 v2 goes on byte for byte but for what the destination is configured to
 * have otherwise; what came in another format is written as ADT, one message for each fact. The same message always gives the
 * same ids, so a message that is processed again is not sent again.
 */
export function deliveriesOf(to: DestinationInForce, message: ProcessedMessage, nowMs: number): NewDelivery[] {
  const { destination } = to;
  const { verdict, id: messageId } = message;
  if (!concerns(to, verdict)) return [];
  const common = { destination: queueOf(destination.name), facility: verdict.facility, about: messageId };
  if (message.format === 'hl7v2') {
    if (!takesTrigger(destination, verdict.trigger)) return [];
    const id = deterministicId('forward', destination.name, messageId);
    const content = sentOn(to, message, id);
    return [{ ...common, id, kind: verdict.trigger, content, details: { controlId: controlIdIn(content) } }];
  }
  const idOf = (index: number): string => deterministicId('forward', destination.name, messageId, String(index));
  const facts = verdict.facts.map((fact) => placedFor(to, fact));
  const head = (index: number): WrittenHead => headOf(to, verdict.facility!, idOf(index), nowMs);
  return adtMessages(facts, head).flatMap(({ trigger, bytes }, index) =>
    takesTrigger(destination, trigger)
      ? [{ ...common, id: idOf(index), kind: trigger, content: bytes, details: { controlId: head(index).controlId } }]
      : [],
  );
}

/** A bed whose status by table 0116 is another. */
export interface BedStatusChange {
  readonly facility: string;
  readonly bedId: string;
  readonly version: number;
  readonly place: Pick<SentPlace, 'unit' | 'room' | 'bed'>;
  readonly code: BedStatusCode;
  readonly at: string;
  readonly recordedAt: string;
  /** Who reported it, where a system did by an A20 of its own. */
  readonly reportedBy: string | null;
}

/** The A20 that a destination is sent for a change; null if it is not to be told. */
export function bedStatusDelivery(to: DestinationInForce, change: BedStatusChange, nowMs: number): NewDelivery | null {
  const { destination, places } = to;
  const { facility, bedId, version, code, at, recordedAt } = change;
  const said = { facility, application: change.reportedBy ?? '' };
  if (!destination.bedStatus || !mayHear(destination, said)) return null;
  const id = deterministicId('bed-status', destination.name, facility, bedId, String(version), code);
  const head = headOf(to, facility, id, nowMs);
  const place = places.outgoing({ ...change.place, facility: destination.names.sendingFacility ?? facility })!;
  return {
    ...{ id, destination: queueOf(destination.name), kind: 'A20', facility, about: bedId },
    content: bedStatusMessage({ place, code, at, recordedAt }, head),
    details: { controlId: head.controlId },
  };
}

function sentOn({ destination, places }: DestinationInForce, message: ProcessedMessage, id: string): Buffer {
  const { names, controlId, characterSet } = destination;
  const { verdict, raw } = message;
  // As it was interpreted: by its sender's profile, whatever MSH-18 says.
  const encoding = verdict.message?.characterSet.encoding;
  return readdress(raw, {
    sendingApplication: names.sendingApplication ?? undefined,
    sendingFacility: names.sendingFacility ?? undefined,
    receivingApplication: names.receivingApplication ?? undefined,
    receivingFacility: names.receivingFacility ?? undefined,
    // Without MSH-10 an answer could not be told to be for it.
    controlId: controlId === 'own' || verdict.controlId === '' ? ownControlId(id) : undefined,
    characterSet: characterSet ?? undefined,
    cameIn: encoding === undefined ? undefined : { encoding, always: true },
    places: [
      ...verdict.facts.flatMap((fact, i) => placesOf(places, fact, i + 1)),
      ...statusPlaces(places, verdict.bedStatuses),
    ],
  });
}

/** One that is of a whole unit or room stays as it came. */
function statusPlaces(places: DestinationInForce['places'], reports: Verdict['bedStatuses']): WrittenPlace[] {
  return reports.flatMap(({ place, occurrence = 1 }) => {
    const ofOne = reports.filter((r) => (r.occurrence ?? 1) === occurrence).length === 1;
    return ofOne ? written('NPU', occurrence, 1, places.named(place)) : [];
  });
}

function placesOf(places: DestinationInForce['places'], fact: MovementFact, occurrence: number): WrittenPlace[] {
  const { location, priorLocation, temporaryLocation, pendingLocation } = fact;
  return Object.entries({ 3: location, 6: priorLocation, 11: temporaryLocation, 42: pendingLocation }).flatMap(
    ([field, place]) => written('PV1', occurrence, Number(field), places.named(place)),
  );
}

function written(
  segment: WrittenPlace['segment'],
  occurrence: number,
  field: number,
  place: SentPlace | null,
): WrittenPlace[] {
  return place === null ? [] : [{ segment, occurrence, field, place }];
}

function placedFor({ places }: DestinationInForce, fact: MovementFact): MovementFact {
  return {
    ...fact,
    location: places.outgoing(fact.location),
    priorLocation: places.outgoing(fact.priorLocation),
    pendingLocation: places.outgoing(fact.pendingLocation),
    temporaryLocation: places.outgoing(fact.temporaryLocation),
  };
}

function headOf({ destination }: DestinationInForce, facility: string, id: string, nowMs: number): WrittenHead {
  const { names, characterSet } = destination;
  return {
    sendingApplication: names.sendingApplication ?? 'WARDSTREAM',
    sendingFacility: names.sendingFacility ?? facility,
    receivingApplication: names.receivingApplication ?? '',
    receivingFacility: names.receivingFacility ?? facility,
    controlId: ownControlId(id),
    writtenAtMs: nowMs,
    characterSet: characterSet ?? utf8Name,
  };
}

/** MSH-10 of ours: 20 characters, the same for the same delivery. */
function ownControlId(deliveryId: string): string {
  return `WS${deliveryId.replaceAll('-', '').slice(0, 18).toUpperCase()}`;
}

function controlIdIn(content: Buffer): string {
  return parseMessage(content).message?.head.controlId ?? '';
}
