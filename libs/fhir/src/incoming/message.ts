import { err, ok, type Result } from '@wardstream/kernel';
import { error, type FhirIssue } from '../outcome/issue.js';
import { readResource } from '../outcome/structure.js';
import { type Bundle, type MessageHeader, messageHeader } from '../r4/bundle.schema.js';
import { systems } from '../r4/systems.js';
import type { BundleIndex, Found } from './references.js';
import type { NotificationEvent } from './encounter-reading.js';

/** What a message is about, and the encounters it names. */
export interface ReadMessage {
  readonly event: NotificationEvent;
  readonly encounters: readonly { readonly found: Found; readonly index: number }[];
  /** Codes that may name the sender's facility: MessageHeader.sender and source. */
  readonly senders: readonly string[];
}

/** Da Vinci ADT notifications, and the same events by their HL7 v2 trigger. */
const events: Readonly<Record<string, NotificationEvent>> = {
  [`${systems.notificationEvent}|notification-admit`]: 'admit',
  [`${systems.notificationEvent}|notification-transfer`]: 'transfer',
  [`${systems.notificationEvent}|notification-discharge`]: 'discharge',
  [`${systems.eventType}|A01`]: 'admit',
  [`${systems.eventType}|A04`]: 'admit',
  [`${systems.eventType}|A02`]: 'transfer',
  [`${systems.eventType}|A03`]: 'discharge',
};

const HEADER = 'Bundle.entry[0].resource';

/** Reads the header of a message and finds its focus. The header comes first (R4, invariant bdl-12). */
export function readMessage(bundle: Bundle, index: BundleIndex): Result<ReadMessage, readonly FhirIssue[]> {
  const first = index.entry(0);
  if (first?.resource.resourceType !== 'MessageHeader') {
    return err([error('invariant', 'Bundle.entry[0]', 'The first entry of a message must be its MessageHeader')]);
  }
  const read = readResource(messageHeader, first.resource, HEADER);
  if (!read.ok) return read;
  const header = read.value;
  const event = eventOf(header);
  if (!event.ok) return event;
  const encounters = focusOf(bundle, header, index, first);
  if (!encounters.ok) return encounters;
  const sender = header.sender === undefined ? undefined : first.resolve(header.sender)?.resource['name'];
  const senders = [header.sender?.identifier?.value, sender, header.sender?.display, header.source.name];
  return ok({
    event: event.value,
    encounters: encounters.value,
    senders: senders.filter((code): code is string => typeof code === 'string' && code.trim() !== ''),
  });
}

function eventOf({ eventCoding, eventUri }: MessageHeader): Result<NotificationEvent, readonly FhirIssue[]> {
  if (eventCoding === undefined) {
    return err([
      eventUri === undefined
        ? error('required', `${HEADER}.eventCoding`, 'Nothing says what the message is about')
        : error('not-supported', `${HEADER}.eventUri`, 'Only events with a coding are taken here'),
    ]);
  }
  const event = events[`${eventCoding.system ?? ''}|${eventCoding.code ?? ''}`];
  if (event !== undefined) return ok(event);
  const text = 'Only notifications of an admission, a transfer and a discharge are taken here';
  return err([error('not-supported', `${HEADER}.eventCoding`, text)]);
}

function focusOf(
  bundle: Bundle,
  { focus }: MessageHeader,
  index: BundleIndex,
  header: Found,
): Result<ReadMessage['encounters'], readonly FhirIssue[]> {
  const indexOf = (path: string): number => Number(/^Bundle\.entry\[(\d+)\]/.exec(path)?.[1]);
  if (focus !== undefined && focus.length > 0) {
    const found = focus.map((reference) => header.resolve(reference));
    const encounters = found.filter((f): f is Found => f?.resource.resourceType === 'Encounter');
    if (encounters.length > 0) return ok(encounters.map((f) => ({ found: f, index: indexOf(f.path) })));
    const missing = found.findIndex((f) => f === undefined);
    return err([
      missing === -1
        ? error('value', `${HEADER}.focus[0]`, 'The focus of an ADT notification is an Encounter')
        : error('not-found', `${HEADER}.focus[${missing}]`, 'The focus did not come along in the bundle'),
    ]);
  }
  const all = (bundle.entry ?? []).flatMap((_, i) => {
    const found = index.entry(i);
    return found?.resource.resourceType === 'Encounter' ? [{ found, index: i }] : [];
  });
  return all.length > 0 ? ok(all) : err([error('required', `${HEADER}.focus`, 'The message names no Encounter')]);
}
