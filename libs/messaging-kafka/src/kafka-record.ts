import { isUtf8 } from 'node:buffer';
import type { LogRecord, ReceivedRecord } from '@wardstream/messaging';
import type { IHeaders, KafkaMessage, Message } from 'kafkajs';

/** Says that a foreign value was no text, so that it is carried as base64. */
const encodingHeader = 'wardstream-value-encoding';

/** A record as kafkajs sends it. Header and value bytes are UTF-8. */
export function toMessage({ key, value, headers }: LogRecord): Message {
  return { key, value, headers: { ...headers } };
}

/**
 * A message of any origin as a record; nothing in it can make this fail. A value that is no UTF-8 text, or text that
 * PostgreSQL could not keep (NUL), comes as base64 with a header that says so; NUL in keys and headers is replaced.
 */
export function fromMessage(topic: string, partition: number, message: KafkaMessage): ReceivedRecord {
  const headers = textHeaders(message.headers);
  const { value, encoding } = textValue(message.value);
  if (encoding !== undefined) headers[encodingHeader] = encoding;
  return {
    topic,
    partition,
    offset: message.offset,
    key: storable(message.key?.toString('utf8') ?? ''),
    headers,
    value,
    appendedAtMs: Number(message.timestamp),
  };
}

function textHeaders(headers: IHeaders | undefined): Record<string, string> {
  // From entries, so that a header named like something every object has is a header all the same.
  return Object.fromEntries(
    Object.entries(headers ?? {}).flatMap(([name, value]) => {
      const first = Array.isArray(value) ? value[0] : value;
      return first === undefined ? [] : [[storable(name), storable(first.toString('utf8'))]];
    }),
  );
}

function textValue(value: Buffer | null): { value: string; encoding?: string } {
  if (value === null) return { value: '', encoding: 'null' };
  if (!isUtf8(value) || value.includes(0)) return { value: value.toString('base64'), encoding: 'base64' };
  return { value: value.toString('utf8') };
}

function storable(text: string): string {
  return text.replaceAll('\0', '\u{fffd}');
}
