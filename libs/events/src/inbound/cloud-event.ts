import { z } from 'zod';
import { inboundTypes } from './inbound-types.js';
import { moment, text } from './fields.js';

/** Something wrong with an event, and where. `text` never quotes what stands there. */
export interface InboundFault {
  /** JSON pointer into the event in JSON form: `/data/place/unit`, `/source`; empty for the event as a whole. */
  readonly path: string;
  readonly code: InboundFaultCode;
  /** E: the event was not taken. W: it was taken, and somebody should look. */
  readonly severity: 'E' | 'W';
  readonly text: string;
}
export type InboundFaultCode =
  | 'not-an-event'
  | 'unsupported-version'
  | 'unknown-type'
  | 'missing'
  | 'wrong-type'
  | 'wrong-value'
  | 'subject-differs';

/** The attributes that count (CloudEvents 1.0), beside `type` and `data`. Others are let pass and not kept. */
export const attributes = z.object({
  specversion: z.literal('1.0').describe('CloudEvents 1.0'),
  id: text.describe('With `source` the identity of the event: send it again unchanged and it counts once'),
  source: text.describe('Who sends it: the name of your system, as it is shown and configured here'),
  subject: text.nullish().describe('The visit number, or the bed'),
  time: moment.nullish().describe('When you recorded it'),
  datacontenttype: z
    .string()
    .regex(/^application\/([\w.+-]+\+)?json\s*(;.*)?$/i, 'must be JSON')
    .nullish(),
});
export const types: ReadonlyMap<string, (typeof inboundTypes)[number]> = new Map(inboundTypes.map((t) => [t.type, t]));

/** A JSON value of any shape. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Deeper than anything that is read; what lies deeper is cut, which bounds the work that a hostile event can ask for. */
const MOST_DEPTH = 32;

const kept = [
  ...['specversion', 'id', 'source', 'type', 'subject', 'time', 'datacontenttype'],
  ...['data', 'data_base64'],
] as const;

/**
 * An event in one form, whatever the mode and the order of names it came in: the attributes that count, and its data with names
 * in order. Two that say the same have the same text, so a repeat is recognised; extension attributes, which intermediaries add
 * and change, are left out. Of another JSON value, its text in the same form. Never throws.
 */
export function canonicalText(event: unknown): string {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return ordered(event as Json, 0);
  const own = event as Record<string, Json>;
  const parts: string[] = [];
  for (const name of kept) {
    const value = Object.hasOwn(own, name) ? own[name] : undefined;
    // What says nothing, and the media type that is meant without one, make no other event.
    if (value === undefined || (value === null && name !== 'data')) continue;
    if (name === 'datacontenttype' && value === 'application/json') continue;
    parts.push(`${JSON.stringify(name)}:${ordered(value, 1)}`);
  }
  return `{${parts.join(',')}}`;
}

function ordered(value: Json, depth: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (depth > MOST_DEPTH) return 'null';
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map((each) => ordered(each, depth + 1)).join(',')}]`;
  const own = value as { readonly [name: string]: Json };
  const names = Object.keys(own).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${ordered(own[name]!, depth + 1)}`).join(',')}}`;
}

/** Attributes of an event in binary mode, by the names the binding gives them, and its data. */
export function binaryEvent(
  headers: Iterable<readonly [name: string, value: string]>,
  prefix: 'ce-' | 'ce_',
  contentType: string | undefined,
  data: unknown,
): Record<string, unknown> {
  const event: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (!lower.startsWith(prefix)) continue;
    const attribute = lower.slice(prefix.length);
    // These are said otherwise in binary mode.
    if (attribute === 'data' || attribute === 'data_base64' || attribute === 'datacontenttype') continue;
    event[attribute] = prefix === 'ce-' ? headerText(value) : value;
  }
  if (contentType !== undefined) event['datacontenttype'] = contentType;
  if (data !== undefined) event['data'] = data;
  return event;
}

/** The text of an HTTP header as the binding writes it: perhaps in quotes, and percent-encoded UTF-8. */
function headerText(value: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(value)?.[1];
  const plain = quoted === undefined ? value : quoted.replace(/\\(.)/gs, '$1');
  try {
    return plain.replace(/(?:%[0-9a-f]{2})+/gi, (run) => decodeURIComponent(run));
  } catch {
    return plain;
  }
}

/** Whether a media type says that the whole event stands in the body, and how. */
export function eventFormat(contentType: string): 'json' | 'json-batch' | 'other' | 'binary' {
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  if (type === 'application/cloudevents+json') return 'json';
  if (type === 'application/cloudevents-batch+json') return 'json-batch';
  return type.startsWith('application/cloudevents') ? 'other' : 'binary';
}
