import { encodingCharacters, readDelimiters, standardDelimiters, transcode } from '../encoding/delimiters.js';
import { escapeText } from '../encoding/escapes.js';
import { formatTimestamp } from './timestamp.js';

/** A file or batch of messages (FHS, BHS), taken apart. */
export interface Hl7Batch {
  /** The bytes of each message, in order. */
  readonly messages: readonly Buffer[];
  /** Whether a file header is around it. */
  readonly isFile: boolean;
  /** Fields 3 to 6 and 11 of the header, with the standard separators: who sends it to whom, and its control id. */
  readonly header: {
    readonly from: readonly [string, string];
    readonly to: readonly [string, string];
    readonly id: string;
  };
  /** How many messages the trailer counts (BTS-1); null where it does not say, or there is none. */
  readonly counted: number | null;
  /** Whether its last trailer is there: without it the end may be missing. */
  readonly isWhole: boolean;
}

const CR = 0x0d;
const LF = 0x0a;
const names = new Map(['FHS', 'BHS', 'MSH', 'BTS', 'FTS'].map((name) => [name, name]));

/** Whether the bytes begin with a file or batch header, after white space. */
export function isBatch(bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length && (bytes[at] === CR || bytes[at] === LF || bytes[at] === 0x20 || bytes[at] === 0x09))
    at += 1;
  const name = bytes.toString('latin1', at, at + 3);
  return name === 'FHS' || name === 'BHS';
}

/** Takes a batch apart, byte for byte; what stands before the first message and is no header is passed over. Never throws. */
export function readBatch(bytes: Buffer): Hl7Batch {
  const messages: Buffer[] = [];
  let header: string | null = null;
  let trailer: string | null = null;
  let isFile = false;
  let began = -1;
  const end = (at: number): void => {
    if (began >= 0) messages.push(bytes.subarray(began, at));
    began = -1;
  };
  for (const { from, to } of linesOf(bytes)) {
    const name = names.get(bytes.toString('latin1', from, from + 3));
    if (name === undefined) continue;
    end(from);
    if (name === 'MSH') {
      began = from;
      // A message behind a trailer is of a batch that goes on.
      trailer = null;
    } else if (name === 'BTS' || name === 'FTS') {
      if (name === 'BTS' || trailer === null) trailer = bytes.toString('latin1', from, to);
    } else {
      isFile ||= name === 'FHS';
      // The batch header says more of the messages than the file header.
      if (header === null || name === 'BHS') header = bytes.toString('utf8', from, to);
    }
  }
  end(bytes.length);
  const count = /^BTS.(\d+)/.exec(trailer ?? '')?.[1];
  return {
    messages,
    isFile,
    header: headerOf(header ?? ''),
    counted: count === undefined ? null : Number(count),
    isWhole: trailer !== null,
  };
}

function* linesOf(bytes: Buffer): Iterable<{ readonly from: number; readonly to: number }> {
  let from = 0;
  while (from < bytes.length) {
    let to = from;
    while (to < bytes.length && bytes[to] !== CR && bytes[to] !== LF) to += 1;
    let start = from;
    while (start < to && (bytes[start] === 0x20 || bytes[start] === 0x09)) start += 1;
    if (start < to) yield { from: start, to };
    from = to + 1;
  }
}

function headerOf(line: string): Hl7Batch['header'] {
  const own = readDelimiters(line);
  if (own === null) return { from: ['', ''], to: ['', ''], id: '' };
  const fields = line.split(own.field);
  const at = (n: number): string => transcode(fields[n - 1] ?? '', own, standardDelimiters);
  return { from: [at(3), at(4)], to: [at(5), at(6)], id: at(11) };
}

/**
 * The answer to a batch, unframed: a batch of the acknowledgements of its messages in their order, in a file where it came in one.
 * BHS-12 (FHS-12) is the control id of what is answered; BTS-2 says where its trailer counts other messages than came.
 */
export function batchAnswer(
  batch: Hl7Batch,
  acknowledgements: readonly Buffer[],
  { controlId, atMs }: { readonly controlId: string; readonly atMs: number },
): Buffer {
  const d = standardDelimiters;
  const { from, to, id } = batch.header;
  const head = (name: string): string =>
    [
      ...[`${name}${d.field}${encodingCharacters(d)}`, to[0] || 'WARDSTREAM', to[1], from[0], from[1]],
      ...[formatTimestamp(atMs), '', '', '', controlId, id],
    ].join(d.field);
  const { length } = batch.messages;
  const comment =
    batch.counted !== null && batch.counted !== length
      ? `BTS-1 counts ${batch.counted} messages, ${length} came`
      : batch.isWhole
        ? ''
        : `The batch has no trailer, ${length} messages came`;
  const trailer = ['BTS', String(acknowledgements.length), ...(comment === '' ? [] : [escapeText(comment, d)])];
  const line = (text: string): Buffer => Buffer.from(`${text}\r`, 'utf8');
  return Buffer.concat([
    ...(batch.isFile ? [line(head('FHS'))] : []),
    line(head('BHS')),
    ...acknowledgements,
    line(trailer.join(d.field)),
    ...(batch.isFile ? [line(['FTS', '1'].join(d.field))] : []),
  ]);
}
