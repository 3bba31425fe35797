import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { LogRecord } from './event-log.js';

/** The first byte of what is packed says how the rest is to be read. Forms are only ever added: rows outlive a version. */
const form = { text: 1, deflated: 2 } as const;
/** Below this, in bytes, to compress costs more than to write and read what it saves: one or two events. */
const worthDeflating = 2_048;
/** The fastest level: of what events repeat it finds nearly as much as the slowest, in a fraction of the time. */
const level = 1;
/** What is small is deflated in little memory: to prepare more of it takes longer than the rest. */
const inLittleMemory = { level, windowBits: 13, memLevel: 6, chunkSize: 4_096 };
const mostInLittleMemory = 8_192;

/** What comes before the values, as JSON in one line. */
interface Head {
  readonly topics: readonly string[];
  readonly keys: readonly string[];
  /** Headers that all records have alike. */
  readonly shared: Readonly<Record<string, string>>;
  /** Of the other headers, the names. */
  readonly names: readonly string[];
  /** Of each record: the places of its topic and its key, the length of its value in UTF-16 units, the headers by `names`. */
  readonly records: readonly (readonly [number, number, number, ...(string | null)[]])[];
}

/**
 * Records as one value of a column, in their order: what they have in common is in it once, and the whole is compressed. Meant for what
 * is written, read and deleted together: a publication in the outbox, a run of a partition in the log.
 */
export function packRecords(records: readonly LogRecord[]): Buffer {
  const topics = new Places();
  const keys = new Places();
  const { shared, names } = headersOf(records);
  const head: Head = {
    shared,
    names,
    records: records.map(({ topic, key, headers, value }) => [
      topics.of(topic),
      keys.of(key),
      value.length,
      ...names.map((name) => (Object.hasOwn(headers, name) ? headers[name]! : null)),
    ]),
    topics: topics.values,
    keys: keys.values,
  };
  const text = Buffer.from(`${JSON.stringify(head)}\n${records.map(({ value }) => value).join('')}`);
  if (text.length < worthDeflating) return Buffer.concat([Buffer.of(form.text), text]);
  const deflated = deflateRawSync(text, text.length <= mostInLittleMemory ? inLittleMemory : { level });
  return Buffer.concat([Buffer.of(form.deflated), deflated]);
}

/** The records that were packed. Throws for a form that this version does not know. */
export function unpackRecords(packed: Uint8Array): LogRecord[] {
  const text = textOf(packed);
  const headEnd = text.indexOf('\n');
  const { topics, keys, shared, names, records } = JSON.parse(text.slice(0, headEnd)) as Head;
  let at = headEnd + 1;
  return records.map(([topic, key, length, ...own]) => {
    const headers: Record<string, string> = { ...shared };
    for (const [i, name] of names.entries()) {
      const header = own[i];
      if (header !== null && header !== undefined) setHeader(headers, name, header);
    }
    const value = text.slice(at, at + length);
    at += length;
    return { topic: topics[topic]!, key: keys[key]!, headers, value };
  });
}

/** Whatever its name is: one that every object has would not be set by an assignment. */
function setHeader(headers: Record<string, string>, name: string, value: string): void {
  if (name === '__proto__') Object.defineProperty(headers, name, { value, enumerable: true, configurable: true });
  else headers[name] = value;
}

/** Cuts records that follow each other into groups: none has more than so many records or characters unless a single one has. */
export function cutForPacking<R extends LogRecord>(
  records: readonly R[],
  { mostRecords, mostCharacters }: { readonly mostRecords: number; readonly mostCharacters: number },
): R[][] {
  const groups: R[][] = [];
  let characters = 0;
  for (const record of records) {
    const group = groups.at(-1);
    characters += record.value.length;
    if (group !== undefined && group.length < mostRecords && characters <= mostCharacters) {
      group.push(record);
    } else {
      groups.push([record]);
      characters = record.value.length;
    }
  }
  return groups;
}

function textOf(packed: Uint8Array): string {
  const body = Buffer.from(packed.buffer, packed.byteOffset + 1, packed.byteLength - 1);
  switch (packed[0]) {
    case form.text:
      return body.toString('utf8');
    case form.deflated:
      return inflateRawSync(body).toString('utf8');
    default:
      throw new Error(`Packed records of form ${packed[0]} were written by a later version`);
  }
}

/** Which headers are the same in all records, and the names of the others. */
function headersOf(records: readonly LogRecord[]): Pick<Head, 'shared' | 'names'> {
  const shared: Record<string, string> = { ...records[0]?.headers };
  const names = new Set<string>();
  for (const { headers } of records) {
    for (const name in headers) if (shared[name] !== headers[name]) names.add(name);
    for (const name in shared) if (shared[name] !== headers[name]) names.add(name);
  }
  for (const name of names) delete shared[name];
  return { shared, names: [...names] };
}

/** Numbers values in the order in which they are first seen. */
class Places {
  private readonly places = new Map<string, number>();

  of(value: string): number {
    const known = this.places.get(value);
    if (known !== undefined) return known;
    this.places.set(value, this.places.size);
    return this.places.size - 1;
  }

  get values(): string[] {
    return [...this.places.keys()];
  }
}
