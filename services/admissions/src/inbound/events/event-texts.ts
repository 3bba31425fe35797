import { binaryEvent, canonicalText, eventFormat } from '@wardstream/events/inbound';
import type { ReceivedRecord } from '@wardstream/messaging';

/** The text under which an event is kept and recognised: one form, whatever mode and order of names it came in. */
export function textOf(event: unknown): Buffer {
  return Buffer.from(canonicalText(event), 'utf8');
}

/** The same of an event that is a text already; text that is no JSON stays as it is. */
export function textOfText(text: Buffer): Buffer {
  const event = parsed(text.toString('utf8'));
  return event === undefined ? text : textOf(event);
}

/**
 * The text of the event of a Kafka record, in structured or binary mode (CloudEvents, Kafka protocol binding). Of a record that is
 * none, its bytes as they came. Never throws.
 */
export function textOfRecord({ headers, value }: ReceivedRecord): Buffer {
  const encoding = headers['wardstream-value-encoding'];
  const bytes =
    encoding === 'base64' ? Buffer.from(value, 'base64') : encoding === 'null' ? null : Buffer.from(value, 'utf8');
  const contentType = header(headers, 'content-type');
  const binary = eventFormat(contentType ?? '') === 'binary' && header(headers, 'ce_specversion') !== undefined;
  const data = encoding === undefined ? parsed(value) : undefined;
  if (binary) {
    const event = binaryEvent(Object.entries(headers), 'ce_', contentType, data);
    // What is no JSON is kept with the event all the same, so that a person can see it.
    if (data === undefined && bytes !== null) event['data_base64'] = bytes.toString('base64');
    return textOf(event);
  }
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return textOf(data);
  return bytes ?? Buffer.alloc(0);
}

function header(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  const own = Object.keys(headers).find((key) => key.toLowerCase() === name);
  return own === undefined ? undefined : headers[own];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
