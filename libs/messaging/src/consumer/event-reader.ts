import type { EventLog, ReceivedRecord } from '../event-log.js';
import { isReadable, readIncoming, type Incoming, type ReadableIncoming } from './incoming-event.js';

/** Of records kept with what they say, in characters of their values and headers; some three times as many bytes. */
const mostCharacters = 8 * 1024 * 1024;
/** What a record takes beside its value: its headers and the objects themselves. */
const overhead = 600;

const readers = new WeakMap<EventLog, EventReader>();

/** The one reader of all services of this process that read this log. */
export function eventReaderOf(log: EventLog): EventReader {
  const known = readers.get(log);
  if (known !== undefined) return known;
  const reader = new EventReader(mostCharacters);
  readers.set(log, reader);
  return reader;
}

/**
 * Reads records, each once for all services of a process: four of them handle most events, and to check the data against its
 * schema costs more than anything else about a record. A record is recognised by all it consists of, not by its id alone.
 *
 * What it answers is shared and therefore frozen, as deep as it goes: a handler that changed an event would change it for others, so it
 * throws instead. The newest records are kept, as many as fit; what is missing is read anew.
 */
export class EventReader {
  /** By the id of the event, oldest first. */
  private readonly kept = new Map<string, ReadableIncoming>();
  private size = 0;

  constructor(private readonly most: number) {}

  /** Never throws: what cannot be read is an answer, too (see decodeRecord). */
  read(record: ReceivedRecord): Incoming {
    const id = record.headers.ce_id;
    const known = id === undefined ? undefined : this.kept.get(id);
    if (known !== undefined && isSameRecord(known.record, record)) return { ...known, record };
    const incoming = readIncoming(record);
    if (id !== undefined && isReadable(incoming)) this.keep(id, incoming);
    return incoming;
  }

  private keep(id: string, incoming: ReadableIncoming): void {
    deepFreeze(incoming.decoded.envelope);
    const former = this.kept.get(id);
    if (former !== undefined) {
      this.kept.delete(id);
      this.size -= sizeOf(former.record);
    }
    this.kept.set(id, incoming);
    this.size += sizeOf(incoming.record);
    for (const [oldest, { record }] of this.kept) {
      if (this.size <= this.most) break;
      this.kept.delete(oldest);
      this.size -= sizeOf(record);
    }
  }
}

function sizeOf({ value }: ReceivedRecord): number {
  return value.length + overhead;
}

/** Whether two records say the same, wherever in the log they are. */
function isSameRecord(a: ReceivedRecord, b: ReceivedRecord): boolean {
  return (
    a.topic === b.topic && a.value === b.value && (a.headers === b.headers || haveSameEntries(a.headers, b.headers))
  );
}

function haveSameEntries(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
}
